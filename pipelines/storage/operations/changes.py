"""The collection `changes`: who changed what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.schema.reading import declared


class ChangeRepository:
    """Reads and writes the record of changes. Its methods block."""

    def __init__(self, database: Database[Document]) -> None:
        self._changes = database["changes"]

    def add(
        self,
        now: datetime,
        by: str,
        via: str,
        action: str,
        subject: str,
        details: Mapping[str, object],
    ) -> None:
        """Notes a change. details: what was given with it."""
        change: Document = {"at": now, "by": by, "via": via, "action": action, "subject": subject}
        self._changes.insert_one({**change, "details": dict(details)})

    def list(self, limit: int, subject: str | None = None) -> list[Document]:
        """Returns the latest changes, of one thing or of all, the newest first."""
        wanted: Document = {} if subject is None else {"subject": {"$eq": subject}}
        found = self._changes.find(declared("changes", wanted))
        return found.sort("at", -1).limit(limit).to_list()

    def forget_old(self, before: datetime) -> int:
        """Deletes changes of long ago; returns how many."""
        return self._changes.delete_many({"at": {"$lt": before}}).deleted_count
