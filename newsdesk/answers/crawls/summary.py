"""What a crawl brought in, in the operators' words: one list of lines for every table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from attrs import define

from pipelines.counting import counters
from pipelines.counting.stats import Counter, Family, Stats, Total
from schedules.job import JobResult
from schedules.verdicts.rules import asked_for

NOT_WANTED = ("before_since", "after_until", "over_limit")
"""Words of `counters.EXCLUDED` for articles, not for links that are none."""
Tone = Literal["plain", "good", "odd", "bad"]


def failed(stats: Stats) -> int:
    """Counts the pages that could not be had, without those that a recording does not hold."""
    return counters.FAILED.of(stats) - counters.NOT_RECORDED.of(stats)


def not_wanted(stats: Stats) -> int:
    """Counts the articles found that `--since`, `--until` or `--limit` left out."""
    return sum(counters.EXCLUDED.by(word).of(stats) for word in NOT_WANTED)


def no_article(stats: Stats) -> int:
    """Counts the links that are no article."""
    return counters.EXCLUDED.of(stats) - not_wanted(stats)


@define(frozen=True)
class Line:
    """A line of the summary. name: its key in JSON.

    part: it is part of the line above that is none. optional: it is left out if there is nothing
    to tell.
    """

    name: str
    label: str
    of: Callable[[Stats], int]
    tone: Tone = "plain"
    part: bool = True
    optional: bool = False


def _line(
    counter: Counter | Family,
    of: Callable[[Stats], int] | None = None,
    *,
    tone: Tone = "plain",
    part: bool = True,
    optional: bool = False,
) -> Line:
    name = counter.name.rpartition("/")[2]
    return Line(name, counter.label, of or counter.of, tone, part, optional)


SUMMARY = (
    _line(counters.FOUND, part=False),
    _line(counters.KNOWN),
    Line("not_wanted", "not wanted", not_wanted, optional=True),
    _line(counters.FOLLOWED, part=False, optional=True),
    _line(counters.DUE, part=False, optional=True),
    _line(counters.REQUESTED, asked_for, part=False),
    _line(counters.NEW, tone="good"),
    _line(counters.REVISED, tone="good"),
    _line(counters.UNCHANGED),
    _line(counters.LATE, optional=True),
    _line(counters.OFF_TOPIC),
    _line(counters.SEEN_IN_RUN, optional=True),
    _line(counters.NOT_COLLECTABLE, optional=True),
    _line(counters.GONE),
    _line(counters.OUT_OF_RANGE, optional=True),
    _line(counters.UNREADABLE, tone="odd"),
    _line(counters.FAILED, failed, tone="bad"),
    _line(counters.NOT_RECORDED, tone="bad", optional=True),
    _line(counters.EXCLUDED, no_article, part=False, optional=True),
    _line(counters.SAME_STORY, part=False),
    _line(counters.THROTTLED, tone="odd", part=False, optional=True),
    _line(counters.DOUBTFUL, tone="odd", part=False, optional=True),
    _line(counters.SPOOLED, tone="odd", part=False, optional=True),
)
"""Found, less what is known and not wanted, and what was led to or due, gives what was asked for;
the lines below that add up to it."""


REASONS: tuple[Family | Total, ...] = (
    counters.EXCLUDED,
    counters.NOT_COLLECTABLE,
    counters.UNREADABLE,
    counters.FAILED,
    counters.LIST_FAILED,
    counters.KNOWN,
    counters.LIST_CUT,
    counters.LIST_STALE,
    counters.LIST_REPETITIVE,
    counters.LIST_REORDERED,
    counters.LIST_NOT_MODIFIED,
    counters.LIST_PROBLEMS,
    counters.WALLS,
    counters.BREAKER_OPENED,
)


def short_summary(*names: str) -> tuple[Line, ...]:
    """The lines of these names, in this order, where there is no room for all."""
    by_name = {line.name: line for line in SUMMARY}
    return tuple(by_name[name] for name in names)


def outcomes(stats: Stats) -> dict[str, int]:
    """Every line's number by its name."""
    return {line.name: line.of(stats) for line in SUMMARY}


def reasons(stats: Stats) -> dict[str, dict[str, int]]:
    """Why pages were left out, by kind: {"unreadable": {"no_time": 2}}.

    Pages that a recording does not hold have a line of their own in the summary.
    """
    own_line = counters.NOT_RECORDED.key
    told = {key: number for key, number in stats.items() if key != own_line}
    found = {split.label: split.each(told) for split in REASONS}
    return {label: counts for label, counts in found.items() if counts}


def result_data(result: JobResult) -> dict[str, object]:
    """A job as plain values: its verdict, the outcomes by name, the reasons, and all counters."""
    data = result.as_dict()
    stats = data.pop("stats")
    return {
        **data,
        "outcomes": outcomes(result.stats),
        "reasons": reasons(result.stats),
        "stats": stats,
    }
