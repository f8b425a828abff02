"""The times of feeds and sitemaps."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from crawler.pages.times import is_plausible
from crawler.sources.html import printed_time

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_OF_MAILS = re.compile(
    rf"(?:[a-z]{{3,9}},?\s{{1,2}})?(?P<d>[0-9]{{1,2}})\s(?P<m>{'|'.join(_MONTHS)})[a-z]{{0,6}}\s"
    r"(?P<y>[0-9]{4})\s(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2}))?"
    r"\s(?:(?P<sign>[+-])(?P<hours>[0-9]{2})(?P<minutes>[0-9]{2})|GMT|UTC?|Z)",
    re.IGNORECASE,
)
"""With a zone that means one thing: CST is China's to us, and America's in mails."""
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
        mail = _OF_MAILS.fullmatch(text)
        if mail is not None:
            day = int(mail["y"]), _MONTHS.index(mail["m"].lower()) + 1, int(mail["d"])
            clock = int(mail["H"]), int(mail["M"]), int(mail["S"] or 0)
            return datetime(*day, *clock, tzinfo=_zone(mail))
        if _OF_MACHINES.fullmatch(text):
            moment = datetime.fromisoformat(text)
            return moment.replace(tzinfo=moment.tzinfo or ZoneInfo(zone))
    except (ValueError, OverflowError):
        return None
    return None


def _zone(mail: re.Match[str]) -> timezone:
    if mail["sign"] is None:
        return UTC
    size = timedelta(hours=int(mail["hours"]), minutes=int(mail["minutes"]))
    return timezone(-size if mail["sign"] == "-" else size)
