"""Reads and writes lengths of time: "90 seconds", "2 hours", "1 hour 30 minutes", "6h"."""

from __future__ import annotations

import re
from datetime import timedelta

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
LONGEST_SECONDS = 100 * 366 * UNITS["day"]
_PART = re.compile(r"(\d{1,6})\s*(s|sec|m|min|h|d|w|second|minute|hour|day|week)s?\b[\s,]*")
_SHORT = {"s": "second", "sec": "second", "m": "minute", "min": "minute", "h": "hour", "d": "day"}
_SHORT |= {"w": "week"}


def read_duration(text: str) -> timedelta:
    """Reads a length of time.

    Raises:
        ValueError: the text is none; the message shows what one looks like.
    """
    total, position = 0, 0
    cleaned = text.strip().lower()
    while position < len(cleaned):
        match = _PART.match(cleaned, position)
        if match is None:
            break
        total += int(match[1]) * UNITS[_SHORT.get(match[2], match[2])]
        position = match.end()
    if not cleaned or position < len(cleaned) or total > LONGEST_SECONDS:
        raise ValueError(f'{text!r} is no length of time: write "90 seconds" or "2 hours"')
    return timedelta(seconds=total)


def in_words(length: timedelta) -> str:
    """Writes a length of time: "1 hour 30 minutes" or "0 seconds"."""
    left, parts = round(length.total_seconds()), []
    for unit, seconds in reversed(UNITS.items()):
        number, left = divmod(left, seconds)
        if number:
            parts.append(f"{number} {unit}" + ("s" if number > 1 else ""))
    return " ".join(parts[:2]) or "0 seconds"
