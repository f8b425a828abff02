"""The collection `leases`: what only one process may hold at a time, and only for a while.

The times are MongoDB's (`$$NOW`), so wrong clocks of machines do not matter.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from pipelines.storage.documents import Document
from pipelines.storage.schema.reading import declared

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_AHEAD: Document = {"$add": ["$$NOW", 60_000]}
_TAKEN_AT: Document = {"$ifNull": ["$taken_at", _NEVER]}
_OVER: Document = {
    "$or": [
        {"$lte": [{"$ifNull": ["$until", _NEVER]}, "$$NOW"]},
        {"$gt": [_TAKEN_AT, _AHEAD]},  # MongoDB's clock was ahead: it would last until then
    ]
}
"""Expression: a lease is not held by anybody."""


class LeaseRepository:
    """Takes, renews and gives back leases. Its methods block."""

    def __init__(self, database: Database[Document]) -> None:
        self._leases = database["leases"]

    def take(
        self,
        name: str,
        owner: str,
        seconds: float,
        note: str | None = None,
        trouble: str | None = None,
        offers: Document | None = None,
    ) -> Document:
        """Takes a lease that is free or has run out, or renews one's own; returns it as it is then.

        The caller holds it if its owner is the caller. trouble: what is wrong with the owner;
        offers: what it can do.
        """
        mine: Document = {"$eq": ["$owner", owner]}
        got = {"$or": [mine, _OVER]}

        def if_got(value: Any, field: str) -> Document:  # noqa: ANN401 - any expression
            return {"$cond": [got, value, f"${field}"]}

        update = {
            "owner": if_got({"$literal": owner}, "owner"),
            "since": if_got({"$cond": [mine, {"$ifNull": ["$since", "$$NOW"]}, "$$NOW"]}, "since"),
            "until": if_got({"$add": ["$$NOW", round(seconds * 1000)]}, "until"),
            "taken_at": if_got("$$NOW", "taken_at"),
            "note": if_got({"$literal": note}, "note"),
            "trouble": if_got({"$literal": trouble}, "trouble"),
        }
        if offers is not None:
            update["offers"] = if_got({"$literal": offers}, "offers")
        try:
            return self._set(name, update)
        except DuplicateKeyError:  # two took a new one at once; the other was first
            return self._set(name, update)

    def _set(self, name: str, update: Document) -> Document:
        found: Document | None = self._leases.find_one_and_update(
            {"_id": name}, [{"$set": update}], upsert=True, return_document=ReturnDocument.AFTER
        )
        return found or {}  # never: it is inserted if it is not there

    def give_back(self, name: str, owner: str) -> None:
        """Ends the caller's lease; leaves that of another alone."""
        self._leases.delete_one({"_id": name, "owner": owner})

    def give_back_all(self, owner: str) -> None:
        """Ends all of the caller's leases."""
        self._leases.delete_many({"owner": owner})

    def held(self, prefix: str = "") -> list[Document]:
        """Returns the leases in force whose names begin so."""
        wanted = {
            "_id": {"$gte": prefix, "$lt": prefix + "\uffff"},
            "$expr": {"$not": [_OVER]},
        }
        return self._leases.find(declared("leases", wanted)).sort("_id", 1).to_list()

    def is_noted(self, name: str, note: str) -> bool:
        """Returns whether a lease bears this note."""
        return self._leases.find_one({"_id": name, "note": note}) is not None

    def forget_old(self, days: int = 7) -> None:
        """Deletes leases that ran out long ago."""
        old = {"$subtract": ["$$NOW", days * 86_400_000]}
        self._leases.delete_many({"$expr": {"$lt": ["$until", old]}})
