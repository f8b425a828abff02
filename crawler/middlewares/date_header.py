"""Every response says when it was sent, so that pages with relative times stay pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from scrapy import Request
from scrapy.http import Response

from pipelines.clock import now


class DateHeaderMiddleware:
    """Sets `Date` where the server gave none, or none that can be read."""

    def process_response(self, request: Request, response: Response) -> Response:
        if sent_at(response) is None:
            response.headers["Date"] = http_date(now())
        return response


def sent_at(response: Response) -> datetime | None:
    """The time in the `Date` header in UTC; None if it gives none."""
    try:
        moment = parsedate_to_datetime((response.headers.get("Date") or b"").decode("latin-1"))
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def http_date(moment: datetime) -> str:
    """A time as HTTP headers write it."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)
