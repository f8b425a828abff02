"""What a crawl brought in, in the operators' words: one list of lines for every table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import define

from schedules.job import count, counts_below
from schedules.verdicts.rules import asked_for

Stats = Mapping[str, object]


@define(frozen=True, kw_only=True)
class Outcome:
    """A line of the summary. name: its key in JSON; indent: it is part of the line above.

    always: it is shown even if nothing is to be told.
    """

    name: str
    label: str
    value: Callable[[Stats], int]
    indent: int = 0
    style: str = ""
    always: bool = True


def _counter(name: str) -> Callable[[Stats], int]:
    return lambda stats: count(stats, f"newsdesk/{name}")


def _sum_below(prefix: str) -> Callable[[Stats], int]:
    return lambda stats: sum(counts_below(stats, f"newsdesk/{prefix}").values())


def not_recorded(stats: Stats) -> int:
    """Pages that the replayed recording does not hold."""
    return count(stats, "newsdesk/failed/not_recorded")


def failed(stats: Stats) -> int:
    """Pages that could not be had for any other reason."""
    return count(stats, "newsdesk/failed") - not_recorded(stats)


OUTCOMES = (
    Outcome(name="found", label="Found", value=_counter("found"), style="bold"),
    Outcome(name="known", label="already known", value=_counter("known"), indent=1),
    Outcome(
        name="excluded",
        label="not an article",
        value=_sum_below("excluded"),
        indent=1,
        always=False,
    ),
    Outcome(name="requested", label="Asked for", value=asked_for, style="bold"),
    Outcome(name="due", label="for another look", value=_counter("due"), indent=1, always=False),
    Outcome(name="new", label="stored", value=_counter("new"), indent=1, style="green"),
    Outcome(name="revised", label="revised", value=_counter("revised"), indent=1, style="green"),
    Outcome(name="unchanged", label="unchanged", value=_counter("unchanged"), indent=1),
    Outcome(name="off_topic", label="off topic", value=_counter("off_topic"), indent=1),
    Outcome(
        name="not_collectable",
        label="not collectable",
        value=_sum_below("not_collectable"),
        indent=1,
        always=False,
    ),
    Outcome(name="gone", label="gone", value=_counter("gone"), indent=1),
    Outcome(
        name="out_of_range",
        label="of another time",
        value=_sum_below("out_of_range"),
        indent=1,
        always=False,
    ),
    Outcome(
        name="unreadable",
        label="unreadable",
        value=_counter("unreadable"),
        indent=1,
        style="yellow",
    ),
    Outcome(name="failed", label="failed", value=failed, indent=1, style="red"),
    Outcome(name="not_recorded", label="not recorded", value=not_recorded, indent=1, style="red"),
    Outcome(
        name="throttled",
        label="Told to slow down",
        value=_counter("throttled"),
        style="yellow",
        always=False,
    ),
    Outcome(name="same_story", label="Same story", value=_counter("same_story"), style="cyan"),
    Outcome(
        name="spooled", label="Spooled", value=_counter("spooled"), style="yellow", always=False
    ),
)

REASONS = (
    ("not an article", "newsdesk/excluded"),
    ("not collectable", "newsdesk/not_collectable"),
    ("unreadable", "newsdesk/unreadable"),
    ("failed", "newsdesk/failed"),
    ("lists given up", "newsdesk/list_failed"),
    ("given up", "newsdesk/known"),
    ("lists with more to come", "newsdesk/list_cut"),
    ("lists that stand still", "newsdesk/list_stale"),
    ("lists that repeat themselves", "newsdesk/list_repetitive"),
    ("lists in another order", "newsdesk/list_reordered"),
    ("lists as they were", "newsdesk/list_not_modified"),
    ("odd entries in lists", "newsdesk/list_problems"),
    ("walls", "newsdesk/walls"),
    ("hosts left alone", "newsdesk/breaker_opened"),
)


def outcomes(stats: Stats) -> dict[str, int]:
    """Every line's number by its name."""
    return {outcome.name: outcome.value(stats) for outcome in OUTCOMES}


def reasons(stats: Stats) -> dict[str, dict[str, int]]:
    """Why pages were left out, by kind: {"unreadable": {"no_time": 2}}."""
    found = {label: counts_below(stats, prefix) for label, prefix in REASONS}
    return {label: counts for label, counts in found.items() if counts}
