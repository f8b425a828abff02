"""The collection `jobs`: every execution of a crawl or import, from its start to its verdict."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from pipelines.counting import counters
from pipelines.records import JobState
from pipelines.storage.documents import Document
from pipelines.storage.schema.reading import declared

LIKE_STATES: tuple[JobState, ...] = ("ok", "partial")
COLLECTED: Mapping[str, object] = {
    "kind": "crawl",
    "$or": [
        {"state": "ok"},
        *(
            {"state": "partial", f"counts.{counter.name}": {"$gt": 0}}
            for counter in (counters.FOUND, counters.LIST_NOT_MODIFIED)
        ),
    ],
}
"""Query for the jobs that were a night: they asked a site, and its lists answered."""
MOST_WAITING = 1000
PAGE_MS = 10_000
"""A page of jobs is given up after so long."""
_LISTED = {"stats": 0, "figures": 0, "command": 0, "problems.traceback": 0}
"""What a list of jobs does not show."""


class JobRepository:
    """Reads and writes job records. Its methods block."""

    def __init__(self, database: Database[Document]) -> None:
        self._jobs = database["jobs"]
        self._evidence = database["evidence"]

    def create(
        self,
        site: str | None,
        now: datetime,
        *,
        id_: str | None = None,
        kind: str = "crawl",
        arguments: Mapping[str, object] | None = None,
        **fields: object,
    ) -> str:
        """Adds a pending job and returns its id. A job that is there already stays as it is.

        fields: further ones of the collection: schedule, slot, command, host, version, log_file.
        """
        id_ = id_ or new_job_id(site or kind, now)
        document = {
            "_id": id_,
            "site": site,
            "kind": kind,
            "state": "pending",
            "arguments": dict(arguments or {}),
            "created_at": now,
            **fields,
        }
        try:
            self._jobs.insert_one(document)
        except DuplicateKeyError:
            return id_  # a repeated attempt, or another scheduler was first
        return id_

    def start(self, id_: str, now: datetime, **fields: object) -> None:
        """Notes that its process runs. fields: pid, host, command, log_file, ..."""
        self.update(id_, state="running", started_at=now, updated_at=now, **fields)

    def claim(self, id_: str, now: datetime, runner: str, host: str) -> bool:
        """Takes a waiting job to run it; returns False if it is not waiting any more."""
        fields: Document = {"state": "running", "runner": runner, "host": host}
        fields |= {"started_at": now, "updated_at": now}
        wanted = {"_id": id_, "state": "pending", "cancel_at": None}
        return self._jobs.update_one(wanted, {"$set": fields}).modified_count == 1

    def update(self, id_: str, **fields: object) -> None:
        """Sets fields of a job that has not ended; changes nothing if it has."""
        self._jobs.update_one({"_id": id_, "ended_at": None}, {"$set": fields})

    def beat(self, id_: str, **fields: object) -> Document | None:
        """Sets fields of a job that has not ended and returns its record; None if it has ended."""
        return self._jobs.find_one_and_update(
            {"_id": id_, "ended_at": None},
            {"$set": fields},
            {"cancel_at": 1, "force_at": 1, "runner": 1},
            return_document=ReturnDocument.AFTER,
        )

    def finish(
        self,
        id_: str,
        state: JobState,
        now: datetime,
        *,
        reason: str | None = None,
        **fields: object,
    ) -> None:
        """Notes how it has ended. fields: counts, stats, exit_code, problems, ..."""
        self.update(id_, state=state, reason=reason, ended_at=now, updated_at=now, **fields)

    def ask_to_stop(
        self, id_: str, now: datetime, by: str, *, force: bool = False
    ) -> Document | None:
        """Asks for a job to be cancelled; returns its record. A job that waits ends at once.

        force: what is under way is not finished.
        """
        asked: Document = {"cancel_at": now, "cancelled_by": by}
        if force:
            asked["force_at"] = now
        waits = {"_id": id_, "state": "pending"}
        ended: Document = {"state": "cancelled", "reason": f"Cancelled by {by} before it began."}
        ended |= {"ended_at": now, "updated_at": now}
        if not self._jobs.update_one(waits, {"$set": {**asked, **ended}}).matched_count:
            self.update(id_, **asked)
        return self.get(id_)

    def release(self, slots: Sequence[str], now: datetime) -> None:
        """Takes back what the clock did while it was ahead: parts these slots' jobs from them.

        Those of them that wait are cancelled. A released job keeps its id, so the next job of its
        slot needs another one. No job waits for that clock's time, or ended at it.
        """
        of_them: Document = {"slot": {"$in": [*slots]}}
        over: Document = {"state": "cancelled", "ended_at": now}
        over["reason"] = "The clock was ahead: it runs when it comes due."
        self._jobs.update_many({**of_them, "state": "pending"}, {"$set": over})
        self._jobs.update_many(of_them, {"$set": {"slot": None}})
        late = {"state": "pending", "created_at": {"$gt": now}, "not_before": {"$gt": now}}
        self._jobs.update_many(late, {"$set": {"not_before": None}})
        for moment in ("created_at", "started_at", "updated_at", "ended_at"):
            self._jobs.update_many({moment: {"$gt": now}}, {"$set": {moment: now}})

    def get(self, id_: str) -> Document | None:
        return self._jobs.find_one(_sound({"_id": id_}))

    def several(self, ids: Sequence[str]) -> dict[str, Document]:
        """Returns the records with these ids, by id, without what a list does not show."""
        found = self._jobs.find(_sound({"_id": {"$in": [*ids]}}), _LISTED)
        return {each["_id"]: each for each in found}

    def evidence_of(self, id_: str) -> str | None:
        """Returns `_id` of the latest page that a job kept as evidence."""
        latest = [("captured_at", -1)]
        found = self._evidence.find_one({"job": id_}, {"_id": 1}, sort=latest)
        return str(found["_id"]) if found else None

    def waiting(self, now: datetime) -> list[Document]:
        """Returns jobs that may start, in the order in which they should: priority, then age."""
        ready: Document = {"kind": "crawl", "state": "pending", "runner": None, "cancel_at": None}
        ready |= {"$or": [{"not_before": None}, {"not_before": {"$lte": now}}]}
        order = [("priority", -1), ("created_at", 1), ("_id", 1)]
        return self._jobs.find(_sound(ready)).sort(order).limit(MOST_WAITING).to_list()

    def first_in_line(
        self, now: datetime, sent_before: datetime, busy: Sequence[str], limit: int
    ) -> list[Document]:
        """Returns jobs to send to workers, in the order in which they should start: such as may
        start, whose sites are not busy, and that were not sent since a time."""
        ready: Document = {"kind": "crawl", "state": "pending", "runner": None, "cancel_at": None}
        ready["site"] = {"$nin": [*busy]}
        due = {"$or": [{"not_before": None}, {"not_before": {"$lte": now}}]}
        unsent = {"$or": [{"sent_at": None}, {"sent_at": {"$lt": sent_before}}]}
        order = [("priority", -1), ("created_at", 1), ("_id", 1)]
        shown = {"site": 1, "priority": 1, "created_at": 1, "sent_at": 1}
        found = self._jobs.find(_sound({**ready, "$and": [due, unsent]}), shown)
        return found.sort(order).limit(limit).to_list()

    def sent(self, since: datetime | None = None) -> list[Document]:
        """Returns jobs that were sent to workers and wait to be taken, the oldest first."""
        asked: Document = {"$ne": None} if since is None else {"$gte": since}
        wanted: Document = {"state": "pending", "sent_at": asked}
        shown = {"site": 1, "queue": 1, "sent_at": 1}
        return (
            self._jobs.find(_sound(wanted), shown).sort("sent_at", 1).limit(MOST_WAITING).to_list()
        )

    def note_sent(self, job: Document, now: datetime, queue: str) -> bool:
        """Notes that a waiting job is sent to workers; returns False if another did, or it waits
        no more. job: its record as it was read."""
        seen: Document = {"_id": job["_id"], "state": "pending", "sent_at": job.get("sent_at")}
        changes = {"$set": {"sent_at": now, "queue": queue}}
        return self._jobs.update_one(seen, changes).modified_count == 1

    def unsend(self, id_: str) -> None:
        """Notes that nobody holds a waiting job's message: it may be sent again."""
        self._jobs.update_one({"_id": id_, "state": "pending"}, {"$set": {"sent_at": None}})

    def running_by_runner(self) -> dict[str, int]:
        """Returns how many jobs each process runs."""
        steps: list[Document] = [
            {"$match": {"state": "running"}},
            {"$group": {"_id": "$runner", "jobs": {"$sum": 1}}},
        ]
        return {each["_id"]: each["jobs"] for each in self._jobs.aggregate(steps) if each["_id"]}

    def like(self, job: Document, limit: int, before: datetime | None = None) -> list[Document]:
        """Returns the counts of the latest successful jobs of the same schedule, else arguments.

        before: only of those asked for earlier.
        """
        same: Document = {"schedule": job.get("schedule")}
        if job.get("schedule") is None:
            same["arguments"] = job.get("arguments") or {}
        wanted = {"site": job.get("site"), "kind": job["kind"], "state": {"$in": [*LIKE_STATES]}}
        wanted |= {"_id": {"$ne": job["_id"]}, **same}
        if before is not None:
            wanted["created_at"] = {"$lt": before}
        found = self._jobs.find(_sound(wanted), {"counts": 1}).sort("created_at", -1).limit(limit)
        return [each.get("counts") or {} for each in found]

    def collected(self, schedule: str, since: datetime, until: datetime) -> bool:
        """Returns whether a crawl of a schedule that collected ended in that time."""
        ended = {"$gte": since, "$lte": until}
        wanted = {**COLLECTED, "schedule": schedule, "ended_at": ended}
        return self._jobs.find_one(wanted, {"_id": 1}) is not None

    def ever_collected(self) -> bool:
        """Returns whether a crawl of a site has ever collected."""
        return self._jobs.find_one(COLLECTED, {"_id": 1}) is not None

    def last_of_each_site(self) -> list[Document]:
        """Returns the crawl of each site that ended last."""
        steps: list[Document] = [
            {"$match": _sound({"kind": "crawl", "ended_at": {"$ne": None}, "site": {"$ne": None}})},
            {"$sort": {"created_at": -1}},
            {"$limit": MOST_WAITING},
            {"$project": {"stats": 0}},
            {"$group": {"_id": "$site", "job": {"$first": "$$ROOT"}}},
            {"$sort": {"_id": 1}},
        ]
        return [each["job"] for each in self._jobs.aggregate(steps)]

    def last_ok(self) -> dict[str, datetime]:
        """Returns when the last crawl of each site that was ok ended."""
        steps: list[Document] = [
            {"$match": _sound({"kind": "crawl", "state": "ok"})},
            {"$sort": {"created_at": -1}},
            {"$limit": MOST_WAITING},
            {"$group": {"_id": "$site", "at": {"$max": "$ended_at"}}},
        ]
        return {each["_id"]: each["at"] for each in self._jobs.aggregate(steps)}

    def untold(self, limit: int = 100) -> list[Document]:
        """Returns jobs that have ended and were not yet turned into alerts, the earliest first."""
        wanted = {"told_at": None, "ended_at": {"$ne": None}}
        return self._jobs.find(_sound(wanted)).sort("ended_at", 1).limit(limit).to_list()

    def told(self, id_: str, now: datetime) -> None:
        """Notes that its outcome has been turned into alerts."""
        self._jobs.update_one({"_id": id_}, {"$set": {"told_at": now}})

    def forget_old(self, before: datetime) -> int:
        """Deletes jobs that ended long ago; returns how many."""
        return self._jobs.delete_many({"ended_at": {"$ne": None, "$lt": before}}).deleted_count

    def by_hand(
        self, schedule: str, site: str, limit: int, since: datetime | None = None
    ) -> list[Document]:
        """Returns the latest jobs of a schedule that fill no slot: people asked for them."""
        wanted: Document = {"site": site, "schedule": schedule, "slot": None}
        if since is not None:
            wanted["created_at"] = {"$gte": since}
        found = self._jobs.find(_sound(wanted), _LISTED)
        return found.sort("created_at", -1).limit(limit).to_list()

    def page(
        self,
        limit: int,
        *,
        site: str | None = None,
        states: Sequence[JobState] = (),
        kind: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        skip: int = 0,
    ) -> list[Document]:
        """Returns some jobs, the newest first. until: of those asked for by then, included.

        skip: leave out so many of these; a page that follows gives what was shown of that moment.
        """
        wanted: Document = {} if site is None else {"site": site}
        if states:
            wanted["state"] = {"$in": [*states]}
        if kind is not None:
            wanted["kind"] = kind
        asked = {"$gte": since, "$lte": until}
        if span := {name: moment for name, moment in asked.items() if moment is not None}:
            wanted["created_at"] = span
        found = self._jobs.find(_sound(wanted), _LISTED, max_time_ms=PAGE_MS)
        return found.sort("created_at", -1).skip(skip).limit(limit).to_list()

    def list(
        self,
        limit: int = 20,
        site: str | None = None,
        states: Sequence[JobState] = (),
        kind: str | None = None,
    ) -> list[Document]:
        """Returns the latest jobs, the newest first."""
        wanted: Document = {} if kind is None else {"kind": kind}
        if site is not None:
            wanted["site"] = site
        if states:
            wanted["state"] = {"$in": [*states]}
        return [*self._jobs.find(_sound(wanted)).sort("created_at", -1).limit(limit)]


def _sound(wanted: Document) -> Document:
    return declared("jobs", wanted)


def new_job_id(site: str, moment: datetime) -> str:
    """Returns an id that is used once and names site and time: "sina-20260302T030000-1f2e3d"."""
    return f"{site}-{moment:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
