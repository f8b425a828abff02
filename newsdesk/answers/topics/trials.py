"""Tries a query on stored and rejected articles without changing anything."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any, TypeVar

import attrs
from attrs import define, field

from pipelines.config import Settings
from pipelines.items import TopicHit
from pipelines.storage.topics.queries import rejected_articles, stored_articles
from pipelines.text.finding.excerpts import Excerpt, excerpt
from pipelines.text.query.fields import article_fields, document_fields
from pipelines.text.query.matching import QueryMatcher
from pipelines.text.query.tree import Node
from pipelines.timing.beijing import in_beijing

T = TypeVar("T")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
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
class Word:
    """What a term of a query decides. articles, places: where it was found among what is stored.
    alone: in so many of these it is the only term; without it they would not match. gained,
    returned: articles with it that a topic would get, or that would come back. lost: articles that
    a topic would lose and has by it now.
    """

    term: str
    articles: int = 0
    places: int = 0
    alone: int = 0
    gained: int = 0
    returned: int = 0
    lost: int = 0


@define(kw_only=True)
class Trial:
    """What a query finds. days: stored articles by day of publication in Beijing. gained, lost:
    ids of stored articles that a topic would get or lose; returned: of those turned away that
    would come back. stored, rejected: articles looked at. cut: time was up before all were.
    words: what each term decides. samples, lost_samples, returned_samples: the newest of each.
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
    words: dict[str, Word] = field(factory=dict)
    lost_samples: list[Sample] = field(factory=list)
    returned_samples: list[Sample] = field(factory=list)

    def word(self, term: str) -> Word:
        """Returns what is counted of a term."""
        return self.words.setdefault(term, Word(term=term))

    @property
    def deciding(self) -> list[Word]:
        """The words, those that decide most first."""
        return sorted(
            self.words.values(),
            key=lambda each: (-each.alone, -each.articles - each.returned - each.lost, each.term),
        )

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
    stored = stored_articles(settings, since, hits=topic is not None)
    for document in _in_time(trial, stored, seconds):
        trial.stored += 1
        _look(trial, document, matcher, topic, samples)
        progress(trial.stored)
    for article in _in_time(trial, rejected_articles(settings, since), seconds):
        trial.rejected += 1
        fields = article_fields(article)
        if matches := matcher.match(fields):
            trial.note("returned", trial.returned, article.id)
            for term in {hit.term for hit in matches[0].hits}:
                trial.word(term).returned += 1
            found = excerpt(fields, matches[0].hits)
            at = article.published_at or _LONG_AGO  # a reject may be an article that said no time
            _keep(trial.returned_samples, Sample(at, article.id, article.title, found), samples)
        progress(trial.stored + trial.rejected)
    for kept in (trial.samples, trial.lost_samples, trial.returned_samples):
        kept.sort(reverse=True)
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
    had = next((each for each in document["topics"] if each["topic"] == topic), None)
    if matches:
        trial.matched += 1
        trial.hits += matches[0].count
        trial.days[in_beijing(document["published_at"]).date()] += 1
        _keep(trial.samples, _sample(document, matches[0].hits), samples)
        gained = topic is not None and had is None
        _count_words(trial, matches[0].hits, gained=gained)
        if had is None:
            trial.note("gained", trial.gained, document["_id"])
    elif had is not None:
        trial.note("lost", trial.lost, document["_id"])
        hits = [TopicHit(**hit) for hit in had["hits"]]
        _keep(trial.lost_samples, _sample(document, hits), samples)
        for term in {hit.term for hit in hits}:
            trial.word(term).lost += 1


def _count_words(trial: Trial, hits: Sequence[TopicHit], *, gained: bool) -> None:
    places = Counter(hit.term for hit in hits)
    for term, number in places.items():
        word = trial.word(term)
        word.articles += 1
        word.places += number
        word.alone += len(places) == 1
        word.gained += gained


def _keep(samples: list[Sample], sample: Sample, most: int) -> None:
    """Keeps the newest."""
    heapq.heappush(samples, sample)
    if len(samples) > most:
        heapq.heappop(samples)


def _sample(document: dict[str, Any], hits: Sequence[TopicHit]) -> Sample:
    """Takes the sample from where terms stand."""
    return Sample(
        document["published_at"],
        document["_id"],
        document["title"],
        excerpt(document_fields(document), hits),
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
        "words": [attrs.asdict(each) for each in trial.deciding],
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
