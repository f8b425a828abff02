"""Read the times that Chinese news pages print: absolute, relative, and the date in a URL.

Our own patterns come first because general parsers are silently wrong on Chinese forms
(`2019年09月11日01:53`); dateparser is only asked about full dates that no pattern of ours knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from attrs import define

_LONGEST_TEXT = 500
"""A node that holds a time is short; more than this is a paragraph with dates in it."""
_LONGEST_RELATIVE = 60
_CLOCK_SKEW = timedelta(hours=1)
"""A year-less time this far after the reference is still this year's: clocks differ."""
_CHINA_STANDARD_TIME = timezone(timedelta(hours=8))

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_CHINESE_DATE = re.compile(
    r"[〇零一二三四五六七八九]{4}年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})[日号號]"
)
_HALF = r"(?P<half>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|晚間|深夜|[AaPp][Mm])?\s*"
_CLOCK = (
    _HALF + r"(?P<H>[01]?\d|2[0-4])\s*[:：时時点點]\s*(?P<M>[0-5]\d)?"
    r"(?:(?<=\d)\s*[:：分]\s*(?P<S>[0-5]\d)(?:[.,]\d{1,9})?)?\s*[分秒]?"
    r"(?P<half_after>\s*[AaPp][Mm]\b)?"
)
_OFFSET = r"(?:\s*(?P<Z>Z\b|(?:UTC|GMT)?\s*[+-]\d{2}:?\d{2}\b|UTC\b|GMT\b))?"
_WEEKDAY = r"(?:[（(]?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天][）)]?)?"
_ABSOLUTE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})\s*[-/._年]\s*(?P<m>\d{1,2})\s*[-/._月]\s*(?P<d>\d{1,2})\s*[日号號]?"
    rf"(?:[\sT,，]*{_WEEKDAY}[\s,，]*{_CLOCK}{_OFFSET}|(?!\s*\d{{1,2}}\s*[:：]\d))(?!\d)"
)
_USUAL_CLOCK = r"(?P<H>[01][0-9]|2[0-3]):(?P<M>[0-5][0-9])(?::(?P<S>[0-5][0-9]))?"
_USUAL = re.compile(
    r"(?P<y>(?:19|20)[0-9]{2})[-年](?P<m>[0-9]{1,2})[-月](?P<d>[0-9]{1,2})(?:[ T]|日 ?)"
    rf"{_USUAL_CLOCK}(?P<Z>[+-][0-9]{{2}}:[0-9]{{2}})?"
)
_USUAL_YEARLESS = re.compile(rf"(?P<m>[0-9]{{1,2}})月(?P<d>[0-9]{{1,2}})日 {_USUAL_CLOCK}")
"""The forms of nine pages in ten. The patterns above read them too, ten times slower."""
_COMPACT = re.compile(
    r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2})?)?"
)
_MAIL = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?\s+)?\d{1,2}\s+"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\s+\d{4}\s+"
    r"\d{1,2}:\d{2}(?::\d{2})?(?:\s+(?P<zone>[+-]\d{4}|[A-Z]{1,4}))?"
)
_NOW = re.compile(r"刚刚|剛剛|刚才|剛才|just now")
_AGO = re.compile(
    r"(?<![\d.])(?P<n>\d{1,4}|半|一|两|兩)\s*[个個]?\s*(?P<unit>秒钟|秒鐘|秒|分钟|分鐘|分|小时|小時|天|日|周|週|星期)\s*(?:之|以)?前"
)
_DAY_WORD = re.compile(
    rf"(?P<day>今天|今日|昨天|昨日|前天|大前天)\s*(?:[（(]?\d{{1,2}}日[）)]?)?\s*(?:{_CLOCK})?"
)
_YEARLESS = re.compile(
    rf"(?<![\d年.:：-])(?P<m>\d{{1,2}})\s*[-/月]\s*(?P<d>\d{{1,2}})\s*[日号號]?(?:\s*{_WEEKDAY}\s*{_CLOCK})?(?![\d-])"
)
_CLOCK_ALONE = re.compile(_CLOCK)
_HAS_DATE = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_URL_DATES = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})([-_/])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})[-_/]?(?P<m>\d{2})[-_/]?(?P<d>\d{2})(?!\d)"),
)
_DAYS_BACK = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "大前天": 3}
_UNIT_SECONDS = {"秒": 1, "分": 60, "小": 3600, "天": 86400, "日": 86400, "周": 604800}
_AFTERNOON = frozenset("中下傍晚深PP")


@define(frozen=True, kw_only=True)
class ParsedTime:
    """A time that a text gave.

    moment: aware, UTC. relative: it was worked out from the reference time (a year-less date
    counts). date_only: no time of day was printed; the moment is the day's start in the zone.
    """

    moment: datetime
    relative: bool = False
    date_only: bool = False


def parse_time(
    text: str, *, reference: datetime | None = None, zone: str = "Asia/Shanghai"
) -> ParsedTime | None:
    """Find the first time in a short text such as `最后更新: 2019-09-07 15:14:21`.

    Absolute times win over relative ones wherever they stand. reference: aware time at which
    the page was seen; needed for relative and year-less times. zone: IANA name of the zone in
    which times without an offset are meant. None: the text has no time, or an impossible one.

    Raises:
        ValueError: the text has only a relative or year-less time and no reference was given,
            or the reference has no zone.
    """
    local = _zone(zone)
    text = text[:_LONGEST_TEXT].strip()
    usual = _usual(text, reference, local)
    if usual is not None:
        return usual
    text = unicodedata.normalize("NFKC", text).strip()
    found = _absolute(text, local) or _mail(text, local)
    if found is None and len(text) <= _LONGEST_RELATIVE and not _HAS_DATE.search(text):
        found = _relative(text, reference, local)
    return found or _general(text, local)


def date_of_url(url: str) -> date | None:
    """The date that a URL carries (`/2019_09_07_516923`, `/2019-11-25/`, `/20190907/`)."""
    for pattern in _URL_DATES:
        for match in pattern.finditer(url):
            day = _date(int(match["y"]), int(match["m"]), int(match["d"]))
            if day is not None:
                return day
    return None


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _usual(text: str, reference: datetime | None, local: tzinfo) -> ParsedTime | None:
    match = _USUAL.fullmatch(text)
    if match is not None:
        day = _date(int(match["y"]), int(match["m"]), int(match["d"]))
        return _at(day, match, _offset(match) or local) if day else None
    match = _USUAL_YEARLESS.fullmatch(text)
    if match is None or reference is None or reference.tzinfo is None:
        return None
    return _yearless(match, reference.astimezone(local), local)


def _absolute(text: str, local: tzinfo) -> ParsedTime | None:
    if "年" in text:
        text = _CHINESE_DATE.sub(_plain_digits, text)
    whole = _COMPACT.fullmatch(text)
    candidates: Iterator[re.Match[str]] = iter([whole]) if whole else _ABSOLUTE.finditer(text)
    for match in candidates:
        day = _date(int(match["y"]), int(match["m"]), int(match["d"]))
        if day is None:
            continue
        parsed = _at(day, match, _offset(match) or local)
        if parsed is not None:
            return parsed
    return None


def _plain_digits(match: re.Match[str]) -> str:
    def number(chinese: str) -> int:
        tens, ten, ones = chinese.rpartition("十")
        if not ten:
            return int(chinese.translate(_DIGITS))
        return int(tens.translate(_DIGITS) or 1) * 10 + int(ones.translate(_DIGITS) or 0)

    year = match[0][:4].translate(_DIGITS)
    return f"{year}年{number(match['m'])}月{number(match['d'])}日"


def _offset(match: re.Match[str]) -> tzinfo | None:
    written = match.groupdict().get("Z")
    if not written:
        return None
    number = re.search(r"([+-])(\d{2}):?(\d{2})", written)
    if number is None:
        return UTC
    size = timedelta(hours=int(number[2]), minutes=int(number[3]))
    if size >= timedelta(hours=24):
        return None
    return timezone(-size if number[1] == "-" else size)


def _at(day: date, match: re.Match[str], zone: tzinfo) -> ParsedTime | None:
    """The day at the clock time of the match; None for times such as 25:00."""
    groups = match.groupdict()
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    if groups.get("H") is None:
        return ParsedTime(moment=start.astimezone(UTC), date_only=True)
    hour, minute, second = int(groups["H"]), int(groups["M"] or 0), int(groups["S"] or 0)
    half = (groups.get("half") or groups.get("half_after") or "").strip().upper()
    if half and half[0] in _AFTERNOON and hour < 12 and not (half[0] == "中" and hour >= 10):
        hour = 0 if half == "深夜" and hour < 5 else hour + 12
    if half == "AM" and hour == 12:
        hour = 0
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    wall = start.replace(hour=hour % 24, minute=minute, second=second)
    if hour == 24:
        wall += timedelta(days=1)
    return ParsedTime(moment=wall.astimezone(UTC))


def _mail(text: str, local: tzinfo) -> ParsedTime | None:
    """RFC 822/2822 dates. "CST" means China's zone on these pages, not America's."""
    match = _MAIL.search(text)
    if match is None:
        return None
    written = match[0].removesuffix("CST").rstrip()
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_CHINA_STANDARD_TIME if match["zone"] == "CST" else local)
    return ParsedTime(moment=moment.astimezone(UTC))


def _relative(text: str, reference: datetime | None, local: tzinfo) -> ParsedTime | None:
    now, ago = _NOW.search(text), _AGO.search(text)
    word, yearless = _DAY_WORD.search(text), _YEARLESS.search(text)
    clock = _CLOCK_ALONE.fullmatch(text)
    if not (now or ago or word or yearless or clock):
        return None
    if reference is None or reference.tzinfo is None:
        raise ValueError(
            f"{text!r} is a relative time: pass reference=, the aware time when the page was seen"
        )
    reference = reference.astimezone(local)
    if now:
        return ParsedTime(moment=reference.astimezone(UTC), relative=True)
    if ago:
        return _ago(ago, reference)
    if word:
        day = reference.date() - timedelta(days=_DAYS_BACK[word["day"]])
        return _marked_relative(_at(day, word, local))
    if yearless:
        return _yearless(yearless, reference, local)
    return _clock_alone(clock, reference, local) if clock else None


def _ago(match: re.Match[str], reference: datetime) -> ParsedTime:
    number = {"半": 0.5, "一": 1.0, "两": 2.0, "兩": 2.0}.get(match["n"])
    unit = match["unit"][0].replace("週", "周").replace("星", "周")
    seconds = (float(match["n"]) if number is None else number) * _UNIT_SECONDS[unit]
    moment = reference.astimezone(UTC) - timedelta(seconds=seconds)
    return ParsedTime(moment=moment, relative=True)


def _yearless(match: re.Match[str], reference: datetime, local: tzinfo) -> ParsedTime | None:
    """The latest such day that is not after the reference (29 February: up to 8 years back)."""
    if match["H"] is None and "月" not in match[0] and match[0] != match.string:
        return None  # a score or a page number
    latest = reference + _CLOCK_SKEW
    for year in range(latest.year, reference.year - 9, -1):
        day = _date(year, int(match["m"]), int(match["d"]))
        parsed = day and _at(day, match, local)
        if parsed and parsed.moment <= latest:
            return _marked_relative(parsed)
    return None


def _clock_alone(match: re.Match[str], reference: datetime, local: tzinfo) -> ParsedTime | None:
    for days_back in (0, 1):
        parsed = _at(reference.date() - timedelta(days=days_back), match, local)
        if parsed and parsed.moment <= reference + _CLOCK_SKEW:
            return _marked_relative(parsed)
    return None


def _marked_relative(parsed: ParsedTime | None) -> ParsedTime | None:
    if parsed is None:
        return None
    return ParsedTime(moment=parsed.moment, relative=True, date_only=parsed.date_only)


def _general(text: str, local: tzinfo) -> ParsedTime | None:
    """Ask dateparser about a text that names a year; it may not fill in any part itself."""
    if not _HAS_DATE.search(text):
        return None
    import dateparser  # 20 MB that hardly any crawl needs

    moment = dateparser.parse(
        text,
        languages=["zh", "en"],
        settings={
            "REQUIRE_PARTS": ["day", "month", "year"],
            "STRICT_PARSING": True,
            "PARSERS": ["absolute-time"],
        },
    )
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=local)
    return ParsedTime(moment=moment.astimezone(UTC), date_only=":" not in text)
