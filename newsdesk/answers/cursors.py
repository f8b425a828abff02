"""Cursors of lists that are gone through by counting: a time, and how many were shown of it."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, datetime

from newsdesk.exceptions import BadCursor

MOST_DIGITS = 4


def counting_cursor(at: datetime, shown: int) -> str:
    """ "2026-03-01T01:30:00.000+00:00/40"."""
    return f"{at.astimezone(UTC).isoformat(timespec='milliseconds')}/{shown}"


def read_counting_cursor(text: str) -> tuple[datetime, int]:
    """The time and the number that such a cursor names.

    Raises:
        BadCursor: it is none.
    """
    moment, _, shown = text.partition("/")
    try:
        at = datetime.fromisoformat(moment)
        known = at.tzinfo is not None and MINYEAR < at.year < MAXYEAR
        if known and shown.isascii() and shown.isdigit() and len(shown) <= MOST_DIGITS:
            return at, int(shown)
    except ValueError:
        pass  # said below
    raise BadCursor(f"{text!r} is no cursor: take it from the page before this one.")
