"""Chinese numerals before a unit of time, as digits: 二〇二六年三月 → 2026年3月."""

from __future__ import annotations

import re

_VALUES = {"〇": 0, "○": 0, "零": 0, "两": 2, "兩": 2, "俩": 2}
_VALUES |= {numeral: value for value, numeral in enumerate("一二三四五六七八九", 1)}
_DIGITS = "".join(_VALUES)
_NUMERAL = re.compile(
    rf"(?<![周週期拜])[{_DIGITS}十廿卅]{{1,5}}+"
    r"(?=\s?(?:年|[个個多余餘来]|月|日|[号號]|天|[点點]|[时時]|小[时時]|[分秒刻周週]|星期|[礼禮]拜|[钟鐘]头))"
)
_TENS = re.compile(rf"(?P<tens>[{_DIGITS}]?)(?P<ten>[十廿卅])(?P<ones>[{_DIGITS}]?)")
_TEN = {"十": 10, "廿": 20, "卅": 30}


def in_digits(text: str) -> str:
    """The text with such numerals as digits; a weekday's numeral (周三) stays."""
    return _NUMERAL.sub(_digits, text)


def _digits(match: re.Match[str]) -> str:
    written = match[0]
    tens = _TENS.fullmatch(written)
    if tens is not None:
        times = _VALUES[tens["tens"]] if tens["tens"] else 1
        ones = _VALUES[tens["ones"]] if tens["ones"] else 0
        return str(_TEN[tens["ten"]] * times + ones)
    if any(each in _TEN for each in written):
        return written
    return "".join(str(_VALUES[each]) for each in written)
