"""Progress of a crawl that goes back to a given day."""

from __future__ import annotations

from datetime import datetime

from attrs import define

from crawler.spiders.arguments import read_arguments
from newsdesk.answers.moments import beijing
from newsdesk.answers.sites import load_site
from pipelines.counting import counters
from pipelines.counting.stats import Stats
from pipelines.timing.clock import now
from schedules.job import JobSpec
from schedules.verdicts.rules import asked_for

DONE = (
    counters.NEW, counters.REVISED, counters.UNCHANGED, counters.LATE, counters.OFF_TOPIC,
    counters.UNREADABLE, counters.FAILED, counters.GONE, counters.NOT_COLLECTABLE,
    counters.OUT_OF_RANGE,
)  # fmt: skip
"""What becomes of an article that was asked for."""


@define(frozen=True, kw_only=True)
class Backfill:
    """The days that a crawl is to fill."""

    since: datetime
    until: datetime


@define(frozen=True, kw_only=True)
class Reached:
    """How far it is: the share that is done, and a phrase that says what was done."""

    share: float
    words: str


def backfill_of(spec: JobSpec) -> Backfill | None:
    """Returns the days that a crawl is to fill; None for a crawl without `since`."""
    if spec.kind == "import" or not spec.arguments.get("since"):
        return None
    asked = read_arguments(load_site(spec.site), dict(spec.arguments))
    return Backfill(since=asked.since, until=asked.until or now()) if asked.since else None


def reached(stats: Stats, backfill: Backfill) -> Reached:
    """Measures progress by the lists while they are walked back, then by the articles fetched."""
    asked = asked_for(stats)
    done = sum(counter.of(stats) for counter in DONE)
    if done:
        share = min(1.0, done / max(asked, 1))
        return Reached(share=share, words=f"{done:,} of {asked:,} articles")
    back_to = [datetime.fromisoformat(moment) for moment in counters.BACK_TO.each(stats).values()]
    if not back_to:
        return Reached(share=0.0, words="asking for the lists")
    oldest = max(back_to)  # the list that has come least far
    whole = (backfill.until - backfill.since).total_seconds()
    walked = (backfill.until - oldest).total_seconds()
    share = min(1.0, max(0.0, walked / whole)) if whole > 0 else 1.0
    return Reached(share=share, words=f"lists walked back to {beijing(oldest)}, {asked:,} articles")
