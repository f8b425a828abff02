"""The collection `schedules`: what operators changed, and how far each schedule is planned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.schema.reading import declared


class ScheduleRepository:
    """Reads and writes what is kept of schedules. Its methods block."""

    def __init__(self, database: Database[Document]) -> None:
        self._schedules = database["schedules"]

    def all(self) -> dict[str, Document]:
        """Returns what is kept, by the schedule's name."""
        return {
            document["_id"]: document
            for document in self._schedules.find(declared("schedules", {}))
        }

    def decided(self) -> dict[str, Document]:
        """Returns only what operators decided, by the schedule's name."""
        found = self._schedules.find(declared("schedules", {"updated_by": {"$ne": None}}))
        return {document["_id"]: document for document in found}

    def change(self, name: str, now: datetime, by: str, **fields: object) -> None:
        """Applies an operator's decision to a schedule: enabled, paused_until, arguments, ..."""
        fields |= {"updated_at": now, "updated_by": by}
        first: Document = {"known_since": now}
        if "enabled" not in fields:
            first["enabled"] = True
        update = {"$set": fields, "$setOnInsert": first}
        self._schedules.update_one({"_id": name}, update, upsert=True)

    def take_over(self, origins: Mapping[str, str], fresh: Collection[str], now: datetime) -> None:
        """Notes that the due times of schedules are slots until now, and what they follow from.

        fresh: of these, the new ones and those whose due times follow from something else now;
        nothing is expected of them before.
        """
        self._write(
            UpdateOne({"_id": name}, _taken_over(origin, name in fresh, now), upsert=True)
            for name, origin in origins.items()
        )

    def forget(self, names: Collection[str]) -> None:
        """Forgets how far schedules are planned that there are no more. What operators decided
        stays, in case one comes back."""
        gone: Document = {"_id": {"$in": [*names]}}
        plan = {"known_since": "", "planned_until": "", "planned_as": ""}
        self._schedules.delete_many({**gone, "updated_by": None})
        self._schedules.update_many(gone, {"$unset": plan})

    def planned(self, until: Mapping[str, datetime], now: datetime) -> None:
        """Notes that the due times of schedules are slots until then; it never goes back."""
        first = {"enabled": True, "updated_at": now, "known_since": now}
        self._write(
            UpdateOne(
                {"_id": name},
                {"$max": {"planned_until": moment}, "$setOnInsert": first},
                upsert=True,
            )
            for name, moment in until.items()
        )

    def _write(self, updates: Iterable[UpdateOne]) -> None:
        operations = [*updates]
        if operations:
            self._schedules.bulk_write(operations, ordered=False)


def _taken_over(origin: str, fresh: bool, now: datetime) -> Document:
    fields: Document = {"planned_until": now, "planned_as": origin}
    first: Document = {"enabled": True, "updated_at": now}
    if fresh:
        return {"$set": {**fields, "known_since": now}, "$setOnInsert": first}
    # It is later than now only if the clock was ahead: nothing would be expected until then.
    return {"$set": fields, "$setOnInsert": first, "$min": {"known_since": now}}
