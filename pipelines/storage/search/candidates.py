"""Candidates of a search: articles that have all grams of a query, the newest first.

Reads blocks from the newest on, more and more of them at once.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from pymongo.collection import Collection
from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.queries import Filters
from pipelines.text.finding.article_traces import VERSION
from pipelines.text.finding.grams import PackedGrams
from pipelines.text.finding.packing import unpacked
from pipelines.text.finding.postings import Shard, shard_of
from pipelines.text.finding.query_grams import GramQuery, all_grams, holds, places

READERS = 4
"""Threads that read at once: MongoDB answers each on a processor of its own."""
_LEAST_OF_A_READ = 100
_BLOCKS_AT_ONCE = 64
_FIRST = 4
_SHARD = {"grams": 1, "ends": 1, "places": 1}

Candidate = tuple[float, str]
"""The negative time of publication in seconds, and the id: the newest is the smallest."""


class Reader:
    """Reads documents by their ids, many at once, in several threads."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads

    def read(
        self, collection: Collection[Document], ids: Sequence[str], wish: Document, shown: Document
    ) -> list[Document]:
        """Returns the documents that pass a filter, in no order."""

        def read(part: Sequence[str]) -> list[Document]:
            return collection.find({"_id": {"$in": list(part)}, **wish}, shown).to_list()

        size = max(_LEAST_OF_A_READ, -(-len(ids) // READERS))
        if len(ids) <= size:
            return read(ids)
        parts = [ids[start : start + size] for start in range(0, len(ids), size)]
        return [document for found in self._threads.map(read, parts) for document in found]


def candidates(
    database: Database[Document], reader: Reader, found: GramQuery, filters: Filters
) -> Iterator[Candidate]:
    """Yields articles that may match, the newest first. One whose time has changed may come again
    with its other time."""
    heap = _loose(database, found, filters)
    heapq.heapify(heap)
    blocks = _blocks(database, filters)
    last: Candidate | None = None
    number = _FIRST
    while heap or blocks:
        while blocks and (not heap or -blocks[0]["newest"].timestamp() <= heap[0][0]):
            some, blocks = blocks[:number], blocks[number:]
            for candidate in _in_blocks(database, reader, some, found, filters):
                heapq.heappush(heap, candidate)
            number = min(2 * number, _BLOCKS_AT_ONCE)
        if heap:
            candidate = heapq.heappop(heap)
            if candidate != last:
                last = candidate
                yield candidate


def _loose(database: Database[Document], found: GramQuery, filters: Filters) -> list[Candidate]:
    """Returns candidates among the articles that are in no block yet."""
    wish: Document = {"block": None, "version": VERSION}
    if span := filters.span:
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
    reader: Reader,
    blocks: Sequence[Mapping[str, str]],
    found: GramQuery,
    filters: Filters,
) -> Iterator[Candidate]:
    grams = set(all_grams(found))
    numbers = {shard_of(gram) for gram in grams}
    ids = [f"{block['_id']}:{number}" for block in blocks for number in numbers]
    stored = {
        each["_id"]: Shard(each["grams"], each["ends"], each["places"])
        for each in reader.read(database["postings"], ids, {}, _SHARD)
    }
    since = filters.since.timestamp() if filters.since else -math.inf
    until = filters.until.timestamp() if filters.until else math.inf
    there: dict[str, set[int]] = {}
    for block in blocks:
        name = block["_id"]

        def find(gram: int, name: str = name) -> Sequence[int]:
            shard = stored.get(f"{name}:{shard_of(gram)}")
            return shard.find(gram) if shard is not None else ()

        if some := places(found, find):
            there[name] = some
    members = {"articles": 1, "published": 1}
    for block in database["blocks"].find({"_id": {"$in": list(there)}}, members):
        published, articles = unpacked("q", block["published"]), block["articles"].split("\n")
        for place in there[block["_id"]]:
            seconds = published[place] / 1000
            if since <= seconds < until:
                yield -seconds, articles[place]
