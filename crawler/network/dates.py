"""Reads and writes the times in HTTP headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from scrapy.http import Response

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""How far a server's clock may be ahead of ours."""


def sent_at(response: Response) -> datetime | None:
    """Returns the time in the `Date` header, in UTC; None if it holds none."""
    try:
        moment = parsedate_to_datetime((response.headers.get("Date") or b"").decode("latin-1"))
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def believed_date(response: Response, now: datetime) -> datetime | None:
    """Does as `sent_at`; None also for a time at which no answer can have been sent by `now`."""
    moment = sent_at(response)
    return moment if moment is not None and EARLIEST <= moment <= now + AHEAD else None


def http_date(moment: datetime) -> str:
    """Writes a time as in HTTP headers."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)
