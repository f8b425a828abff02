"""The time of day, and the zone in which it is meant."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from crawler.pages.times.parsed import ImpossibleTime, ParsedTime

_MORNING = "凌晨|清晨|清早|早晨|早上|早间|早間|上午|早|晨"
_NOON = "中午|正午"
_AFTERNOON = "下午|午后|午後|傍晚"
_NIGHT = "晚上|晚间|晚間|夜间|夜間|夜里|夜裡|深夜|半夜|午夜|晚|夜"
_MORNING_WORDS = frozenset({*_MORNING.split("|"), "AM"})
_LATE_MORNING = frozenset({"早上", "早间", "早間", "上午", "早"})
_NOON_WORDS = frozenset(_NOON.split("|"))
_AFTERNOON_WORDS = frozenset({*_AFTERNOON.split("|"), "PM"})
_NIGHT_WORDS = frozenset(_NIGHT.split("|"))
_MIDNIGHT_WORDS = frozenset({"深夜", "半夜", "午夜"})
_FARTHEST = timedelta(hours=14)
HALVES = rf"{_MORNING}|{_NOON}|{_AFTERNOON}|{_NIGHT}"
_HALF_AFTER = r"[AaPp]\.?[Mm]\b\.?"
CLOCK = (
    rf"(?P<half>{HALVES}|{_HALF_AFTER})?\s?(?P<H>[01]?\d|2\d)"
    r"(?P<H_to>~(?:[01]?\d|2\d)(?=\s?[时時点點]))?\s?(?::\s?(?P<M>[0-5]\d)(?!\d)(?:\s?:\s?(?P<S>[0-5]\d)(?!\d)(?:[.,]\d{1,9}+)?)?"
    r"|[时時点點](?![击擊赞讚评評])\s?(?:(?P<part>半|[13]刻)"
    r"|(?P<M2>[0-5]?\d)(?!\d)\s?(?:分(?:\s?(?P<S2>[0-5]?\d)\s?秒)?|(?!:))|整|[钟鐘]|(?!\d)))"
    r"(?P<about>(?<=[时時点點半刻分钟鐘])(?:[多余餘许許]|[来來][钟鐘])|\s?(?:左右|上下|前[后後]))?"
    rf"(?P<half_after>\s?{_HALF_AFTER})?"
)
_ZONES = {
    name: timedelta(hours=hours)
    for hours, names in {
        -8: "PST",
        -7: "PDT MST",
        -6: "MDT",
        -5: "EST CDT",
        -4: "EDT",
        0: "UTC GMT Z",
        1: "CET BST",
        2: "CEST",
        3: "MSK",
        8: "CST BJT HKT SGT",
        9: "JST KST",
    }.items()
    for name in names.split()
}
"""CST is China's zone on these pages, not America's."""
_PLACES = {
    "Asia/Shanghai": "北京时间|北京時間|中国标准时间|中國標準時間|东八区|東八區",
    "Asia/Taipei": "台北时间|台北時間",
    "Asia/Hong_Kong": "香港时间|香港時間",
    "Asia/Tokyo": "东京时间|東京時間",
    "Europe/London": "伦敦时间|倫敦時間|英国时间",
    "Europe/Paris": "巴黎时间|柏林时间|欧洲中部时间",
    "Europe/Moscow": "莫斯科时间|莫斯科時間",
    "America/New_York": "ET|美东时间|美東時間|纽约时间|紐約時間|美国东部时间",
    "UTC": "格林尼治时间|格林尼治标准时间|格林威治时间|世界标准时间|协调世界时",
}
_PLACE_WORDS = {word: zone for zone, words in _PLACES.items() for word in words.split("|")}
_PLACE_WORD = "|".join(rf"\b{word}\b" if word.isascii() else word for word in _PLACE_WORDS)
_PLACE = re.compile(_PLACE_WORD)
_ELSEWHERE = re.compile("当地时间|當地時間")
_ANY_PLACE = rf"(?:{_PLACE_WORD}|{_ELSEWHERE.pattern})"
_PLACE_BEFORE = re.compile(rf"{_ANY_PLACE}[\s:]?\Z")
_PLACE_AFTER = re.compile(rf"\s?\(?{_ANY_PLACE}\)?")
OFFSET = (
    r"(?P<Z>\s?(?:\(?(?P<base>UTC|GMT)\s?(?P<base_sign>[+-])(?P<base_hours>\d{1,2})"
    r"(?::?(?P<base_minutes>[0-5]\d))?(?![\d:])"
    r"|(?P<sign>[+-])(?P<hours>\d\d)(?::?(?P<minutes>[0-5]\d))?(?![\d:])"
    rf"|\(?(?<![A-Za-z])(?P<zone>{'|'.join(_ZONES)})\b))"
)
_CLOCK_AND_OFFSET = re.compile(rf"{CLOCK}{OFFSET}?")
_BEFORE = re.compile(rf"(?<!\d){CLOCK}[\s,，|]{{0,3}}+\Z")
_LIKE_CLOCK = re.compile(r"\d{1,2}\s?:\s?\d[\d:]{0,5}|\d{1,2}\s?[时時点點](?![击擊赞讚评評])")
_LONGEST_CLOCK = 24


@lru_cache(maxsize=16)
def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name."""
    return ZoneInfo(name)


def time_after(text: str, place: int, day: date, local: tzinfo) -> ParsedTime | None:
    """The day at the clock time that begins at `place`; None if none stands there.

    Raises:
        ImpossibleTime: what stands there is such as 25:10.
    """
    match = _CLOCK_AND_OFFSET.match(text, place)
    if match is None:
        if _LIKE_CLOCK.match(text, place):
            raise ImpossibleTime(text)
        return None
    return moment_at(day, match, zone_of(match) or local)


def end_of_clock(text: str, place: int) -> int | None:
    """Where the clock time ends that begins at `place`, be it one that does not exist."""
    match = _CLOCK_AND_OFFSET.match(text, place) or _LIKE_CLOCK.match(text, place)
    return match.end() if match else None


def start_of_clock(text: str, place: int, first: int) -> int:
    """Where the clock time begins, at `first` or later, that ends right before `place`.

    `place` itself if there is none.
    """
    start = max(first, place - _LONGEST_CLOCK)
    match = _BEFORE.search(text[start:place])
    return start + match.start() if match else place


def with_place(text: str, start: int, end: int) -> tuple[int, int]:
    """A time's start and end, taking in the words for its zone beside it."""
    before = _PLACE_BEFORE.search(text[max(0, start - _LONGEST_CLOCK) : start])
    after = _PLACE_AFTER.match(text, end)
    return start - len(before[0]) if before else start, after.end() if after else end


def time_before(text: str, place: int, day: date, local: tzinfo) -> ParsedTime | None:
    """The day at the clock time that ends right before `place`."""
    match = _BEFORE.search(text[max(0, place - _LONGEST_CLOCK) : place])
    return moment_at(day, match, local) if match else None


def start_of(day: date, zone: tzinfo) -> ParsedTime:
    """The first moment of a day of which no clock time was printed."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    return ParsedTime(moment=start.astimezone(UTC), date_only=True)


def moment_at(day: date, match: re.Match[str], zone: tzinfo) -> ParsedTime:
    """The day at the clock time of a match of `CLOCK`.

    Raises:
        ImpossibleTime: there is no such time of day.
    """
    groups = match.groupdict()
    half = groups.get("half") or groups.get("half_after") or ""
    minute = int(groups["M"] or groups.get("M2") or _part_of_hour(groups.get("part")))
    second = int(groups["S"] or groups.get("S2") or 0)
    half = half.strip().upper().replace(".", "")
    hour, guessed = _hour(half, int(groups["H"]))
    guessed = guessed or any(map(groups.get, ("H_to", "about")))  # 三四点, 7点多
    if not guessed and (hour > 24 or (hour == 24 and (minute or second))):
        raise ImpossibleTime(match.string)
    wall = datetime(day.year, day.month, day.day, hour % 24, minute, second, tzinfo=zone)
    try:
        moment = (wall + timedelta(days=hour // 24)).astimezone(UTC)
    except OverflowError:
        raise ImpossibleTime(match.string) from None
    return ParsedTime(moment=moment, guessed=guessed)


def _part_of_hour(part: str | None) -> int:
    return {None: 0, "1刻": 15, "半": 30, "3刻": 45}[part]


def _hour(half: str, hour: int) -> tuple[int, bool]:
    """The hour of 24 (from 24 on it is the next day's), and whether the two words disagree."""
    if half in _MORNING_WORDS:
        # 上午12:30 is 0:30 on a telephone and 12:30 to some who write it.
        return (0 if hour == 12 else hour), hour > 12 or (hour == 12 and half in _LATE_MORNING)
    if half in _AFTERNOON_WORDS or (half in _NOON_WORDS and hour < 10):
        return (hour + 12 if hour < 12 else hour), False
    if half in _NIGHT_WORDS:
        if hour == 12 or (hour < 5 and half not in _MIDNIGHT_WORDS):
            return hour % 12 + 24, True  # after midnight, most likely, of that evening
        return (hour + 12 if 4 < hour < 12 else hour), hour < 5
    return hour, False


def zone_of(match: re.Match[str]) -> tzinfo | None:
    """The zone of a match of `OFFSET`; None where none is printed.

    Raises:
        ImpossibleTime: there is no such zone.
    """
    groups = match.groupdict()
    if not groups.get("Z"):
        return None
    if groups.get("zone"):
        return timezone(_ZONES[groups["zone"]])
    base = "base_" if groups.get("base") else ""
    sign, hours, minutes = (groups[base + name] for name in ("sign", "hours", "minutes"))
    if sign == "-" and not base and "T" not in match.string:
        return None  # 10:20-11:30 is a span of time
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if size > _FARTHEST:
        raise ImpossibleTime(match.string)
    return timezone(-size if sign == "-" else size)


def place_of(text: str, local: tzinfo) -> tuple[tzinfo, bool]:
    """The zone that a text names in words (北京时间, 美东时间); True if it says "elsewhere"."""
    match = _PLACE.search(text)
    zone = zone_named(_PLACE_WORDS[match[0]]) if match else local
    return zone, match is None and _ELSEWHERE.search(text) is not None
