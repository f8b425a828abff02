"""Reads and writes the times in HTTP headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from scrapy.http import Response

from pipelines.timing.clock import now

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""How far a server's clock may be ahead of ours. A recording's is behind it."""


def sent_at(response: Response) -> datetime | None:
    """Returns the time in the `Date` header, in UTC; None if it holds none that can be true."""
    return read_http_date(response.headers.get("Date") or b"")


def read_http_date(text: bytes) -> datetime | None:
    """Returns the time of a `Date` header, in UTC; None if it is none that can be true."""
    try:
        moment = parsedate_to_datetime(text.decode("latin-1"))
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if EARLIEST <= moment < now() + AHEAD else None


def http_date(moment: datetime) -> str:
    """Writes a time as in HTTP headers."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)
