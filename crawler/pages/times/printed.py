"""Find the times in a line of a page: `来源：某报 2026-03-01 下午 03:30 更新：昨天 18:00`.

Days, clock times, zones and distances are found by the patterns that read them, so whatever can
be read is found, and found whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum

from attrs import define

from crawler.pages.times.absolute import DATES, SHORT_YEAR, after_gap
from crawler.pages.times.ago import find_ago
from crawler.pages.times.clock import end_of_clock, start_of_clock, with_place
from crawler.pages.times.numerals import places_in_digits
from crawler.pages.times.relative import DAY_WORD, GLUED, WEEKDAY, YEARLESS

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
"""Character for character, so that places stay what they are."""
_MAY_HOLD_ONE = re.compile(
    r"[0-9０-９〇○零一二三四五六七八九十几幾数數半两兩今昨前刚剛]|ago|now|day", re.IGNORECASE
)
_USUAL = re.compile(
    r"(?P<update>最[后後]更新\s?[:：]\s?)?"
    r"(?P<time>(?P<day>(?:19|20)[0-9]{2}(?:-[0-9]{2}-[0-9]{2}|年[0-9]{1,2}月[0-9]{1,2}日)) ?"
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)"
    r"(?P<rest>(?:\s[^A-Za-z+:：.]{0,40})?)"
)
"""What most pages print, and the source behind it; the patterns below find it, ten times slower."""
_SIGNS = frozenset(
    "0123456789０１２３４５６７８９年月日号號点點时時今昨前周週星礼禮刚剛才agoAGOnNyYdD"
)
"""Of all times but those in Chinese numerals each has one."""
_RELATIVE_DAYS = (SHORT_YEAR, GLUED, YEARLESS, DAY_WORD, WEEKDAY)
_LABEL = r"(?:时间|時間|日期|[发發][布表佈]|刊登)(?:时间|時間|日期)?(?:[于於]|\s?:)?\s?"
_LABELLED = re.compile(rf"(?:^|[^一-鿿]){_LABEL}\Z")
_COMPACT_ALONE = re.compile(
    rf"\s{{0,9}}(?:{_LABEL})?(?P<day>(?:19|20)\d{{6}}(?:\d{{4}}|\d{{6}})?)\s{{0,9}}\Z"
)
_PAGE_OR_SECTION = re.compile(r"\d{1,2}\s?[-/.]\s?\d{1,2}|.{0,3}(?:[周週]|星期|[礼禮]拜).")
"""What without a label is as well the number of a page (1/3) or the name of a section (周末)."""
_NO_TIME = re.compile(
    r"版本|version|copyright|©|截至|截止|更新至|(?:今[天日]|现在|現在)是|(?:现在|現在|当前|當前)(?:时间|時間)",
    re.IGNORECASE,
)
"""What stands before it says that it is not the time of the article."""
_UPDATE_WORD = r"(?:更新|修[改订訂]|编辑于|編輯於|updated?|modified)"
_UPDATE_BEFORE = re.compile(
    rf"{_UPDATE_WORD}(?:时间|時間|日期)?\s?(?:[于於在]|on|at)?\s?:?\s{{0,2}}\Z", re.IGNORECASE
)
_UPDATE_AFTER = re.compile(rf"\s?{_UPDATE_WORD}(?!\w|\s?:)", re.IGNORECASE)
_REACH = 16


class Kind(IntEnum):
    """How much a printed time says, the most first."""

    MOMENT = 0
    DAY = 1
    WITHOUT_YEAR = 2
    DISTANCE = 3


@define(frozen=True)
class Printed:
    """A time as printed: its place in the line, and what the words beside it make of it."""

    text: str
    start: int
    end: int
    kind: Kind
    day: str = ""
    """The day alone, where a clock time stands beside it."""
    is_update: bool = False


@define(frozen=True)
class _Span:
    start: int
    end: int
    kind: Kind
    day: tuple[int, int]
    has_clock: bool = False


def find_times(line: str) -> list[Printed]:
    """All times in a line, in order, without those that are plainly not the article's.

    Clock times alone are none, and neither are days without a year that stand among other words.
    """
    usual = _USUAL.fullmatch(line)
    if usual is not None and _SIGNS.isdisjoint(usual["rest"]):
        is_update = usual["update"] or _UPDATE_AFTER.match(usual["rest"])
        start, end = usual.span("time")
        return [Printed(usual["time"], start, end, Kind.MOMENT, usual["day"], bool(is_update))]
    if not _MAY_HOLD_ONE.search(line):
        return []
    plain, places = places_in_digits(line.translate(_HALF_WIDTH))
    spans = _spans(plain)
    found = []
    for number, span in enumerate(spans):
        earliest = max(spans[number - 1].end if number else 0, span.start - _REACH)
        before = plain[earliest : span.start]
        if _NO_TIME.search(before):
            continue
        is_followed = (
            span.kind is not Kind.DISTANCE
            and number + 1 < len(spans)
            and spans[number + 1].start - span.end < _REACH
        )
        is_update = bool(_UPDATE_BEFORE.search(before)) or (
            not is_followed and _UPDATE_AFTER.match(plain, span.end) is not None
        )
        start, end = places[span.start], places[span.end]
        day = line[places[span.day[0]] : places[span.day[1]]].strip() if span.has_clock else ""
        text = line[start:end].strip()
        found.append(Printed(text, start, end, span.kind, day, is_update))
    return found


def likeliest_first(times: Iterable[Printed]) -> list[str]:
    """The texts, as likely as they are the time of publication; days follow full times."""
    each = [(time.is_update, time.kind, time.text) for time in times]
    days = [(time.is_update, Kind.DAY, time.day) for time in times if _has_day(time)]
    return list(dict.fromkeys(text for *_, text in sorted([*each, *days], key=lambda t: t[:2])))


def without_times(line: str, times: Sequence[Printed] | None = None) -> str:
    """The line with a space for each time. times: those in it, if they are known."""
    for time in reversed(find_times(line) if times is None else times):
        line = f"{line[: time.start]} {line[time.end :]}"
    return line.strip()


def _spans(plain: str) -> list[_Span]:
    spans: list[_Span] = []
    for pattern in DATES:
        for match in pattern.finditer(plain):
            _add(spans, plain, match.span(), is_full=True)
    compact = _COMPACT_ALONE.match(plain)
    if compact is not None and not spans:
        _add(spans, plain, compact.span("day"), is_full=True)
    for pattern in _RELATIVE_DAYS:
        for match in pattern.finditer(plain):
            _add(spans, plain, match.span(), is_full=False)
    for start, end in find_ago(plain):
        if not _is_taken(spans, start, end):
            spans.append(_Span(start, end, Kind.DISTANCE, (start, end)))
    return sorted(spans, key=lambda span: span.start)


def _add(spans: list[_Span], plain: str, day: tuple[int, int], *, is_full: bool) -> None:
    """Add the day with the clock time beside it, unless another time holds it."""
    start, end = day
    if _is_taken(spans, start, end):
        return
    end = end_of_clock(plain, after_gap(plain, end)) or end
    if end == day[1]:
        if plain[end : end + 1].isdigit():
            return
        first = max((span.end for span in spans if span.end <= start), default=0)
        start = start_of_clock(plain, start, first)
    has_clock = (start, end) != day
    if is_full or has_clock or _is_alone(plain, start, end):
        start, end = with_place(plain, start, end)
        kind = (Kind.MOMENT if has_clock else Kind.DAY) if is_full else Kind.WITHOUT_YEAR
        spans.append(_Span(start, end, kind, day, has_clock))


def _is_taken(spans: list[_Span], start: int, end: int) -> bool:
    return any(start < span.end and span.start < end for span in spans)


def _is_alone(plain: str, start: int, end: int) -> bool:
    """Whether nothing but a label stands beside it."""
    before = plain[:start]
    if plain[end:].strip():
        return False
    return _LABELLED.search(before) is not None or (
        not before.strip() and _PAGE_OR_SECTION.fullmatch(plain.strip()) is None
    )


def _has_day(time: Printed) -> bool:
    return time.kind is Kind.MOMENT and bool(time.day)
