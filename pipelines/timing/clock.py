"""The one clock of the house.

`NEWSDESK_CLOCK` (an ISO time with a zone) sets the time at which it starts; from then on it runs at
the normal pace. Replayed nights and simulated months use it. Only TTL expiry uses the machine's
clock, because MongoDB does.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

ENVIRONMENT_NAME = "NEWSDESK_CLOCK"
_started = time.monotonic()


def now() -> datetime:
    """Returns the time in UTC, aware, to the millisecond (MongoDB's precision)."""
    start = os.environ.get(ENVIRONMENT_NAME)
    if start:
        moment = parse_clock(start) + timedelta(seconds=time.monotonic() - _started)
    else:
        moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def restart() -> None:
    """Lets the clock start anew, in a process that was copied from another one."""
    global _started  # noqa: PLW0603 - a process has one clock
    _started = time.monotonic()


def machine_now() -> datetime:
    """Returns the machine's own UTC time, for expiry dates that MongoDB's TTL monitor compares."""
    return datetime.now(UTC)


def parse_clock(text: str) -> datetime:
    """Returns an ISO time with a zone as UTC.

    Raises:
        ValueError: the text is no ISO time, or has no zone.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(
            f"{ENVIRONMENT_NAME}={text!r} has no zone: write it as 2026-03-02T03:00:00+08:00."
        )
    return moment.astimezone(UTC)
