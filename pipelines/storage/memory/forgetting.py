"""URLs that gave no article and that no list has shown for long are forgotten, if that is set."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pymongo.database import Database

from pipelines.storage.documents import Document

_BATCH: Final = 1000


def forget_urls(database: Database[Document], before: datetime) -> int:
    """Deletes URLs without an article, a reject or a next look that were last seen before a time;
    returns how many."""
    wanted = {"state": {"$ne": "stored"}, "last_seen_at": {"$lt": before}, "next_check_at": None}
    ids: list[str] = []
    gone = 0
    with database["urls"].find(wanted, {"_id": 1}).batch_size(_BATCH) as found:
        for document in found:
            ids.append(document["_id"])
            if len(ids) == _BATCH:
                gone += _forget(database, ids)
                ids = []
    return gone + _forget(database, ids)


def _forget(database: Database[Document], ids: list[str]) -> int:
    kept = {
        each["_id"]
        for name in ("articles", "rejects")
        for each in database[name].find({"_id": {"$in": ids}}, {"_id": 1})
    }
    return database["urls"].delete_many({"_id": {"$in": [*{*ids} - kept]}}).deleted_count
