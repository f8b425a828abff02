"""Times that count from the moment of the visit: 3小时前, 昨晚 10:30, 上周五, 5月6日."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from attrs import evolve

from crawler.pages.times.absolute import after_gap, date_of
from crawler.pages.times.ago import (
    ALONE_AFTER,
    ALONE_BEFORE,
    months_before,
    read_ago,
    read_now,
)
from crawler.pages.times.clock import CLOCK, HALVES, moment_at, start_of, time_after
from crawler.pages.times.parsed import EARLIEST, ImpossibleTime, ParsedTime

_SKEW = timedelta(hours=1)
"""A time this far after the reference is not in the future: clocks differ."""
_LABEL = re.compile(
    r"(?:发布|發布|更新|发表|發表|创建|编辑|编輯|首发|修改|提交)?(?:时间|時間|日期)?\s?[:于於]?\s?"
)
_IS_ALONE = re.compile(ALONE_AFTER)


DAY_WORD = re.compile(
    rf"(?:{ALONE_BEFORE}(?P<day>大前天|前天|前日|昨[天日]|今[天日]|昨(?=[早晨晚夜])|今(?=[早晨晚夜])"
    r"|前(?=[晚夜]))|\b(?P<english>today|yesterday)\b)\s?(?:\(?\d{1,2}[日号號]\)?)?,?\s?(?:at )?",
    re.IGNORECASE,
)
_DAYS_BACK = {"今": 0, "昨": 1, "前": 2, "大": 3, "t": 0, "y": 1}
WEEKDAY = re.compile(
    rf"{ALONE_BEFORE}(?P<which>上上|上个?|上個|本|[这這][个個]?)?"
    r"(?:[周週]|星期|[礼禮]拜)(?P<day>[一二三四五六日天]),?\s?"
)
_WEEKDAYS = {name: number for number, name in enumerate("一二三四五六日")} | {"天": 6}
YEARLESS = re.compile(
    r"(?:(?P<year>[今本去前])年\s?|(?<![\d年./~-])(?<!\d:))(?P<m>\d{1,2})\s?"
    r"(?:月\s?(?P<d>\d{1,2})(?:\s?[日号號])?+|(?P<mark>[-/.])\s?(?P<d2>\d{1,2}))(?![\d./~-]|、\d|(?:之|以)?[前后後起至到止内])"
)
GLUED = re.compile(r"(?<!\d)(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号號](?=\d)")
_YEARS_BACK = {"今": 0, "本": 0, "去": 1, "前": 2}
_DAY_OF_MONTH = re.compile(
    r"(?P<month>上个?月|上個月|本月|当月|[这這][个個]?月)?\s?(?P<d>\d{1,2})[日号號]\s?"
)
_CLOCK_ALONE = re.compile(CLOCK)
_HALF = re.compile(HALVES)


_USUAL = re.compile(
    r"(?P<m>[0-9]{1,2})月(?P<d>[0-9]{1,2})日 (?P<H>[01][0-9]|2[0-3]):(?P<M>[0-5][0-9])"
)


def read_usual(text: str, reference: datetime, local: tzinfo) -> ParsedTime | None:
    """`5月6日 09:10`, the form of long lists, five times faster than `read_relative` reads it."""
    match = _USUAL.fullmatch(text)
    if match is None or (match["m"], match["d"]) == ("2", "29"):
        return None
    latest = _latest_wall(reference, local)
    month, day, hour, minute = map(int, match.groups())
    date_of(latest.year, month, day)
    wall = datetime(latest.year, month, day, hour, minute)  # noqa: DTZ001 - the zone comes below
    if wall > latest:
        wall = wall.replace(year=latest.year - 1)
    return ParsedTime(moment=wall.replace(tzinfo=local).astimezone(UTC), relative=True)


@lru_cache(maxsize=16)
def _latest_wall(reference: datetime, local: tzinfo) -> datetime:
    """The last wall time that is not in the future of a visit; a page asks for it forty times."""
    return (reference + _SKEW).astimezone(local).replace(tzinfo=None)


def read_relative(text: str, reference: datetime, local: tzinfo) -> ParsedTime | None:
    """The first time in a short text that names no year; never one after `reference`.

    Raises:
        ImpossibleTime: there is no such day or clock time, or it is still to come.
    """
    for read in (read_now, read_ago, _yearless, _day_word, _weekday, _day_of_month, _clock_alone):
        found = read(text, reference.astimezone(local), local)
        if found is None:
            continue
        if not EARLIEST <= found.moment <= reference + _SKEW:
            raise ImpossibleTime(text)
        return evolve(found, relative=True)
    return None


def _day_word(text: str, reference: datetime, local: tzinfo) -> ParsedTime | None:
    match = DAY_WORD.search(text)
    if match is None:
        return None
    word = match["day"] or match["english"].lower()
    day = reference.date() - timedelta(days=_DAYS_BACK[word[0]])
    return _day_or_time(text, match.end(), day, local)


def _day_or_time(text: str, place: int, day: date, local: tzinfo) -> ParsedTime | None:
    """The day at the clock time at `place`, or as a whole where no other word follows."""
    found = time_after(text, place, day, local)
    if found is not None:
        return found
    half = _HALF.match(text, place)
    place = half.end() if half else place
    return start_of(day, local) if _IS_ALONE.match(text, place) else None


def _weekday(text: str, reference: datetime, local: tzinfo) -> ParsedTime | None:
    match = WEEKDAY.search(text)
    if match is None:
        return None
    wanted, today = _WEEKDAYS[match["day"]], reference.weekday()
    which = match["which"] or ""
    days_back = today - wanted + 7 * which.count("上") if which else (today - wanted) % 7
    for days in (days_back,) if which else (days_back, days_back + 7):
        found = _day_or_time(text, match.end(), reference.date() - timedelta(days=days), local)
        if found is None or found.moment <= reference + _SKEW:
            break
    return found


def _yearless(text: str, reference: datetime, local: tzinfo) -> ParsedTime | None:
    """5月6日, 05-06 09:10; 去年5月6日."""
    match = GLUED.search(text) or YEARLESS.search(text)
    if match is None:
        return None
    groups = match.groupdict()
    month, day = int(match["m"]), int(match["d"] or groups["d2"])
    place = after_gap(text, match.end())
    if groups.get("year"):
        year = reference.year - _YEARS_BACK[groups["year"]]
        return _at_or_start(text, place, date_of(year, month, day), local)
    found = _latest(text, place, (month, day), reference)
    is_number = groups.get("mark") == "." or (groups.get("mark") and match[0] != text)
    return None if found.date_only and is_number else found  # a score, a page number, a share


def _latest(text: str, place: int, day: tuple[int, int], reference: datetime) -> ParsedTime:
    """The latest such day that is not after the reference (29 February: up to 8 years back)."""
    latest = reference + _SKEW
    for year in range(latest.year, reference.year - 9, -1):
        if day == (2, 29) and not isleap(year):
            continue
        found = _at_or_start(text, place, date_of(year, *day), reference.tzinfo or UTC)
        if found.moment <= latest:
            return found
    raise ImpossibleTime(text)


def _at_or_start(text: str, place: int, day: date, local: tzinfo) -> ParsedTime:
    return time_after(text, place, day, local) or start_of(day, local)


def _day_of_month(text: str, reference: datetime, local: tzinfo) -> ParsedTime | None:
    """上月15日; a bare 15日 only as the whole text and with a clock time."""
    label = _LABEL.match(text)
    match = _DAY_OF_MONTH.match(text, label.end() if label else 0)
    if match is None:
        return None
    place, wanted = match.end(), int(match["d"])
    if not match["month"] and _CLOCK_ALONE.fullmatch(text, place) is None:
        return None
    first = 1 if (match["month"] or "").startswith("上") else 0
    for back in (first,) if match["month"] else range(13):
        month = months_before(reference.replace(day=1), back)
        if wanted > monthrange(month.year, month.month)[1]:
            continue
        found = _at_or_start(text, place, date_of(month.year, month.month, wanted), local)
        if match["month"] or found.moment <= reference + _SKEW:
            return found
    raise ImpossibleTime(text)


def _clock_alone(text: str, reference: datetime, local: tzinfo) -> ParsedTime | None:
    label = _LABEL.match(text)
    match = _CLOCK_ALONE.fullmatch(text, label.end() if label else 0)
    if match is None:
        return None
    days = (reference.date() - timedelta(days=back) for back in (0, 1))
    found = (moment_at(day, match, local) for day in days)
    return next((each for each in found if each.moment <= reference + _SKEW), None)
