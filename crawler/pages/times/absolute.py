"""Times that name their year: as Chinese pages print them, as machines and as mails do."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo

from attrs import evolve

from crawler.pages.times.clock import (
    CLOCK,
    OFFSET,
    moment_at,
    place_of,
    start_of,
    time_after,
    time_before,
    zone_of,
)
from crawler.pages.times.parsed import AHEAD, EARLIEST, ImpossibleTime, ParsedTime

_NUMERIC = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})\s?[-/._年]\s?(?P<m>\d{1,2})\s?[-/._月]\s?(?P<d>\d{1,2})"
    r"(?:\s?[日号號])?"
)
_COMPACT = re.compile(
    r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})"
    rf"(?:T?(?P<H>\d{{2}})(?P<M>\d{{2}})(?P<S>\d{{2}})?{OFFSET}?)?"
)
_COMPACT_DATE = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?=[T ]\d{1,2}:)")
_WEEKDAY = (
    r"(?:\(?(?:星期|[周週]|[礼禮]拜)[一二三四五六日天]\)?"
    r"|\(?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\)?)"
)
_GAP = re.compile(rf"[\s,|·/T_—–-]{{0,5}}+(?:{_WEEKDAY}[\s,|·]{{0,3}}+)?(?:at )?")
_MONTHS = "January February March April May June July August September October November December"
_MONTH_NUMBERS = {name[:3]: number for number, name in enumerate(_MONTHS.split(), 1)}
_MONTH = r"(?P<month>" + "|".join(
    f"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in (*_MONTHS.split(), "Sept")
) + r")\b\.?"  # fmt: skip
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_NAMED = (
    re.compile(rf"\b{_MONTH}\s{{1,2}}{_DAY},?\s(?P<y>\d{{4}})(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d){_DAY}[\s-]{_MONTH},?[\s-](?P<y>\d{{4}})(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?P<y>\d{{4}})[\s-]{_MONTH}[\s-]{_DAY}(?!\d)", re.IGNORECASE),
)
_CLOCK_BEFORE_YEAR = re.compile(
    rf"\b{_MONTH}\s{{1,2}}{_DAY},?\s{CLOCK}{OFFSET}?\s(?P<y>\d{{4}})(?!\d)", re.IGNORECASE
)
"""`Sun Mar 1 10:20:00 CST 2026`, as programs in C and Java print it."""
_DAY_FIRST = re.compile(
    r"(?<![\d./-])(?<!\d:)(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y>(?:19|20)\d{2})(?!\d)"
)
SHORT_YEAR = re.compile(
    r"(?<![\w./-])(?<!\d:)(?P<y>\d{2})(?:年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})[日号號]?"
    r"|(?P<sep>[-./])(?P<m2>\d{1,2})(?P=sep)(?P<d2>\d{1,2}))(?![\d.:/-])"
)
DATES = (_NUMERIC, _COMPACT_DATE, _CLOCK_BEFORE_YEAR, *_NAMED, _DAY_FIRST)
"""Days of which the year is printed in full."""


def read_absolute(text: str, local: tzinfo) -> ParsedTime | None:
    """The first time in a text of which the year is printed in full.

    Raises:
        ImpossibleTime: the text prints a day that does not exist, or that may be two days.
    """
    local, elsewhere = place_of(text, local)
    for read in (_compact, _numeric, _named, _day_first):
        found = read(text, local)
        if found is not None:
            return evolve(found, guessed=True) if elsewhere else found
    return None


def read_short_year(text: str, reference: datetime | None, local: tzinfo) -> ParsedTime | None:
    """`18-03-05 12:00`: two digits for the year, which is a guess; never one after `reference`.

    Raises:
        ImpossibleTime: there is no such day.
    """
    match = SHORT_YEAR.search(text)
    if match is None:
        return None
    month, day = int(match["m"] or match["m2"]), int(match["d"] or match["d2"])
    for century in (2000, 1900):
        found = _with_clock(text, match, date_of(century + int(match["y"]), month, day), local)
        if match["sep"] == "." and found.date_only:
            return None  # the number of a version
        latest = reference + AHEAD if reference else datetime(2070, 1, 1, tzinfo=local)
        if EARLIEST < found.moment < latest:
            return evolve(found, guessed=True)
    raise ImpossibleTime(text)


def date_of(year: int, month: int, day: int) -> date:
    """The day of these numbers.

    Raises:
        ImpossibleTime: there is none.
    """
    try:
        return date(year, month, day)
    except ValueError:
        raise ImpossibleTime(f"{year}-{month}-{day}") from None


def after_gap(text: str, place: int) -> int:
    """Where a clock time may begin behind a date that ends at `place`."""
    match = _GAP.match(text, place)
    return match.end() if match else place


def _numeric(text: str, local: tzinfo) -> ParsedTime | None:
    for match in _NUMERIC.finditer(text):
        is_glued = text[match.end() : match.end() + 1].isdigit()
        day = date_of(int(match["y"]), int(match["m"]), int(match["d"]))
        if not is_glued or time_after(text, match.end(), day, local):
            return _with_clock(text, match, day, local)
    return None


def _compact(text: str, local: tzinfo) -> ParsedTime | None:
    match = _COMPACT.fullmatch(text) or _COMPACT_DATE.match(text)
    if match is None:
        return None
    day = date_of(int(match["y"]), int(match["m"]), int(match["d"]))
    groups = match.groupdict()
    if groups.get("H") is None:
        return _with_clock(text, match, day, local)
    return moment_at(day, match, zone_of(match) or local)


def _named(text: str, local: tzinfo) -> ParsedTime | None:
    match = _CLOCK_BEFORE_YEAR.search(text)
    if match is not None:
        return moment_at(_named_day(match), match, zone_of(match) or local)
    for form in _NAMED:
        match = form.search(text)
        if match is not None:
            return _with_clock(text, match, _named_day(match), local)
    return None


def _named_day(match: re.Match[str]) -> date:
    month = _MONTH_NUMBERS[match["month"][:3].title()]
    return date_of(int(match["y"]), month, int(match["d"]))


def _day_first(text: str, local: tzinfo) -> ParsedTime | None:
    """`25/11/2019`; what may also be month first (03/01/2026) is no time."""
    match = _DAY_FIRST.search(text)
    if match is None:
        return None
    day, month = int(match["a"]), int(match["b"])
    if month > 12:
        day, month = month, day
    elif day <= 12 and day != month:
        raise ImpossibleTime(f"{match[0]} may be two days")
    return _with_clock(text, match, date_of(int(match["y"]), month, day), local)


def _with_clock(text: str, match: re.Match[str], day: date, local: tzinfo) -> ParsedTime:
    """The day at the clock time beside it, or as a whole."""
    return (
        time_after(text, after_gap(text, match.end()), day, local)
        or time_before(text, match.start(), day, local)
        or start_of(day, local)
    )
