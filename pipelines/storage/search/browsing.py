"""Stored articles as people go through them: page by page, one line a story, with what they share.

What is counted is bounded: of a query the newest matches, else the newest articles. How far back
that goes is said.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import attrs
from attrs import define
from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.queries import Filters, Position
from pipelines.storage.schema.reading import declared, sound
from pipelines.storage.search.search import SECONDS, Walk, walk_matches
from pipelines.text.finding.excerpts import Excerpt, ExcerptPart, excerpt, marked
from pipelines.text.finding.ranking import score
from pipelines.text.query.fields import DOCUMENT_FIELDS, document_fields
from pipelines.text.query.matching import QueryMatch, QueryMatcher
from pipelines.text.query.parser import Query

MOST_MATCHES = 400
"""Of a query: the best of them come first, and facets count them."""
MOST_COUNTED = 2_000
"""Without a query facets count so many."""
MOST_DATED = 100_000
"""Articles that are counted by day."""
Sort = Literal["newest", "best"]
Facets = dict[str, list[tuple[str, int]]]
_NEWEST_FIRST = [("published_at", -1), ("_id", 1)]
_LINE = dict.fromkeys(
    (
        "title", "site", "source.name", "section", "url", "published_at", "topics.topic", "story",
        "edits", "gone_at", "summary",
    ),
    1,
)  # fmt: skip
_COUNTED = dict.fromkeys(("site", "source.name", "section", "topics.topic", "published_at"), 1)
_TICK, _BEIJING = timedelta(milliseconds=1), timedelta(hours=8)
_LAST = datetime(9999, 12, 30, tzinfo=UTC)


@define(frozen=True, kw_only=True)
class Line:
    """A line of a result. title: with the terms of the query marked. excerpt: where they stand
    elsewhere. copies: how many of its story are stored, itself included."""

    document: Document
    title: list[ExcerptPart]
    excerpt: Excerpt | None = None
    copies: int = 1


@define(frozen=True, kw_only=True)
class Matches:
    """A page of a result. following: by which it goes on.

    counted: how many articles the facets, and for a query the days, are of; all that match if
    `complete`, else the newest, back to a time. days: counted by the date in Beijing.
    """

    lines: list[Line]
    following: Position | int | None
    counted: int = 0
    complete: bool = True
    back_to: datetime | None = None
    facets: Facets = attrs.field(factory=dict)
    days: dict[date, int] = attrs.field(factory=dict)


def newest_lines(
    database: Database[Document], filters: Filters, after: Position | None, limit: int
) -> Matches:
    """A page of all articles that pass a filter, without facets: see `newest_counted`."""
    articles = database["articles"]
    found = articles.find(declared("articles", filters.condition(after)), _LINE)
    documents = found.sort(_NEWEST_FIRST).limit(limit + 1).to_list()
    page = documents[:limit]
    following = _position(page[-1]) if len(documents) > limit else None
    shown = _one_a_story(database, page, filters, after, None)
    lines = [Line(document=each, title=[ExcerptPart(each["title"])]) for each in shown]
    return Matches(lines=_with_copies(database, lines), following=following)


def newest_counted(database: Database[Document], filters: Filters) -> Matches:
    """The facets of the newest articles that pass a filter, without any lines."""
    newest = database["articles"].find(filters.condition(), _COUNTED).sort(_NEWEST_FIRST)
    counted = newest.limit(MOST_COUNTED + 1).to_list()
    complete = len(counted) <= MOST_COUNTED
    counted = sound("articles", counted[:MOST_COUNTED], _COUNTED)
    return Matches(
        lines=[],
        following=None,
        counted=len(counted),
        complete=complete,
        back_to=counted[-1]["published_at"] if counted else None,
        facets=facets_of(counted),
    )


def matching_lines(
    database: Database[Document],
    query: Query,
    filters: Filters,
    sort: Sort,
    after: Position | int | None,
    limit: int,
) -> Matches:
    """A page of the articles for which a query holds; on the first one with facets and days.

    Raises:
        QueryError: nothing in the query can be looked up.
    """
    place = after if isinstance(after, Position) else None
    until = place.at + _TICK if place else None
    until = min(filter(None, (until, filters.until)), default=None)
    wanted = limit + 1 if place else MOST_MATCHES
    walk = walk_matches(
        database,
        query,
        attrs.evolve(filters, until=until),
        time.monotonic() + SECONDS,
        limit + 1,
        wanted,
    )
    matched = sorted(walk.matched, key=lambda each: _order(_position(each[0])))
    if place:
        matched = [each for each in matched if _order(_position(each[0])) > _order(place)]
    if sort == "best":
        return _best(database, walk, matched, after if isinstance(after, int) else 0, limit)
    page = matched[:limit]
    matches = {document["_id"]: match for document, match in page}
    documents = [document for document, _match in page]
    shown = _one_a_story(database, documents, filters, place, query)
    lines = [_line(each, matches[each["_id"]]) for each in shown]
    following = _position(page[-1][0]) if len(matched) > limit else None
    found = Matches(lines=_with_copies(database, lines), following=following)
    return found if place else _counted(found, walk, matched)


def _best(
    database: Database[Document],
    walk: Walk,
    matched: Sequence[tuple[Document, QueryMatch]],
    skip: int,
    limit: int,
) -> Matches:
    latest = matched[0][0]["published_at"] if matched else None
    ranked = sorted(
        matched,
        key=lambda each: (
            -score(document_fields(each[0]), each[1], latest - each[0]["published_at"])
        ),
    )
    matches = {document["_id"]: match for document, match in ranked}
    firsts = _firsts([document for document, _match in ranked])
    page = firsts[skip : skip + limit]
    lines = [_line(each, matches[each["_id"]]) for each in page]
    following = skip + limit if len(firsts) > skip + limit else None
    found = Matches(lines=_with_copies(database, lines), following=following)
    return found if skip else _counted(found, walk, matched)


def _counted(found: Matches, walk: Walk, matched: Sequence[tuple[Document, QueryMatch]]) -> Matches:
    documents = [document for document, _match in matched]
    return attrs.evolve(
        found,
        counted=len(documents),
        complete=walk.complete,
        back_to=walk.back_to,
        facets=facets_of(documents),
        days=dict(Counter(_day(each["published_at"]) for each in documents)),
    )


def days_of(
    database: Database[Document], filters: Filters, since: datetime, until: datetime
) -> dict[date, int]:
    """Counts articles by the date of their publication in Beijing; the newest of very many."""
    since = max(since, filters.since) if filters.since else since
    until = min(until, filters.until) if filters.until else until
    day = {"$dateTrunc": {"date": "$published_at", "unit": "day", "timezone": "Asia/Shanghai"}}
    steps: list[Document] = [
        {"$match": attrs.evolve(filters, since=since, until=until).condition()},
        {"$sort": {"published_at": -1}},
        {"$limit": MOST_DATED},
        {"$group": {"_id": day, "articles": {"$sum": 1}}},
    ]
    found = database["articles"].aggregate(steps)
    return {_day(each["_id"]): each["articles"] for each in found}


def facets_of(documents: Iterable[Document]) -> Facets:
    """Counts articles by site, source, topic and section, the most frequent first."""
    counts: Mapping[str, Counter[str]] = {
        name: Counter() for name in ("site", "source", "topic", "section")
    }
    for each in documents:
        counts["site"][each["site"]] += 1
        counts["topic"].update(match["topic"] for match in each.get("topics") or ())
        if name := (each.get("source") or {}).get("name"):
            counts["source"][name] += 1
        if each.get("section"):
            counts["section"][each["section"]] += 1
    return {name: counter.most_common() for name, counter in counts.items()}


def _one_a_story(
    database: Database[Document],
    page: Sequence[Document],
    filters: Filters,
    after: Position | None,
    query: Query | None,
) -> list[Document]:
    """Leaves out articles of whose story another one stands before them, on this page or one
    before."""
    firsts = _firsts(page)
    stories = [each["story"] for each in firsts if each.get("story")]
    if after is None or not stories:
        return firsts
    wish = filters.condition() | {"story": {"$in": stories}}
    fields = dict.fromkeys((*DOCUMENT_FIELDS, "published_at", "story"), 1)
    shown = fields if query else {"published_at": 1, "story": 1}
    known = sound("articles", database["articles"].find(wish, shown), shown)
    before = [each for each in known if _order(_position(each)) <= _order(after)]
    if query is not None:
        matcher = QueryMatcher([query.root])
        before = [each for each in before if matcher.match(document_fields(each))]
    stories_shown = {each["story"] for each in before}
    return [each for each in firsts if each.get("story") not in stories_shown]


def _firsts(documents: Sequence[Document]) -> list[Document]:
    seen: set[str] = set()
    firsts = []
    for each in documents:
        story = each.get("story") or each["_id"]
        if story not in seen:
            seen.add(story)
            firsts.append(each)
    return firsts


def _with_copies(database: Database[Document], lines: Sequence[Line]) -> list[Line]:
    stories = [line.document["story"] for line in lines if line.document.get("story")]
    steps: list[Document] = [
        {"$match": {"_id": {"$in": stories}, "members": {"$type": "array"}}},
        {"$project": {"copies": {"$size": "$members"}}},
    ]
    sizes = {each["_id"]: each["copies"] for each in database["stories"].aggregate(steps)}
    return [attrs.evolve(line, copies=sizes.get(line.document.get("story"), 1)) for line in lines]


def _line(document: Document, match: QueryMatch) -> Line:
    hits = match.hits
    shown = excerpt(document_fields(document), hits)
    return Line(
        document={name: value for name, value in document.items() if name != "body"},
        title=marked(document["title"], [hit for hit in hits if hit.field == "title"]),
        excerpt=shown if shown.field != "title" else None,
    )


def _position(document: Document) -> Position:
    return Position(at=document["published_at"], id=document["_id"])


def _order(position: Position) -> tuple[float, str]:
    return -position.at.timestamp(), position.id


def _day(moment: datetime) -> date:
    return (min(moment, _LAST) + _BEIJING).date()
