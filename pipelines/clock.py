"""The one clock of the house.

`NEWSDESK_CLOCK` (an ISO time with a zone) sets where it starts; it then runs on at the normal
pace. Replayed nights and simulated months use it; TTL expiry alone uses the machine's clock,
because MongoDB does.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

ENVIRONMENT_NAME = "NEWSDESK_CLOCK"
_STARTED = time.monotonic()


def now() -> datetime:
    """The time in UTC, aware, to the millisecond (what MongoDB keeps)."""
    start = os.environ.get(ENVIRONMENT_NAME)
    if start:
        moment = parse_clock(start) + timedelta(seconds=time.monotonic() - _STARTED)
    else:
        moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def machine_now() -> datetime:
    """The machine's own UTC time, for expiry dates that MongoDB's TTL monitor compares."""
    return datetime.now(UTC)


def parse_clock(text: str) -> datetime:
    """Read an ISO time with a zone as UTC.

    Raises:
        ValueError: no ISO time, or one without a zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(
            f"{ENVIRONMENT_NAME}={text!r} has no zone: write it as 2026-03-02T03:00:00+08:00."
        )
    return moment.astimezone(UTC)
