"""What a crawl brought in, in the operators' words: one list of lines for every table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from attrs import define

from pipelines import counters
from pipelines.stats import Counter, Family, Stats, Total
from schedules.job import JobResult
from schedules.verdicts.rules import asked_for

NOT_RECORDED = counters.FAILED.by("not_recorded")
"""Pages that the replayed recording does not hold."""

Tone = Literal["plain", "good", "odd", "bad"]


def failed(stats: Stats) -> int:
    """Pages that could not be had for any other reason."""
    return counters.FAILED.of(stats) - NOT_RECORDED.of(stats)


@define(frozen=True)
class Line:
    """A line of the summary.

    value: its number, if that is not the counter's alone. part: it is part of the line above that
    is none. optional: it is left out if there is nothing to tell.
    """

    counter: Counter | Family
    value: Callable[[Stats], int] | None = None
    tone: Tone = "plain"
    part: bool = True
    optional: bool = False

    @property
    def name(self) -> str:
        """Its key in JSON."""
        return self.counter.name.rpartition("/")[2]

    def of(self, stats: Stats) -> int:
        return (self.value or self.counter.of)(stats)


SUMMARY = (
    Line(counters.FOUND, part=False),
    Line(counters.KNOWN),
    Line(counters.EXCLUDED, optional=True),
    Line(counters.REQUESTED, asked_for, part=False),
    Line(counters.DUE, optional=True),
    Line(counters.NEW, tone="good"),
    Line(counters.REVISED, tone="good"),
    Line(counters.UNCHANGED),
    Line(counters.OFF_TOPIC),
    Line(counters.NOT_COLLECTABLE, optional=True),
    Line(counters.GONE),
    Line(counters.OUT_OF_RANGE, optional=True),
    Line(counters.UNREADABLE, tone="odd"),
    Line(counters.FAILED, failed, tone="bad"),
    Line(NOT_RECORDED, tone="bad"),
    Line(counters.THROTTLED, tone="odd", part=False, optional=True),
    Line(counters.SAME_STORY, part=False),
    Line(counters.SPOOLED, tone="odd", part=False, optional=True),
)

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


def outcomes(stats: Stats) -> dict[str, int]:
    """Every line's number by its name."""
    return {line.name: line.of(stats) for line in SUMMARY}


def reasons(stats: Stats) -> dict[str, dict[str, int]]:
    """Why pages were left out, by kind: {"unreadable": {"no_time": 2}}."""
    found = {split.label: split.each(stats) for split in REASONS}
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
