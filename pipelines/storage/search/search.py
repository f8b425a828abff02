"""Search: takes candidates by their grams, the newest first, and decides on the texts.

Looks at candidates until enough articles are found or none is left. So the last weeks answer a
common query, and the whole archive answers a rare one.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice

from attrs import define, field
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.queries import Filters, opened
from pipelines.storage.schema.reading import sound
from pipelines.storage.search.candidates import READERS, Candidate, Reader, candidates
from pipelines.storage.search.filter import necessary
from pipelines.text.finding.excerpts import Excerpt, excerpt
from pipelines.text.finding.query_grams import gram_query
from pipelines.text.finding.ranking import score
from pipelines.text.query.fields import DOCUMENT_FIELDS, document_fields
from pipelines.text.query.matching import QueryMatch, QueryMatcher
from pipelines.text.query.parser import Query

RANKED = 200
"""The newest matches: the best of them are shown, and facets count all of them."""
MOST_READ = 2_500
"""After so many candidates a search ends with as many matches as are shown; with fewer
it goes on."""
SECONDS = 10.0
_ARTICLES_AT_ONCE = 50, 500
_SHOWN = (*DOCUMENT_FIELDS, "url", "published_at", "topics.topic", "story", "revision", "gone_at")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(hours=8)  # Beijing's calendar


@define(frozen=True, kw_only=True)
class Hit:
    """An article that was found. document: its short fields; matches: places of terms in all.

    excerpt: None if terms stand only in the title, which `document` holds, or in lists.
    """

    document: Document
    score: float
    matches: int
    excerpt: Excerpt | None


@define(frozen=True, kw_only=True)
class SearchResult:
    """The answer to a search.

    hits: the best, or the newest, of those that were looked at. matches: how many matched; all
    there are if `complete`, else the newest. back_to: how far back articles were looked at. facets:
    of all that matched, by site, topic, source and day, the most frequent first.
    """

    hits: list[Hit]
    matches: int
    complete: bool
    back_to: datetime | None
    facets: dict[str, list[tuple[str, int]]]
    seconds: float


@define
class Walk:
    """What has matched so far. wanted: of so many at most. read: number of candidates looked at."""

    wanted: int
    matched: list[tuple[Document, QueryMatch]] = field(factory=list)
    read: int = 0
    complete: bool = True
    back_to: datetime | None = None

    @property
    def next_batch(self) -> int:
        """Number of candidates to look at next, estimated to bring the missing matches."""
        least, most = _ARTICLES_AT_ONCE
        missing = self.wanted - len(self.matched)
        return min(max(least, missing * self.read // max(1, len(self.matched))), most)


def search(
    settings: Settings,
    query: Query,
    filters: Filters,
    *,
    limit: int = 20,
    newest_first: bool = False,
) -> SearchResult:
    """Finds the articles for which a query holds.

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
) -> SearchResult:
    """As `search`, on an open database."""
    began = time.monotonic()
    walk = walk_matches(database, query, filters, began + SECONDS, limit, RANKED)
    latest = max((document["published_at"] for document, _match in walk.matched), default=_EPOCH)
    ranked = [
        (score(document_fields(document), match, latest - document["published_at"]), number)
        for number, (document, match) in enumerate(walk.matched)
    ]
    if not newest_first:
        ranked.sort(key=lambda points: (-points[0], points[1]))
    return SearchResult(
        hits=[_hit(*walk.matched[number], points) for points, number in ranked[:limit]],
        matches=len(walk.matched),
        complete=walk.complete,
        back_to=walk.back_to,
        facets=_facets([document for document, _match in walk.matched]),
        seconds=time.monotonic() - began,
    )


def walk_matches(
    database: Database[Document],
    query: Query,
    filters: Filters,
    deadline: float,
    limit: int,
    wanted: int,
) -> Walk:
    """Looks at candidates until so many match as are wanted; after many candidates, until `limit`
    do."""
    walk = Walk(wanted=wanted)
    matcher = QueryMatcher([query.root])
    wish = filters.condition() | necessary(query.root)
    with ThreadPoolExecutor(READERS) as threads:
        reader = Reader(threads)
        proposed = _once(candidates(database, reader, gram_query(query), filters))
        while batch := list(islice(proposed, walk.next_batch)):
            for document in _documents(database, reader, [id_ for _time, id_ in batch], wish):
                for match in matcher.match(document_fields(document)):
                    walk.matched.append((document, match))
            walk.read += len(batch)
            walk.back_to = _EPOCH - timedelta(seconds=batch[-1][0])
            matches = len(walk.matched)
            enough = matches >= wanted or (matches >= limit and walk.read >= MOST_READ)
            if enough or time.monotonic() > deadline:
                walk.complete = next(proposed, None) is None
                break
    return walk


def _once(proposed: Iterator[Candidate]) -> Iterator[Candidate]:
    """Yields each article once, at its newest time."""
    seen: set[str] = set()
    for candidate in proposed:
        if candidate[1] not in seen:
            seen.add(candidate[1])
            yield candidate


def _documents(
    database: Database[Document], reader: Reader, ids: Sequence[str], wish: Document
) -> list[Document]:
    """Returns the articles with these ids that pass a filter, the newest first."""
    shown = dict.fromkeys(_SHOWN, 1)
    found = sound("articles", reader.read(database["articles"], ids, wish, shown), shown)
    return sorted(found, key=lambda each: (each["published_at"], each["_id"]), reverse=True)


def _hit(document: Document, match: QueryMatch, points: float) -> Hit:
    shown = excerpt(document_fields(document), match.hits)
    return Hit(
        document={name: value for name, value in document.items() if name != "body"},
        score=points,
        matches=match.count,
        excerpt=shown if shown.field != "title" else None,
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
