"""The collection `traces`: what articles are found by, kept apart from them.

Traces follow from an article's text and from those that it had before. They are written after the
article, and traces of an earlier state never replace those of a later one. Whoever finds an article
without traces (its writer was killed in between) writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import evolve
from pymongo import ReplaceOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from pipelines.items import Article
from pipelines.storage.documents import Document
from pipelines.storage.news.revisions import earlier_bodies
from pipelines.storage.retries import DUPLICATE_KEY, failed_operations
from pipelines.text.finding.article_traces import VERSION, traces, week_of
from pipelines.text.finding.similarity import bands
from pipelines.text.fingerprints import fingerprint


async def find_by_earlier(database: AsyncDatabase[Document], articles: Sequence[Article]) -> None:
    """Let these articles, which were changed, be found by the texts that they had before, too."""
    if not articles:
        return
    earlier = await earlier_bodies(database, [article.id for article in articles])
    for article in articles:
        found = article.traces or traces(article)
        more = {band for body in earlier.get(article.id, ()) for band in bands(body)}
        article.traces = evolve(found, bands=[*found.bands, *sorted(more - {*found.bands})])


async def write_traces(
    database: AsyncDatabase[Document], articles: Sequence[Article], now: datetime
) -> None:
    """Writes the traces of these articles, whose present state was stored at `now`."""
    await put_traces(database, [(article, now) for article in articles])


async def put_traces(
    database: AsyncDatabase[Document], states: Sequence[tuple[Article, datetime]]
) -> None:
    """Writes the traces of articles, each of which was stored at its own time."""
    operations = [_replacement(article, at) for article, at in states]
    if not operations:
        return
    try:
        await database["traces"].bulk_write(operations, ordered=False)
    except BulkWriteError as error:
        # The filter does not match traces of a later state; the upsert then finds their id taken.
        if any(code != DUPLICATE_KEY for _index, code, _text in failed_operations(error)):
            raise


def _replacement(article: Article, at: datetime) -> ReplaceOne[Document]:
    document = trace_document(article, at)
    return ReplaceOne({"_id": article.id, "at": {"$lte": at}}, document, upsert=True)


def trace_document(article: Article, at: datetime) -> Document:
    """Returns the traces of an article, whose present state was stored at a time, as a document."""
    if article.published_at is None:
        raise ValueError(f"{article.id} has no time; the clean pipeline turns such articles away")
    found = article.traces or traces(article)
    return {
        "_id": article.id,
        "version": VERSION,
        "at": at,
        "content": _content(article),
        "site": article.site,
        "published_at": article.published_at,
        "week": week_of(article.published_at),
        "bands": found.bands,
        "grams": found.grams,
    }


async def without_traces(
    database: AsyncDatabase[Document], articles: Iterable[Article]
) -> list[Article]:
    """Returns the articles that have no traces of this version and of this content."""
    contents = {article.id: (article, _content(article)) for article in articles}
    if not contents:
        return []
    wanted = {"_id": {"$in": list(contents)}, "version": VERSION}
    cursor = database["traces"].find(wanted, {"content": 1})
    kept = {document["_id"]: document["content"] for document in await cursor.to_list()}
    return [article for article, content in contents.values() if kept.get(article.id) != content]


def _content(article: Article) -> str:
    return (article.fingerprint or fingerprint(article)).content
