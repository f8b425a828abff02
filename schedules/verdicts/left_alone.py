"""Why a crawl left its site alone before it was through, and when it may come back.

The crawler says it with its finish reason, `newsdesk/left_alone` (why, in words) and
`newsdesk/come_back_at` (an ISO time).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from pipelines.records import JobState

_ENDS: dict[str, tuple[JobState, str, str]] = {
    "blocked": (
        "blocked",
        "The site turned us away",
        "The page is in `evidence`. Raise NEWSDESK_DELAY_SECONDS and set NEWSDESK_CONTACT.",
    ),
    "come_back_later": ("partial", "The site asked for a longer pause than a crawl waits", ""),
    "budget_spent": ("partial", "The night's requests for this site are used up", ""),
    "quiet_hours": ("partial", "These are the site's quiet hours", ""),
}
"""By finish reason: the job's state, what happened, what to do."""


def left_alone(
    finish_reason: str | None, stats: Mapping[str, object]
) -> tuple[JobState, str] | None:
    """The state of a job that left its site alone, and why in sentences; None for others."""
    end = _ENDS.get(finish_reason or "")
    if end is None:
        return None
    state, what, advice = end
    why = str(stats.get("newsdesk/left_alone", "the crawl gave no reason")).rstrip(".")
    return state, " ".join(filter(None, (f"{what}: {why}.", advice, _next(stats))))


def _next(stats: Mapping[str, object]) -> str:
    moment = stats.get("newsdesk/come_back_at")
    if not isinstance(moment, str):
        return ""
    at = datetime.fromisoformat(moment).astimezone(UTC)
    return f"Crawl it again from {at:%Y-%m-%d %H:%M:%S} UTC on; until then nothing is asked of it."
