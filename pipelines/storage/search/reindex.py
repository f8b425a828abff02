"""Makes anew what articles are found by, after an upgrade or where it is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from attrs import define
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.config import Settings
from pipelines.storage.documents import Document, article_from_document
from pipelines.storage.news.stories import link_copies
from pipelines.storage.news.traces import find_by_earlier, put_traces
from pipelines.storage.search.blocks import drop_outdated, gather
from pipelines.storage.session import StorageSession
from pipelines.text.finding.article_traces import VERSION, traces

BATCH = 100
Progress = Callable[[int, int], None]
"""Called with the number of articles looked at, and how many there are."""


@define(frozen=True, kw_only=True)
class Reindexed:
    """articles: got new traces. blocks: were gathered. outdated: blocks that were removed."""

    articles: int
    blocks: int
    outdated: int


def reindex(settings: Settings, progress: Progress) -> Reindexed:
    """Makes traces for all articles that have none of this version, links them, gathers blocks.

    Blocks. May be stopped at any time; the next call goes on where this one was.

    Raises:
        StorageError, PyMongoError: MongoDB is away or refuses.
    """

    async def work() -> Reindexed:
        async with StorageSession(settings) as session:
            return await session.run(lambda database: reindex_database(database, progress))

    return asyncio.run(work())


async def reindex_database(database: AsyncDatabase[Document], progress: Progress) -> Reindexed:
    """As `reindex`, on an open database."""
    total = await database["articles"].estimated_document_count()
    seen = made = 0
    last = ""
    while batch := await _next_articles(database, last):
        last = batch[-1]["_id"]
        made += await retrace(database, batch)
        seen += len(batch)
        progress(seen, max(total, seen))
    blocks = await gather(database)
    return Reindexed(articles=made, blocks=blocks, outdated=await drop_outdated(database))


async def _next_articles(database: AsyncDatabase[Document], last: str) -> list[Document]:
    cursor = database["articles"].find({"_id": {"$gt": last}}, {"related": 0, "hot": 0})
    return await cursor.sort("_id", 1).limit(BATCH).to_list()


async def retrace(database: AsyncDatabase[Document], batch: list[Document]) -> int:
    """Makes traces for those of some articles that have none of this version, and links them;
    returns how many."""
    by_id: dict[str, Any] = {document["_id"]: document for document in batch}
    wish = {"_id": {"$in": list(by_id)}, "version": VERSION}
    cursor = database["traces"].find(wish, {"content": 1})
    for known in await cursor.to_list():
        if by_id[known["_id"]]["fingerprint"]["content"] == known["content"]:
            del by_id[known["_id"]]
    articles = [article_from_document(document) for document in by_id.values()]
    for article in articles:
        article.traces = traces(article)
    changed = [article for article in articles if by_id[article.id]["revision"] > 1]
    await find_by_earlier(database, changed)
    stored = [by_id[article.id]["stored_at"] for article in articles]
    await put_traces(database, list(zip(articles, stored, strict=True)))
    if articles:
        await link_copies(database, articles, max(stored))
    return len(articles)
