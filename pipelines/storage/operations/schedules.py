"""The collection `schedules`: what operators changed, and how far each schedule is planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.storage.documents import Document


class ScheduleRepository:
    """Reads and writes what is kept of schedules. Its methods block."""

    def __init__(self, database: Database[Document]) -> None:
        self._schedules = database["schedules"]

    def all(self) -> dict[str, Document]:
        """Returns what is kept, by the schedule's name."""
        return {document["_id"]: document for document in self._schedules.find()}

    def decided(self) -> dict[str, Document]:
        """Returns only what operators decided, by the schedule's name."""
        found = self._schedules.find({"updated_by": {"$ne": None}})
        return {document["_id"]: document for document in found}

    def change(self, name: str, now: datetime, by: str, **fields: object) -> None:
        """Applies an operator's decision to a schedule: enabled, paused_until, arguments, ..."""
        fields |= {"updated_at": now, "updated_by": by}
        first: Document = {"known_since": now}
        if "enabled" not in fields:
            first["enabled"] = True
        update = {"$set": fields, "$setOnInsert": first}
        self._schedules.update_one({"_id": name}, update, upsert=True)

    def planned(self, until: Mapping[str, datetime], now: datetime) -> None:
        """Notes until when the due times of schedules have become slots; it never goes back."""
        if until:
            first = {"enabled": True, "updated_at": now, "known_since": now}
            self._schedules.bulk_write(
                [
                    UpdateOne(
                        {"_id": name},
                        {"$max": {"planned_until": moment}, "$setOnInsert": first},
                        upsert=True,
                    )
                    for name, moment in until.items()
                ],
                ordered=False,
            )
