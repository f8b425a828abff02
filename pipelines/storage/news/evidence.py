"""The collection `evidence`: pages that gave no article, as they came, bounded in size and age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs
from pymongo import ReplaceOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.storage.documents import Document
from pipelines.storage.entries import Evidence, PageEntry
from pipelines.timing.clock import machine_now

ENCODING = "zlib"
PRUNE_ROUNDS = 10
PRUNED_AT_ONCE = 1_000
_INDEX = "captured_size"


class EvidenceRepository:
    """Writes evidence, one page per URL, and deletes the oldest when all together is too large.

    Takes the sum at the first write, and again whenever this process has added 1/16 of the limit,
    so that several processes together overshoot by little.
    """

    def __init__(self, database: AsyncDatabase[Document], days: int, megabytes: int) -> None:
        self._evidence = database["evidence"]
        self._days = timedelta(days=days)
        self._limit = megabytes * 1024 * 1024
        self._added: int | None = None

    async def write(self, pages: Sequence[PageEntry], now: datetime) -> None:
        """Writes the pages that have evidence; the latest of a URL replaces an earlier one."""
        expires_at = machine_now() + self._days
        documents = {
            page.report.id: _document(page, page.evidence, now, expires_at)
            for page in pages
            if page.evidence is not None
        }
        if not documents:
            return
        await self._evidence.bulk_write(
            [
                ReplaceOne({"_id": id_}, document, upsert=True)
                for id_, document in documents.items()
            ],
            ordered=False,
        )
        added = sum(document["compressed_size"] for document in documents.values())
        if self._added is None or self._added + added > self._limit // 16:
            await self._prune()
            self._added = 0
        else:
            self._added += added

    async def _prune(self) -> None:
        cursor = await self._evidence.aggregate(
            [{"$group": {"_id": None, "bytes": {"$sum": "$compressed_size"}}}], hint=_INDEX
        )
        excess = sum(group["bytes"] for group in await cursor.to_list()) - self._limit
        for _round in range(PRUNE_ROUNDS):
            if excess <= 0:
                return
            oldest = self._evidence.find(
                {}, {"_id": 0, "captured_at": 1, "compressed_size": 1}, hint=_INDEX
            )
            last: datetime | None = None
            async for document in oldest.sort("captured_at", 1).limit(PRUNED_AT_ONCE):
                last = document["captured_at"]
                excess -= document["compressed_size"]
                if excess <= 0:
                    break
            await self._evidence.delete_many({"captured_at": {"$lte": last}})


def _document(page: PageEntry, evidence: Evidence, now: datetime, expires_at: datetime) -> Document:
    report = page.report
    return {
        "article": report.id,
        "site": report.site,
        "url": report.url,
        "state": report.state,
        "reason": report.reason,
        "detail": report.detail,
        "status": report.status,
        "content_type": evidence.content_type,
        "encoding": ENCODING if evidence.packed is not None else None,
        "body": evidence.packed,
        "archive": attrs.asdict(evidence.archive) if evidence.archive else None,
        "size": evidence.size,
        "screenshot": evidence.screenshot,
        "compressed_size": len(evidence.packed or b"") + len(evidence.screenshot or b""),
        "job": page.job,
        "captured_at": now,
        "expires_at": expires_at,
    }
