"""Search: candidates by their grams, the newest first; then the texts decide.

Blocks are read from the newest on, until enough articles are found or nothing is left. So what
is common is answered by the last weeks, and what is rare by the whole archive.
"""

from __future__ import annotations

import heapq
import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from attrs import define, field
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.queries import opened
from pipelines.storage.search_filter import necessary
from pipelines.text.article_fields import DOCUMENT_FIELDS, document_fields
from pipelines.text.excerpts import Excerpt, excerpt, score
from pipelines.text.grams import PackedGrams
from pipelines.text.matching import QueryMatch, QueryMatcher
from pipelines.text.packing import unpacked
from pipelines.text.postings import Shard, shard_of
from pipelines.text.query import Query
from pipelines.text.query_grams import Wanted, all_grams, holds, places, wanted
from pipelines.traces import VERSION

RANKED = 200
"""Matches, the newest, among which the best are shown and which the facets count."""
MOST_READ = 5_000
"""Candidates that are looked at; by then a filter or NOT has left out nearly all."""
SECONDS = 10.0
_ARTICLES_AT_ONCE = 50, 500
_BLOCKS_AT_ONCE = 64
_FIRST = 4
_SHOWN = (*DOCUMENT_FIELDS, "url", "published_at", "topics.topic", "story")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(hours=8)  # Beijing's calendar

Candidate = tuple[float, str]
"""Minus the time of publication in seconds, and the id: the newest is the smallest."""


@define(frozen=True, kw_only=True)
class Filters:
    """Which articles may be found besides what the query says. since: included; until: not."""

    since: datetime | None = None
    until: datetime | None = None
    site: str | None = None
    topic: str | None = None


@define(frozen=True, kw_only=True)
class Hit:
    """An article that was found. document: its short fields; matches: places of terms in all."""

    document: Document
    score: float
    matches: int
    excerpt: Excerpt | None


@define(frozen=True, kw_only=True)
class Found:
    """The answer to a search.

    hits: the best, or the newest, of those that were looked at. matches: how many matched; all
    there are if `complete`, else the newest. back_to: how far back articles were looked at.
    facets: of all that matched, by site, topic, source and day, the most frequent first.
    """

    hits: list[Hit]
    matches: int
    complete: bool
    back_to: datetime | None
    facets: dict[str, list[tuple[str, int]]]
    seconds: float


@define
class _Walk:
    """What has matched so far. read: candidates that were looked at."""

    matched: list[tuple[Document, QueryMatch]] = field(factory=list)
    read: int = 0
    complete: bool = True
    back_to: datetime | None = None

    @property
    def next_batch(self) -> int:
        """How many candidates to look at next: as many as may bring what is still missing."""
        least, most = _ARTICLES_AT_ONCE
        missing = RANKED - len(self.matched)
        return min(max(least, missing * self.read // max(1, len(self.matched))), most)


def search(
    settings: Settings,
    query: Query,
    filters: Filters,
    *,
    limit: int = 20,
    newest_first: bool = False,
) -> Found:
    """Find the articles for which a query holds.

    Raises:
        QueryError: nothing in the query can be looked up.
        StorageError: MongoDB is away.
    """
    with opened(settings) as database:
        return search_database(database, query, filters, limit=limit, newest_first=newest_first)


def search_database(
    database: Database[Document],
    query: Query,
    filters: Filters,
    *,
    limit: int = 20,
    newest_first: bool = False,
) -> Found:
    """As `search`, on an open database."""
    began = time.monotonic()
    walk = _walk(database, query, filters, began + SECONDS)
    latest = max((document["published_at"] for document, _match in walk.matched), default=_EPOCH)
    ranked = [
        (score(document_fields(document), match, latest - document["published_at"]), number)
        for number, (document, match) in enumerate(walk.matched)
    ]
    if not newest_first:
        ranked.sort(key=lambda points: (-points[0], points[1]))
    return Found(
        hits=[_hit(*walk.matched[number], points) for points, number in ranked[:limit]],
        matches=len(walk.matched),
        complete=walk.complete,
        back_to=walk.back_to,
        facets=_facets([document for document, _match in walk.matched]),
        seconds=time.monotonic() - began,
    )


def _walk(database: Database[Document], query: Query, filters: Filters, deadline: float) -> _Walk:
    walk = _Walk()
    matcher = QueryMatcher([query.root])
    candidates = _candidates(database, wanted(query), filters)
    wish = _wish(filters) | necessary(query.root)
    while batch := list(islice(candidates, walk.next_batch)):
        for document in _documents(database, [id_ for _time, id_ in batch], wish):
            for match in matcher.match(document_fields(document)):
                walk.matched.append((document, match))
        walk.read += len(batch)
        walk.back_to = _EPOCH - timedelta(seconds=batch[-1][0])
        enough = len(walk.matched) >= RANKED or walk.read >= MOST_READ
        if enough or time.monotonic() > deadline:
            walk.complete = next(candidates, None) is None
            break
    return walk


def _documents(database: Database[Document], ids: Sequence[str], wish: Document) -> list[Document]:
    """The articles with these ids that pass a filter, the newest first."""
    shown = dict.fromkeys(_SHOWN, 1)
    found = database["articles"].find({"_id": {"$in": list(ids)}, **wish}, shown).to_list()
    return sorted(found, key=lambda each: (each["published_at"], each["_id"]), reverse=True)


def _wish(filters: Filters) -> Document:
    wish: Document = {}
    if filters.site is not None:
        wish["site"] = filters.site
    if filters.topic is not None:
        wish["topics.topic"] = filters.topic
    if span := _span(filters):
        wish["published_at"] = span
    return wish


def _span(filters: Filters) -> dict[str, datetime]:
    span = {"$gte": filters.since, "$lt": filters.until}
    return {name: moment for name, moment in span.items() if moment is not None}


def _candidates(
    database: Database[Document], found: Wanted, filters: Filters
) -> Iterator[Candidate]:
    """Ids of articles that may match, each once, the newest first."""
    heap = _loose(database, found, filters)
    heapq.heapify(heap)
    blocks = _blocks(database, filters)
    seen: set[str] = set()
    number = _FIRST
    while heap or blocks:
        while blocks and (not heap or -blocks[0]["newest"].timestamp() <= heap[0][0]):
            some, blocks = blocks[:number], blocks[number:]
            for candidate in _in_blocks(database, some, found, filters):
                heapq.heappush(heap, candidate)
            number = min(2 * number, _BLOCKS_AT_ONCE)
        if heap:
            candidate = heapq.heappop(heap)
            if candidate[1] not in seen:
                seen.add(candidate[1])
                yield candidate


def _loose(database: Database[Document], found: Wanted, filters: Filters) -> list[Candidate]:
    """Among the articles that are in no block yet."""
    wish: Document = {"block": None, "version": VERSION}
    if span := _span(filters):
        wish["published_at"] = span
    loose = database["traces"].find(wish, {"grams": 1, "published_at": 1})
    return [
        (-each["published_at"].timestamp(), each["_id"])
        for each in loose
        if holds(found, PackedGrams(each["grams"]))
    ]


def _blocks(database: Database[Document], filters: Filters) -> list[Document]:
    wish: Document = {"version": VERSION}
    if filters.since is not None:
        wish["newest"] = {"$gte": filters.since}
    if filters.until is not None:
        wish["oldest"] = {"$lt": filters.until}
    return database["blocks"].find(wish, {"newest": 1}).sort("newest", -1).to_list()


def _in_blocks(
    database: Database[Document],
    blocks: Sequence[Mapping[str, str]],
    found: Wanted,
    filters: Filters,
) -> Iterator[Candidate]:
    grams = set(all_grams(found))
    numbers = {shard_of(gram) for gram in grams}
    ids = [f"{block['_id']}:{number}" for block in blocks for number in numbers]
    stored = {
        each["_id"]: Shard(each["grams"], each["ends"], each["places"])
        for each in database["postings"].find({"_id": {"$in": ids}})
    }
    since = filters.since.timestamp() if filters.since else -math.inf
    until = filters.until.timestamp() if filters.until else math.inf
    there: dict[str, set[int]] = {}
    for block in blocks:
        name = block["_id"]

        def find(gram: int, name: str = name) -> Sequence[int]:
            shard = stored.get(f"{name}:{shard_of(gram)}")
            return shard.find(gram) if shard is not None else ()

        if members := places(found, find):
            there[name] = members
    for block in database["blocks"].find(
        {"_id": {"$in": list(there)}}, {"articles": 1, "published": 1}
    ):
        published = unpacked("q", block["published"])
        for place in there[block["_id"]]:
            seconds = published[place] / 1000
            if since <= seconds < until:
                yield -seconds, block["articles"][place]


def _hit(document: Document, match: QueryMatch, points: float) -> Hit:
    return Hit(
        document={name: value for name, value in document.items() if name != "body"},
        score=points,
        matches=match.count,
        excerpt=excerpt(document_fields(document), match.hits),
    )


def _facets(documents: Sequence[Document]) -> dict[str, list[tuple[str, int]]]:
    counts: dict[str, Counter[str]] = {
        name: Counter() for name in ("site", "topic", "source", "day")
    }
    for document in documents:
        counts["site"][document["site"]] += 1
        counts["topic"].update(match["topic"] for match in document.get("topics") or ())
        if document.get("source"):
            counts["source"][document["source"]["name"]] += 1
        counts["day"][f"{document['published_at'] + _DAY:%Y-%m-%d}"] += 1
    return {name: counter.most_common() for name, counter in counts.items()}
