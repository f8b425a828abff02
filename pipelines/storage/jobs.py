"""The collection `jobs`: every execution of a crawl or import, from its start to its verdict."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pymongo.database import Database

from pipelines.storage.documents import Document

JobState = Literal["pending", "running", "ok", "partial", "blocked", "failed", "lost", "cancelled"]
OPEN_STATES: tuple[JobState, ...] = ("pending", "running")


class JobRepository:
    """Reads and writes job records. Its methods block."""

    def __init__(self, database: Database[Document]) -> None:
        self._jobs = database["jobs"]

    def create(
        self,
        site: str | None,
        now: datetime,
        *,
        kind: str = "crawl",
        arguments: Mapping[str, object] | None = None,
        **fields: object,
    ) -> str:
        """A pending job; gives its id, which names site and time: "guancha-20260302T190000-3f9a1c".

        fields: further ones of the collection: schedule, slot, command, host, version, log_file.
        """
        id_ = f"{site or kind}-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self._jobs.insert_one(
            {
                "_id": id_,
                "site": site,
                "kind": kind,
                "state": "pending",
                "arguments": dict(arguments or {}),
                "created_at": now,
                **fields,
            }
        )
        return id_

    def start(self, id_: str, now: datetime, **fields: object) -> None:
        """Its process runs. fields: pid, host, command, log_file, ..."""
        self.update(id_, state="running", started_at=now, updated_at=now, **fields)

    def update(self, id_: str, **fields: object) -> None:
        """Set fields of a job that has not ended; one that has is left as it is."""
        self._jobs.update_one({"_id": id_, "ended_at": None}, {"$set": fields})

    def finish(
        self,
        id_: str,
        state: JobState,
        now: datetime,
        *,
        reason: str | None = None,
        **fields: object,
    ) -> None:
        """It has ended. fields: counts, stats, exit_code, ..."""
        self.update(id_, state=state, reason=reason, ended_at=now, updated_at=now, **fields)

    def get(self, id_: str) -> Document | None:
        return self._jobs.find_one({"_id": id_})

    def list(
        self, limit: int = 20, site: str | None = None, states: Sequence[JobState] = ()
    ) -> list[Document]:
        """The latest jobs, newest first."""
        wanted: Document = {}
        if site is not None:
            wanted["site"] = site
        if states:
            wanted["state"] = {"$in": [*states]}
        return [*self._jobs.find(wanted).sort("created_at", -1).limit(limit)]
