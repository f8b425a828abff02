"""The collection `rejects`: whole articles that were rejected, so that they can come back."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from pymongo import ReplaceOne, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.items import Article
from pipelines.storage.documents import Document, unpack
from pipelines.storage.entries import RejectEntry
from pipelines.timing.clock import machine_now

ENCODING = "bson+zlib"
logger = logging.getLogger(__name__)


class RejectRepository:
    """Writes rejects; MongoDB deletes each `days` after it was rejected."""

    def __init__(self, database: AsyncDatabase[Document], days: int) -> None:
        self._rejects = database["rejects"]
        self._days = timedelta(days=days)

    async def write(self, rejects: Sequence[RejectEntry], now: datetime) -> None:
        """Writes rejects; the latest state of an article replaces an earlier one."""
        if not rejects:
            return
        expires_at = machine_now() + self._days
        await self._rejects.bulk_write(
            [
                ReplaceOne({"_id": reject.id}, _document(reject, now, expires_at), upsert=True)
                for reject in rejects
            ],
            ordered=True,
        )

    async def write_past(self, rejects: Sequence[tuple[RejectEntry, datetime]]) -> None:
        """Writes what was rejected at an earlier time, unless that is too long ago, or the article
        is among the rejects already."""
        moment = machine_now()
        recent = [(reject, at) for reject, at in rejects if at + self._days > moment]
        if recent:
            await self._rejects.bulk_write(
                [
                    UpdateOne(
                        {"_id": reject.id},
                        {"$setOnInsert": _document(reject, at, at + self._days)},
                        upsert=True,
                    )
                    for reject, at in recent
                ],
                ordered=False,
            )

    async def known(self, ids: Sequence[str]) -> set[str]:
        """Returns which of these are rejects."""
        cursor = self._rejects.find({"_id": {"$in": list(ids)}}, {"_id": 1})
        return {each["_id"] for each in await cursor.to_list()}

    async def forget(self, ids: Sequence[str]) -> None:
        """Removes rejects that are stored now."""
        if ids:
            await self._rejects.delete_many({"_id": {"$in": list(ids)}})


def restored(documents: Iterable[Document]) -> Iterator[tuple[Document, Article]]:
    """Yields documents of `rejects` with their articles as they were when they were rejected.

    Leaves out, and names in the log, what cannot be read.
    """
    for document in documents:
        try:
            yield document, unpack(document["item"])
        except ValueError as error:
            logger.warning("What was turned away as %s is left out: %s", document["_id"], error)


def _document(reject: RejectEntry, now: datetime, expires_at: datetime) -> Document:
    return {
        "site": reject.site,
        "url": reject.url,
        "title": reject.title,
        "reason": reject.reason,
        "detail": reject.detail,
        "published_at": reject.published_at,
        "rejected_at": now,
        "job": reject.job,
        "encoding": ENCODING,
        "item": reject.packed,
        "expires_at": expires_at,
    }
