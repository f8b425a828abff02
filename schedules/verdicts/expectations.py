"""What a crawl should bring, by its site's declaration and by earlier runs of the same kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from statistics import median

from attrs import define

from pipelines.counting import counters
from pipelines.counting.stats import Counter
from pipelines.timing.durations import in_words
from schedules.job import Problem
from schedules.verdicts.rules import Case

LIKE_RUNS = 10
"""So many earlier runs of the same kind are compared with."""
ENOUGH_RUNS = 5
UNUSUAL_SHARE = 0.3
"""Less than this share of the usual number of articles found is unusual."""
USUAL_NEW = 10
"""Where this many new articles are usual, none at all is unusual."""
ENOUGH_ARTICLES = 10
"""Shares of fewer articles than these say nothing."""


@define(frozen=True, kw_only=True)
class History:
    """Earlier runs of a site, to compare this one with.

    counts: of like earlier runs (the same schedule or arguments), the latest first.
    newest_at: publication of the newest article stored. narrowed: the run was asked for a part.
    """

    counts: tuple[Mapping[str, int], ...] = ()
    newest_at: datetime | None = None
    narrowed: bool = False

    def usual(self, counter: Counter) -> float | None:
        """The median of a counter over the like runs; None if they are too few."""
        if len(self.counts) < ENOUGH_RUNS:
            return None
        return median(counts.get(counter.name, 0) for counts in self.counts)


def unmet(case: Case, history: History) -> Iterator[Problem]:
    """Yields a problem for each expectation that a crawl without other problems does not meet."""
    expected = case.report.expectations
    # A list that the site calls unchanged is not walked, and finds nothing.
    if not (history.narrowed or counters.LIST_NOT_MODIFIED.each(case.stats)):
        yield from _too_few(case, expected, history)
    yield from _too_old(case, expected, history)
    yield from _too_empty(case, expected)
    yield from _shares(case, expected)


def _too_few(case: Case, expected: Mapping[str, object], history: History) -> Iterator[Problem]:
    found, least = counters.FOUND.of(case.stats), expected.get("articles")
    if isinstance(least, int) and found < least:
        yield Problem(
            kind="unusual",
            sentence=f"Only {found} articles were found; a crawl of this site finds {least} at "
            "least.",
        )
        return
    usual = history.usual(counters.FOUND)
    if usual is not None and found < UNUSUAL_SHARE * usual:
        yield Problem(
            kind="unusual",
            sentence=f"Only {found} articles were found; like runs find {usual:.0f} (median of "
            f"{len(history.counts)}).",
        )
    new = history.usual(counters.NEW)
    if new is not None and new >= USUAL_NEW and not counters.NEW.of(case.stats):
        yield Problem(
            kind="unusual",
            sentence=f"No new article came in; like runs bring {new:.0f} (median of "
            f"{len(history.counts)}).",
        )


def _too_old(case: Case, expected: Mapping[str, object], history: History) -> Iterator[Problem]:
    hours, now = expected.get("newest_hours"), case.report.updated_at
    if not isinstance(hours, int | float) or history.newest_at is None or now is None:
        return
    age = now - history.newest_at
    if age > timedelta(hours=hours):
        yield Problem(
            kind="stale",
            sentence=f"The newest article is {in_words(age)} old; this site publishes within "
            f"{in_words(timedelta(hours=hours))}: are its lists still alive?",
        )


def _too_empty(case: Case, expected: Mapping[str, object]) -> Iterator[Problem]:
    """Finds fields that too few of the articles read have."""
    read, filled = counters.READ.of(case.stats), expected.get("filled")
    if read < ENOUGH_ARTICLES or not isinstance(filled, Mapping):
        return
    for name, least in filled.items():
        share = counters.FILLED.by(name).of(case.stats) / read
        if share < least:
            yield Problem(
                kind="layout_changed",
                sentence=f"Only {share:.0%} of {read} articles have {name}; {least:.0%} at least "
                "should.",
            )


def _shares(case: Case, expected: Mapping[str, object]) -> Iterator[Problem]:
    """Finds too many pages that were unreadable, read by a fallback or in doubt, for this site."""
    read = counters.READ.of(case.stats)
    measured = (
        ("unreadable", counters.UNREADABLE, case.had, "pages could not be read"),
        ("fallback", counters.BY_FALLBACK, read, "articles were read by a fallback"),
        ("doubtful", counters.DOUBTFUL, read, "texts may not be the article"),
    )
    for name, counter, of, what in measured:
        number, most = counter.of(case.stats), expected.get(name)
        if of >= ENOUGH_ARTICLES and isinstance(most, int | float) and number > most * of:
            yield Problem(
                kind="layout_changed",
                sentence=f"{number} of {of} {what}; {most:.0%} at most are usual for this site.",
            )
