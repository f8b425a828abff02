"""What the nights of all sites brought, summed up by MongoDB."""

from __future__ import annotations

from datetime import datetime

from pymongo.database import Database

from pipelines.counting import counters
from pipelines.storage.documents import Document

ZONE = "Asia/Shanghai"
HALF_A_DAY_MS = 12 * 3_600_000
MOST_MARKED = 200
SUMMED = tuple(
    counter.name for counter in (counters.NEW, counters.REVISED, counters.GONE, counters.FAILED)
)
"""Counters of jobs that are added up."""


class NightSums:
    """Counts jobs and due times by night. A night goes from noon to noon in Beijing, and has the
    date of its morning. Its methods block."""

    def __init__(self, database: Database[Document]) -> None:
        self._jobs = database["jobs"]
        self._slots = database["slots"]
        self._database = database

    def jobs(self, since: datetime, until: datetime | None = None) -> list[Document]:
        """Returns crawls asked for in that time as {site, night, state, jobs, new, revised, ...}.

        Of the jobs of one due time only the last one's state counts; all that they brought does.
        Replays and imports are no nights.
        """
        asked: Document = {"$gte": since} if until is None else {"$gte": since, "$lt": until}
        sums = {name: {"$sum": f"$counts.{name}"} for name in SUMMED}
        steps: list[Document] = [
            {"$match": {"kind": "crawl", "site": {"$ne": None}, "created_at": asked}},
            {"$sort": {"created_at": 1}},
            {
                "$project": {
                    "site": 1, "state": 1, "created_at": 1, "slot": 1,
                    **{f"counts.{name}": 1 for name in SUMMED},
                }
            },
            {
                "$group": {
                    "_id": {"$ifNull": ["$slot", "$_id"]},
                    "site": {"$last": "$site"},
                    "state": {"$last": "$state"},
                    "night": {"$first": _night_of("$created_at")},
                    **sums,
                }
            },
            {
                "$group": {
                    "_id": {"site": "$site", "night": "$night", "state": "$state"},
                    "jobs": {"$sum": 1},
                    **{name: {"$sum": f"${name}"} for name in SUMMED},
                }
            },
        ]  # fmt: skip
        return [{**each.pop("_id"), **each} for each in self._jobs.aggregate(steps)]

    def not_run(self, since: datetime) -> list[Document]:
        """Returns due times since then that should have run and did not, as {schedule, night,
        slots}."""
        steps: list[Document] = [
            {
                "$match": {
                    "state": {"$in": ["missed", "skipped"]},
                    "due_at": {"$gte": since},
                    "wanted": {"$ne": False},
                }
            },
            {
                "$group": {
                    "_id": {"schedule": "$schedule", "night": _night_of("$due_at")},
                    "slots": {"$sum": 1},
                }
            },
        ]
        return [{**each.pop("_id"), **each} for each in self._slots.aggregate(steps)]

    def marks(self) -> list[object]:
        """Returns what is another list after a job began, went on or ended, or after an alert was
        raised, noted or over."""
        running = self._jobs.find({"state": "running"}, {"updated_at": 1}).limit(MOST_MARKED)
        latest = self._jobs.find_one({}, {"state": 1}, sort=[("created_at", -1)])
        shown = {"last_raised_at": 1, "acknowledged_at": 1}
        alerts = self._database["alerts"].find({"open": {"$ne": None}}, shown).limit(MOST_MARKED)
        return [running.to_list(), latest, alerts.to_list()]

    def held(self) -> Document:
        """Returns how much is stored: {articles, bytes}."""
        size = self._database.command("dbStats")
        return {
            "articles": self._database["articles"].estimated_document_count(),
            "bytes": int(size["storageSize"] + size["indexSize"]),
        }


def _night_of(field: str) -> Document:
    """Returns the expression of the night that a time belongs to: midnight of its morning."""
    return {
        "$dateTrunc": {
            "date": {"$add": [field, HALF_A_DAY_MS]},
            "unit": "day",
            "timezone": ZONE,
        }
    }
