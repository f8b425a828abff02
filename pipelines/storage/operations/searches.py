"""The collection `searches`: searches that people keep, by name."""

from __future__ import annotations

from datetime import datetime

from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.schema.reading import declared

MOST = 200


class SearchRepository:
    """Reads and writes saved searches. Its methods block."""

    def __init__(self, database: Database[Document]) -> None:
        self._searches = database["searches"]

    def list(self) -> list[Document]:
        """Returns all by name."""
        return self._searches.find(declared("searches", {})).sort("_id", 1).limit(MOST).to_list()

    def get(self, name: str) -> Document | None:
        return self._searches.find_one(declared("searches", {"_id": {"$eq": name}}))

    def put(self, name: str, asked: str, by: str, now: datetime) -> bool:
        """Keeps one; another of this name is replaced. Returns False if there is no room."""
        if self._searches.count_documents({"_id": {"$ne": name}}) >= MOST:
            return False
        document = {"_id": name, "asked": asked, "by": by, "at": now}
        self._searches.replace_one({"_id": {"$eq": name}}, document, upsert=True)
        return True

    def remove(self, name: str) -> bool:
        """Removes one; returns False if there is none."""
        return self._searches.delete_one({"_id": {"$eq": name}}).deleted_count == 1
