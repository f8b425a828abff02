"""Tries a query on stored and rejected articles without changing anything."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from time import monotonic
from typing import Any, TypeVar

from attrs import define, field

from newsdesk.answers.moments import ZONE
from pipelines.config import Settings
from pipelines.storage.topics.queries import rejected_articles, stored_articles
from pipelines.text.finding.excerpts import Excerpt, excerpt
from pipelines.text.query.fields import article_fields, document_fields
from pipelines.text.query.matching import QueryMatch, QueryMatcher
from pipelines.text.query.tree import Node

T = TypeVar("T")
MOST_IDS = 1_000
"""Articles that are named among those that a topic would gain or lose; all are counted."""


@define(frozen=True, order=True)
class Sample:
    """An article that matches. excerpt: of its text, with what was found."""

    published_at: datetime
    id: str
    title: str = field(order=False)
    excerpt: Excerpt = field(order=False)


@define(kw_only=True)
class Trial:
    """What a query finds. days: stored articles by day of publication in Beijing. gained, lost:
    ids of stored articles that a topic would get or lose; returned: of those turned away that
    would come back. stored, rejected: articles looked at. cut: time was up before all were.
    """

    stored: int = 0
    rejected: int = 0
    matched: int = 0
    hits: int = 0
    days: Counter[date] = field(factory=Counter)
    samples: list[Sample] = field(factory=list)
    gained: list[str] = field(factory=list)
    lost: list[str] = field(factory=list)
    returned: list[str] = field(factory=list)
    counts: Counter[str] = field(factory=Counter)
    cut: bool = False

    def note(self, name: str, ids: list[str], id_: str) -> None:
        """Counts an article, and keeps its id while there are fewer than MOST_IDS."""
        self.counts[name] += 1
        if len(ids) < MOST_IDS:
            ids.append(id_)


def try_query(
    settings: Settings,
    query: Node,
    *,
    topic: str | None = None,
    since: datetime | None = None,
    samples: int = 5,
    seconds: float | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Trial:
    """Look at every article published since then. topic: what would change if it were this one's.
    seconds: so long at most at what is stored, the newest first, and again at what was turned away.

    Takes about a millisecond an article. Raises: StorageError.
    """
    trial = Trial()
    matcher = QueryMatcher([query])
    for document in _in_time(trial, stored_articles(settings, since), seconds):
        trial.stored += 1
        _look(trial, document, matcher, topic, samples)
        progress(trial.stored)
    for article in _in_time(trial, rejected_articles(settings, since), seconds):
        trial.rejected += 1
        if matcher.match(article_fields(article)):
            trial.note("returned", trial.returned, article.id)
        progress(trial.stored + trial.rejected)
    trial.samples.sort(reverse=True)
    return trial


def _in_time(trial: Trial, articles: Iterator[T], seconds: float | None) -> Iterator[T]:
    end = None if seconds is None else monotonic() + seconds
    for article in articles:
        if end is not None and monotonic() > end:
            trial.cut = True
            return
        yield article


def _look(
    trial: Trial, document: dict[str, Any], matcher: QueryMatcher, topic: str | None, samples: int
) -> None:
    matches = matcher.match(document_fields(document))
    had = any(each["topic"] == topic for each in document["topics"])
    if matches:
        trial.matched += 1
        trial.hits += matches[0].count
        trial.days[document["published_at"].astimezone(ZONE).date()] += 1
        heapq.heappush(trial.samples, _sample(document, matches[0]))
        if len(trial.samples) > samples:
            heapq.heappop(trial.samples)
        if not had:
            trial.note("gained", trial.gained, document["_id"])
    elif had:
        trial.note("lost", trial.lost, document["_id"])


def _sample(document: dict[str, Any], match: QueryMatch) -> Sample:
    """Takes the sample from where the query matched."""
    return Sample(
        document["published_at"],
        document["_id"],
        document["title"],
        excerpt(document_fields(document), match.hits),
    )


def days_between(days: Counter[date]) -> Iterator[tuple[date, int]]:
    """Every day from the first to the last with its number, also 0."""
    if days:
        first, last = min(days), max(days)
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            yield day, days[day]


def trial_data(trial: Trial, topic: str | None) -> dict[str, Any]:
    """A trial as plain values."""
    data: dict[str, Any] = {
        "looked_at": {"stored": trial.stored, "turned_away": trial.rejected},
        "matched": trial.matched,
        "places": trial.hits,
        "returns": {"count": trial.counts["returned"], "articles": trial.returned},
        "days": {day.isoformat(): number for day, number in days_between(trial.days)},
        "samples": [
            {
                "article": each.id,
                "published_at": each.published_at,
                "title": each.title,
                "snippet": "".join(
                    f"[{part.text}]" if part.marked else part.text for part in each.excerpt.parts
                ),
            }
            for each in trial.samples
        ],
    }
    if topic is not None:
        data["topic"] = topic
        data["gains"] = {"count": trial.counts["gained"], "articles": trial.gained}
        data["loses"] = {"count": trial.counts["lost"], "articles": trial.lost}
    return data
