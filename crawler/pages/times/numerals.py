"""Chinese numerals before a unit of time, as digits: 二〇二六年三月 → 2026年3月.

What a numeral leaves open stays open: 三四天 becomes 3~4天, 十几天 10多天, 几十天 30多天.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import define

_ZEROS = "〇○零"
_VALUES = {**dict.fromkeys(_ZEROS, 0), "两": 2, "兩": 2, "俩": 2}
_VALUES |= {numeral: value for value, numeral in enumerate("一二三四五六七八九", 1)}
_DIGITS = "".join(_VALUES)
_FEW = {"几": 3, "幾": 3, "数": 3, "數": 3}
_SCALES = {"千": 1000, "百": 100, "十": 10, "廿": 20, "卅": 30}
_RANKS = {"千": 3, "百": 2, "十": 1, "廿": 1, "卅": 1, "": 0}
_NUMERALS = "".join((*_VALUES, *_FEW, *_SCALES))
_NUMERAL = re.compile(
    rf"(?<![周週期拜万萬亿億第{_NUMERALS}0-9.])(?P<more>上(?=[百千]))?(?P<n>[{_NUMERALS}]{{1,9}}+)"
    r"(?=\s?(?:(?P<date>[年月日号號])|[个個多余餘来來]|天|[点點]|[时時]|小[时時]"
    rf"|[分秒刻周週]|星期|[礼禮]拜|[钟鐘]头|(?:[-~–—至到、或]|或者)\s?[0-9{_NUMERALS}])"
    r"(?P<ago>半?[多余餘]?(?:之|以)?前)?)"
)
_PART = re.compile(
    rf"[{_ZEROS}]?(?P<times>[{_DIGITS}]{{0,2}}|[几幾数數])(?P<scale>[千百十廿卅]|\Z)"
)
_REPUBLIC = re.compile(r"民[國国]\s?(?P<year>\d{1,3})(?=\s?[-/.年])")
_BEFORE_REPUBLIC = 1911
"""Taiwan counts years from 1912: 民國115年 is 2026."""
_FIRST_MONTH = re.compile(r"元(?=月\s?\d)")
_DISTANT_PAIRS = {(3, 5)}
"""Two numerals that are no neighbours and yet name a range: 三五天."""


@define(frozen=True)
class _Number:
    """A value, `low` to `high`, or `low` and more."""

    low: int
    high: int
    is_more: bool = False

    def __str__(self) -> str:
        written = str(self.low) if self.low == self.high else f"{self.low}~{self.high}"
        return f"{written}多" if self.is_more else written


def in_digits(text: str) -> str:
    """The text with such numerals as digits; a weekday's numeral (周三) stays.

    Taiwan's years become common ones, and the 元 of a first month a 1.
    """
    for pattern, written in _STEPS:
        text = pattern.sub(written, text)
    return text


def places_in_digits(text: str) -> tuple[str, list[int]]:
    """`in_digits`, and where in `text` each of its characters begins, and the last one ends."""
    places = list(range(len(text) + 1))
    for pattern, written in _STEPS:
        parts: list[str] = []
        kept: list[int] = []
        end = 0
        for match in pattern.finditer(text):
            digits = written(match)
            parts += [text[end : match.start()], digits]
            kept += [*places[end : match.start()], *[places[match.start()]] * len(digits)]
            end = match.end()
        text = "".join([*parts, text[end:]])
        places = [*kept, *places[end:]]
    return text, places


def _common_year(match: re.Match[str]) -> str:
    return str(_BEFORE_REPUBLIC + int(match["year"]))


def _digits(match: re.Match[str]) -> str:
    written = match["n"]
    if written in _FEW:
        return match[0]
    if set(written) <= set(_VALUES) and _is_positional(match):
        return "".join(str(_VALUES[each]) for each in written)
    number = _number(written)
    if number is None:
        return match[0]
    return f"{number}多" if match["more"] and not number.is_more else str(number)


def _is_positional(match: re.Match[str]) -> bool:
    """Whether digits stand side by side as in 二〇二六年 and 二五日, and are not two values."""
    written = match["n"]
    is_date = match["date"] and not match["ago"]
    if any(each in _ZEROS for each in written) or (is_date and match["date"] == "年"):
        return True
    return bool(is_date) and len(written) == 2 and _times(written, is_first=True) is None


def _number(written: str) -> _Number | None:
    """The value of 一百二十, 十七八, 两三百; None for what is no number (三十五百)."""
    low = high = place = 0
    rank, is_more = 4, False
    while place < len(written):
        part = _PART.match(written, place)
        if part is None or _RANKS[part["scale"]] >= rank or low != high or is_more:
            return None  # a range or 几 ends a number
        times = _times(part["times"], is_first=place == 0)
        if times is None:
            return None
        scale = _SCALES.get(part["scale"], 1)
        low, high = low + times.low * scale, high + times.high * scale
        place, rank, is_more = part.end(), _RANKS[part["scale"]], times.is_more
    return _Number(low, high, is_more)


def _times(written: str, *, is_first: bool) -> _Number | None:
    """What stands before a scale, or last: nothing, one numeral, two that name a range, or 几."""
    if not written:
        return _Number(1, 1) if is_first else None
    if written in _FEW:
        few = _FEW[written] if is_first else 0
        return _Number(few, few, is_more=True)
    low, high = _VALUES[written[0]], _VALUES[written[-1]]
    is_range = low > 0 and (high - low == 1 or (low, high) in _DISTANT_PAIRS)
    return _Number(low, high) if len(written) == 1 or is_range else None


_STEPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_NUMERAL, _digits),
    (_REPUBLIC, _common_year),
    (_FIRST_MONTH, lambda _: "1"),
)
