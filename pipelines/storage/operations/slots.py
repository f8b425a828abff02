"""The collection `slots`: every due time of a schedule, exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pymongo.database import Database
from pymongo.errors import BulkWriteError

from pipelines.records import SlotState
from pipelines.storage.documents import Document
from pipelines.storage.retries import failed_operations
from pipelines.storage.schema.reading import declared


class SlotRepository:
    """Reads and writes slots. Its methods block."""

    def __init__(self, database: Database[Document]) -> None:
        self._slots = database["slots"]

    def add(self, slots: Sequence[Document]) -> int:
        """Adds slots that are not there yet, changes none; returns how many it added."""
        if not slots:
            return 0
        try:
            return len(self._slots.insert_many(slots, ordered=False).inserted_ids)
        except BulkWriteError as error:
            # Where another scheduler was first, its slot counts.
            others = [each for each in failed_operations(error) if each[1] != 11000]
            if others:
                raise
            return int(error.details.get("nInserted", 0))

    def open(self, schedule: str | None = None) -> list[Document]:
        """Returns the slots that are not done, the earliest first."""
        wanted: Document = {"state": {"$in": ["pending", "running"]}}
        if schedule is not None:
            wanted["schedule"] = schedule
        return self._slots.find(_sound(wanted)).sort([("due_at", 1), ("_id", 1)]).to_list()

    def change(self, slot: Document, **fields: object) -> bool:
        """Sets fields of a slot that is still as it was read; returns False if another
        was first."""
        unchanged = {name: slot.get(name) for name in ("_id", "state", "job")}
        result = self._slots.update_one(unchanged, {"$set": fields})
        return result.modified_count == 1

    def get(self, id_: str) -> Document | None:
        return self._slots.find_one(_sound({"_id": id_}))

    def last(self, schedule: str, limit: int = 1) -> list[Document]:
        """Returns the latest slots of a schedule, the newest first."""
        found = self._slots.find(_sound({"schedule": schedule}))
        return found.sort("due_at", -1).limit(limit).to_list()

    def latest(self, schedules: Sequence[str]) -> dict[str, Document]:
        """Returns the latest slot of each of these schedules that has one, in two questions."""
        steps: list[Document] = [
            {"$match": {"schedule": {"$in": [*schedules]}}},
            {"$sort": {"schedule": -1, "due_at": -1}},  # as the index, read backwards: one key each
            {"$group": {"_id": "$schedule", "slot": {"$first": "$_id"}}},
        ]
        ids = {each["_id"]: each["slot"] for each in self._slots.aggregate(steps)}
        sound = self._slots.find(_sound({"_id": {"$in": [*ids.values()]}}))
        found = {each["schedule"]: each for each in sound}
        for name in ids.keys() - found.keys():  # its latest is not as declared
            for slot in self.last(name):
                found[name] = slot
        return found

    def last_begun(self, schedule: str, before: datetime) -> Document | None:
        """Returns the latest slot due before then that got a job."""
        wanted = {"schedule": schedule, "due_at": {"$lt": before}, "job": {"$ne": None}}
        return self._slots.find_one(_sound(wanted), sort=[("due_at", -1)])

    def between(self, schedule: str, after: datetime, until: datetime) -> int:
        """Returns how many slots of a schedule were due in (after, until]."""
        due = {"$gt": after, "$lte": until}
        return self._slots.count_documents({"schedule": schedule, "due_at": due})

    def untold_missed(self) -> list[Document]:
        """Returns the due times for which nobody was there, made up for or not, and of which nobody
        was told; the earliest first."""
        wanted = {"$or": [{"state": "missed"}, {"late": True}], "told_at": None}
        return self._slots.find(_sound(wanted)).sort("due_at", 1).limit(1000).to_list()

    def told(self, ids: Sequence[str], now: datetime) -> None:
        """Notes that they were turned into alerts."""
        self._slots.update_many({"_id": {"$in": [*ids]}}, {"$set": {"told_at": now}})

    def forget_old(self, before: datetime) -> int:
        """Deletes slots that were done long ago; returns how many."""
        done = {"state": {"$in": ["done", "missed", "skipped"]}, "due_at": {"$lt": before}}
        return self._slots.delete_many(done).deleted_count

    def ahead(self, now: datetime) -> list[Document]:
        """Returns slots that are yet to come: the clock was ahead when they were written."""
        return self._slots.find(_sound({"due_at": {"$gt": now}})).to_list()

    def forget(self, ids: Sequence[str]) -> None:
        """Deletes these slots."""
        self._slots.delete_many({"_id": {"$in": [*ids]}})

    def forget_ahead(self, now: datetime) -> int:
        """Deletes slots that count as missed or skipped and are yet to come."""
        wrong = {"state": {"$in": ["missed", "skipped"]}, "due_at": {"$gt": now}}
        return self._slots.delete_many(wrong).deleted_count

    def list(
        self, since: datetime, states: Sequence[SlotState] = (), limit: int = 1000
    ) -> list[Document]:
        """Returns slots due from then on, the newest first."""
        wanted: Document = {"due_at": {"$gte": since}}
        if states:
            wanted["state"] = {"$in": [*states]}
        return self._slots.find(_sound(wanted)).sort("due_at", -1).limit(limit).to_list()


def _sound(wanted: Document) -> Document:
    return declared("slots", wanted)
