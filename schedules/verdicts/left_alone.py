"""Explains a crawl that left its site alone before it was done, and when it may come back.

The crawler says it with its finish reason, `counters.LEFT_ALONE` (why, in words) and
`counters.COME_BACK_AT` (an ISO time).
"""

from __future__ import annotations

from datetime import datetime

from pipelines.counting import counters
from pipelines.counting.stats import Stats
from pipelines.records import JobState
from pipelines.timing.beijing import SECONDS, beijing_time

_ENDS: dict[str, tuple[JobState, str, str]] = {
    "blocked": (
        "blocked",
        "The site turned us away",
        "The page is in `evidence`. Raise NEWSDESK_DELAY_SECONDS and set NEWSDESK_CONTACT.",
    ),
    "come_back_later": ("partial", "The site asked for a longer pause than a crawl waits", ""),
    "budget_spent": ("partial", "The requests for this site are used up", ""),
    "quiet_hours": ("partial", "These are the site's quiet hours", ""),
}
"""By finish reason: the job's state, what happened, what to do."""


def left_alone(finish_reason: str | None, stats: Stats) -> tuple[JobState, str] | None:
    """Returns state and reason of a job that left its site alone; None for any other job."""
    end = _ENDS.get(finish_reason or "")
    if end is None:
        return None
    state, what, advice = end
    why = (counters.LEFT_ALONE.of(stats) or "the crawl gave no reason").rstrip(".")
    return state, " ".join(filter(None, (f"{what}: {why}.", advice, _next(stats))))


def _next(stats: Stats) -> str:
    moment = counters.COME_BACK_AT.of(stats)
    if moment is None:
        return ""
    at = beijing_time(datetime.fromisoformat(moment), SECONDS)
    return f"Crawl it again from {at} on; until then nothing is asked of it."
