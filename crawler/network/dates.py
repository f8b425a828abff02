"""Reads and writes the times in HTTP headers."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from scrapy.http import Response


def sent_at(response: Response) -> datetime | None:
    """Returns the time in the `Date` header, in UTC; None if it holds none."""
    try:
        moment = parsedate_to_datetime((response.headers.get("Date") or b"").decode("latin-1"))
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def http_date(moment: datetime) -> str:
    """Writes a time as in HTTP headers."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)
