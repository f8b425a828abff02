"""Read the times that Chinese news pages print: absolute, relative, and the date in a URL.

General parsers are silently wrong on Chinese forms (`2019年09月11日01:53`) and fill in what a
text leaves open; here an impossible date is no time, and what is guessed says so.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import TypeGuard

from crawler.pages.times.absolute import read_absolute, read_short_year
from crawler.pages.times.clock import moment_at, zone_named, zone_of
from crawler.pages.times.numerals import in_digits
from crawler.pages.times.parsed import LATEST, ImpossibleTime, ParsedTime, is_plausible
from crawler.pages.times.printed import Kind, Printed, find_times, likeliest_first, without_times
from crawler.pages.times.relative import read_relative, read_usual

__all__ = [
    "Kind",
    "ParsedTime",
    "Printed",
    "date_of_url",
    "find_times",
    "is_plausible",
    "is_time",
    "is_to_come",
    "likeliest_first",
    "parse_time",
    "plain_moment",
    "without_times",
]

_PLAIN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?")
_LONGEST_TEXT = 500
"""A node that holds a time is short; more than this is a paragraph with dates in it."""
_LONGEST_RELATIVE = 60
_USUAL_CLOCK = r"(?P<H>[01][0-9]|2[0-3]):(?P<M>[0-5][0-9])(?::(?P<S>[0-5][0-9]))?"
_USUAL = re.compile(
    r"(?P<y>(?:19|20)[0-9]{2})[-年](?P<m>[0-9]{1,2})[-月](?P<d>[0-9]{1,2})(?:[ T]|日 ?)"
    rf"{_USUAL_CLOCK}(?P<Z>(?P<sign>\+)(?P<hours>[01][0-9]):(?P<minutes>[0-5][0-9]))?"
)
"""The forms of nine pages in ten. The other patterns read them too, ten times slower."""
_HAS_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_URL_DATES = (
    re.compile(
        r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})([-_/])(?P<m>[0-9]{1,2})\2(?P<d>[0-9]{1,2})(?![0-9])"
    ),
    re.compile(
        r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})[-_/]?(?P<m>[0-9]{2})[-_/]?(?P<d>[0-9]{2})(?![0-9])"
    ),
)
_ANY_MOMENT = datetime(2020, 12, 27, 15, 59, 59, tzinfo=zone_named("UTC"))
"""A Sunday's last second in Beijing: no relative time lies in its future."""


def parse_time(
    text: str, *, reference: datetime | None = None, zone: str = "Asia/Shanghai"
) -> ParsedTime | None:
    """Find the first time in a short text such as `最后更新: 2019-09-07 15:14:21`.

    Absolute times win over relative ones wherever they stand. reference: aware time at which
    the page was seen; needed for relative and year-less times. zone: IANA name of the zone in
    which times without an offset are meant. None: the text has no time, an impossible one, or
    one at which nothing can have been published (1900, 2199, the day after tomorrow).

    Raises:
        ValueError: the text has only a relative or year-less time and no reference was given,
            or the reference has no zone or cannot be the time of a visit.
    """
    try:
        found = _read(text[:_LONGEST_TEXT].strip(), reference, zone_named(zone))
    except ImpossibleTime:
        return None
    seen_at = reference if _is_usable(reference) else None
    return found if found and is_plausible(found.moment, seen_at) else None


def is_to_come(text: str, *, reference: datetime | None, zone: str = "Asia/Shanghai") -> bool:
    """Whether a text prints a time that was still to come at `reference`: none for `parse_time`."""
    try:
        found = _read(text[:_LONGEST_TEXT].strip(), reference, zone_named(zone))
    except (ImpossibleTime, ValueError):
        return False
    latest = reference if _is_usable(reference) else LATEST
    return found is not None and found.moment > latest


def is_time(text: str) -> bool:
    """Whether a short text gives a time, be it one that counts from a visit."""
    try:
        return parse_time(text) is not None
    except ValueError:
        return True


def _read(text: str, reference: datetime | None, local: tzinfo) -> ParsedTime | None:
    visit = reference if _is_usable(reference) else _ANY_MOMENT
    found = _usual(text, local) or read_usual(text, visit, local)
    if found is None:
        text = unicodedata.normalize("NFKC", text)[:_LONGEST_TEXT]
        text = in_digits(" ".join(text.split()))
        found = read_absolute(text, local)
    if found is None and len(text) <= _LONGEST_RELATIVE and not _HAS_YEAR.search(text):
        found = read_short_year(text, reference, local) or read_relative(text, visit, local)
    if found is not None and found.relative and visit is _ANY_MOMENT:
        raise ValueError(
            f"{text!r} is a relative time: pass reference=, the aware time when the page was seen"
        )
    return found


def _is_usable(reference: datetime | None) -> TypeGuard[datetime]:
    """Whether this may be the time of a visit."""
    return reference is not None and reference.tzinfo is not None and is_plausible(reference)


@lru_cache(maxsize=1024)
def plain_moment(text: str, zone: str) -> datetime | None:
    """`2026-03-01 15:10:53`, of which lists beside articles are full; None for any other form.

    Kept for a while: the lists beside different articles are much the same.

    Raises:
        ValueError: it is no time that can be.
    """
    if not _PLAIN.fullmatch(text):
        return None
    return datetime.fromisoformat(text).replace(tzinfo=zone_named(zone)).astimezone(UTC)


def date_of_url(url: str) -> date | None:
    """The date that a URL carries (`/2019_09_07_516923`, `/2019-11-25/`, `/20190907/`)."""
    for pattern in _URL_DATES:
        for match in pattern.finditer(url[:_LONGEST_TEXT]):
            try:
                day = date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                continue
            return day
    return None


def _usual(text: str, local: tzinfo) -> ParsedTime | None:
    match = _USUAL.fullmatch(text)
    if match is None:
        return None
    try:
        day = date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        raise ImpossibleTime(text) from None
    return moment_at(day, match, zone_of(match) or local)
