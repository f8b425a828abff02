"""The times of feeds and sitemaps."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from crawler.pages.times import is_plausible
from crawler.sources.html import printed_time

_OF_MAILS = re.compile(
    r"(?:[A-Za-z]{3,9},?\s{1,2})?[0-9]{1,2}\s[A-Za-z]{3,9}\s[0-9]{4}"
    r"\s[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\s(?:[+-][0-9]{4}|GMT|UTC|UT|Z)"
)
"""With a zone that means one thing: CST is China's to us, and America's to the standard library."""
_OF_MACHINES = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{4,16}(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_LONGEST = 100


def read_date(text: str, now: datetime, zone: str) -> datetime | None:
    """The moment of a date as mails, machines or people write it; of a bare day, its beginning.

    One without a zone is of `zone`. None: it is none, or nothing can have been published then.
    """
    text = " ".join(text[:_LONGEST].split())
    moment = _exact(text, zone)
    if moment is None:
        time = printed_time(text, now, zone)
        return time.moment if time else None
    moment = moment.astimezone(UTC)
    return moment if is_plausible(moment, now) else None


def _exact(text: str, zone: str) -> datetime | None:
    try:
        if _OF_MAILS.fullmatch(text):
            moment = parsedate_to_datetime(text)
            return moment.replace(tzinfo=moment.tzinfo or UTC)
        if _OF_MACHINES.fullmatch(text):
            moment = datetime.fromisoformat(text)
            return moment.replace(tzinfo=moment.tzinfo or ZoneInfo(zone))
    except (ValueError, OverflowError):
        return None
    return None
