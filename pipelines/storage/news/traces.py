"""The collection `traces`: what articles are found by, kept apart from them.

Traces follow from an article's text. They are written after the article, and traces of an earlier
state never replace those of a later one. Whoever finds an article without traces (its writer was
killed in between) writes them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import define
from pymongo import ReplaceOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from pipelines.items import Article
from pipelines.storage.documents import Document
from pipelines.storage.retries import DUPLICATE_KEY, failed_operations
from pipelines.text.finding.article_traces import VERSION, traces, week_of
from pipelines.text.finding.similarity import WINDOW
from pipelines.text.fingerprints import fingerprint

MOST_CANDIDATES = 100
"""Articles with which one article is compared. If more share a band, those that share
most bands."""
MOST_LOOKED_AT = 5_000
"""Articles that share a band among which the nearest are chosen."""
Pair = tuple[str, str]
_log = logging.getLogger(__name__)


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


@define(frozen=True, kw_only=True)
class _Sought:
    """An article whose near copies are looked for."""

    id: str
    published_at: datetime
    bands: list[int]


async def near_pairs(database: AsyncDatabase[Document], articles: Iterable[Article]) -> set[Pair]:
    """Returns pairs of one of these articles and any other that share a band, within a week.

    Takes one query per week of publication; the articles of a batch mostly share one week.
    """
    by_week: dict[int, list[_Sought]] = defaultdict(list)
    for article in articles:
        found = article.traces or traces(article)
        if article.published_at is not None and found.bands:
            by_week[week_of(article.published_at)].append(
                _Sought(id=article.id, published_at=article.published_at, bands=found.bands)
            )
    pairs: set[Pair] = set()
    for week, sought in by_week.items():
        pairs |= await _near_in_week(database, week, sought)
    return pairs


async def _near_in_week(
    database: AsyncDatabase[Document], week: int, sought: Sequence[_Sought]
) -> set[Pair]:
    most = min(MOST_CANDIDATES * len(sought), MOST_LOOKED_AT)
    bands = {band for each in sought for band in each.bands}
    cursor = database["traces"].find(
        _near_week(week, bands), {"bands": 1, "published_at": 1}, hint="week_bands"
    )
    documents = await cursor.limit(most).to_list()
    if len(documents) < most:
        return await asyncio.to_thread(_pairs, sought, documents)
    if most < MOST_CANDIDATES * len(sought):  # more than are held at once, and perhaps no flood
        half = len(sought) // 2
        pairs = await _near_in_week(database, week, sought[:half])
        return pairs | await _near_in_week(database, week, sought[half:])
    _log.info("A flood of articles of one form, %s among them: the nearest count.", sought[0].id)
    found: set[Pair] = set()
    for each in sought:
        found |= await _nearest(database, week, each)
    return found


def _pairs(sought: Sequence[_Sought], documents: Sequence[Document]) -> set[Pair]:
    owners: dict[int, list[_Sought]] = defaultdict(list)
    for each in sought:
        for band in each.bands:
            owners[band].append(each)
    return {
        _pair(each.id, document["_id"])
        for document in documents
        for band in document["bands"]
        for each in owners.get(band, ())
        if each.id != document["_id"]
        and abs(each.published_at - document["published_at"]) <= WINDOW
    }


async def _nearest(database: AsyncDatabase[Document], week: int, each: _Sought) -> set[Pair]:
    """Returns the pairs with those that share most bands, where too many share one."""
    within = {"$gte": each.published_at - WINDOW, "$lte": each.published_at + WINDOW}
    cursor = await database["traces"].aggregate(
        [
            {"$match": {**_near_week(week, each.bands), "published_at": within}},
            {"$limit": MOST_LOOKED_AT},
            {"$project": {"shared": {"$size": {"$setIntersection": ["$bands", each.bands]}}}},
            {"$sort": {"shared": -1, "_id": 1}},
            {"$limit": MOST_CANDIDATES},
        ],
        hint="week_bands",
    )
    documents = await cursor.to_list()
    return {_pair(each.id, document["_id"]) for document in documents if document["_id"] != each.id}


def _near_week(week: int, bands: Iterable[int]) -> Document:
    return {"week": {"$in": [week - 1, week, week + 1]}, "bands": {"$in": list(bands)}}


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)
