"""Reads how long a site asks to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.http import Response

from crawler.network.dates import sent_at

MOST_SECONDS = 24 * 3600.0
"""A longer time counts as this: then we ask again, lest one answer shut a site off for a month."""


def retry_after(response: Response, now: datetime) -> float | None:
    """Returns the seconds in the `Retry-After` header; None if it is no number and no date.

    A date counts from the answer's own `Date` (our clock may be wrong), else from `now`; one in the
    past gives 0.
    """
    text = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), MOST_SECONDS)
    try:
        moment = parsedate_to_datetime(text)
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, (moment - (sent_at(response) or now)).total_seconds()), MOST_SECONDS)
