"""How far a crawl over a span of time has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import define

from crawler.spiders.arguments import read_arguments
from newsdesk.answers.moments import beijing
from newsdesk.answers.sites import load_site
from pipelines.clock import now
from schedules.job import JobSpec, count
from schedules.verdicts.rules import asked_for

_BACK_TO = "newsdesk/back_to/"
_DONE = (
    "new", "revised", "unchanged", "late", "off_topic", "unreadable", "failed", "gone",
    "not_collectable", "out_of_range/before_since", "out_of_range/after_until",
)  # fmt: skip


@define(frozen=True, kw_only=True)
class Span:
    """The days that are to be filled."""

    since: datetime
    until: datetime


@define(frozen=True, kw_only=True)
class Step:
    """What is being done, and which share of it is."""

    share: float
    words: str


def span_of(spec: JobSpec) -> Span | None:
    """The span of a crawl back to some day; None for any other."""
    if spec.kind != "crawl" or not spec.arguments.get("since"):
        return None
    asked = read_arguments(load_site(spec.site), dict(spec.arguments))
    return Span(since=asked.since, until=asked.until or now()) if asked.since else None


def step(stats: Mapping[str, object], span: Span) -> Step:
    """First the lists are walked back through time, then the articles are fetched."""
    asked = asked_for(stats)
    done = sum(count(stats, f"newsdesk/{name}") for name in _DONE)
    if done:
        share = min(1.0, done / max(asked, 1))
        return Step(share=share, words=f"{done:,} of {asked:,} articles")
    reached = [
        datetime.fromisoformat(str(value))
        for name, value in stats.items()
        if name.startswith(_BACK_TO)
    ]
    if not reached:
        return Step(share=0.0, words="asking for the lists")
    oldest = max(reached)  # the list that has come least far
    whole = (span.until - span.since).total_seconds()
    back = (span.until - oldest).total_seconds()
    share = min(1.0, max(0.0, back / whole)) if whole > 0 else 1.0
    return Step(share=share, words=f"lists walked back to {beijing(oldest)}, {asked:,} articles")
