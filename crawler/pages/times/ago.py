"""Times as a distance from the moment of the visit: 3小时前, 1天3小时前, 三四天前, 2 hours ago."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from attrs import define

from crawler.pages.times.parsed import ImpossibleTime, ParsedTime

ALONE_BEFORE = r"(?<![A-Za-z0-9.])(?:(?<![一-鿿])|(?<=[布新于於表約约近到过過]))"
ALONE_AFTER = r"(?=$|[^\w]|更新|发布|發布|发表|發表|编辑|編輯|来自|來自|回复)"

_FEW = 3.0
_MOST_YEARS = 40
_NOW = re.compile(r"刚刚|剛剛|刚才|剛才|just now", re.IGNORECASE)
_TO = r"(?:\s?(?:[-~–—至到、或]|或者)\s?(?P<to>\d{1,4}(?:\.\d)?))?"
_PIECE = re.compile(
    rf"(?P<n>(?<![\d.])(?<!\d:)\d{{1,4}}(?:\.\d)?{_TO}|半|[几幾数數])"
    r"\s?(?P<more>[多余餘来來几幾])?(?P<count>[个個])?"
    r"(?P<more_after>[多余餘来來])?\s?(?P<half>半)?\s?"
    r"(?P<unit>秒|分|刻|小[时時]|[钟鐘][头頭]|[天日周週月年]|星期|[礼禮]拜)[钟鐘]?"
    r"(?P<half_after>半)?(?P<more_last>[多余餘])?\s?"
)
_AGO = re.compile(rf"(?:之|以)?前{ALONE_AFTER}")
_IS_PART_OF_DATE = re.compile(r"(?:[月年日号號]|[0-9][.:/-])\s?\Z")
_IS_PART_OF_NUMBER = re.compile(r"[一二三四五六七八九十百千万萬亿億两兩几幾数數第]\Z")
_ENDS_RANGE = re.compile(r"[\d天日时時分秒周週月年]\s?(?:[-~–—至到、或]|或者)\s?\Z")
_MAY_STAND_BEFORE = re.compile(rf"{ALONE_BEFORE}好?\Z")
_ENGLISH_UNIT = r"(?:(?:sec|min|hour|hr|day|week|month|year)[a-z]{0,6}|[smhdw]\b)"
_ENGLISH = re.compile(
    r"\b(?:(?P<low>\d{1,4})\s?(?:[-~–]|to|or)\s?)?"
    r"(?P<n>\d{1,4}|an?|half an|a few|several|a couple of)"
    rf"\s?(?P<unit>{_ENGLISH_UNIT})(?:,?\s(?:and\s)?(?P<n2>\d{{1,4}})\s(?P<unit2>{_ENGLISH_UNIT}))?"
    r"\sago\b",
    re.IGNORECASE,
)
_ENGLISH_NUMBERS = {"half an": 0.5, "a": 1.0, "an": 1.0, "a couple of": 2.0}
_UNIT_NAMES = {"小": "时", "钟": "时", "鐘": "时", "h": "时", "s": "秒", "m": "分", "mi": "分"}
_UNIT_NAMES |= {"日": "天", "d": "天", "週": "周", "星": "周", "礼": "周", "禮": "周", "w": "周"}
_UNIT_NAMES |= {"mo": "月", "y": "年"}
_SECONDS = {"秒": 1, "分": 60, "刻": 900, "时": 3600, "天": 86_400, "周": 604_800}
_MONTHS = {"月": 1, "年": 12}


@define(frozen=True)
class _Amount:
    """A number of one unit; vague if the number is about right at best."""

    number: float
    unit: str
    is_vague: bool = False


def read_now(text: str, reference: datetime, _: tzinfo) -> ParsedTime | None:
    """刚刚."""
    return ParsedTime(moment=reference.astimezone(UTC)) if _NOW.search(text) else None


def read_ago(text: str, reference: datetime, _: tzinfo) -> ParsedTime | None:
    """A range counts as its nearer end, and is a guess.

    Raises:
        ImpossibleTime: it is farther back than any page.
    """
    english = _ENGLISH.search(text)
    if english is not None:
        return _moment_ago(_english_amounts(english), reference)
    pieces = next(_distances(text), None)
    amounts = _amounts(text[: pieces[0].start()], pieces) if pieces else None
    return _moment_ago(amounts, reference) if amounts else None


def find_ago(text: str) -> Iterator[tuple[int, int]]:
    """Where such times begin and end."""
    for pattern in (_NOW, _ENGLISH):
        yield from (match.span() for match in pattern.finditer(text))
    for pieces in _distances(text):
        ago = _AGO.match(text, pieces[-1].end())
        if ago is not None and _amounts(text[: pieces[0].start()], pieces):
            yield pieces[0].start(), ago.end()


def _distances(text: str) -> Iterator[list[re.Match[str]]]:
    """The pieces of each distance that 前 follows: 1天, 3小时."""
    pieces: list[re.Match[str]] = []
    for piece in _PIECE.finditer(text):
        if pieces and pieces[-1].end() != piece.start():
            pieces = []
        pieces.append(piece)
        if _AGO.match(text, piece.end()):
            yield pieces
            pieces = []


def _amounts(before: str, pieces: list[re.Match[str]]) -> list[_Amount] | None:
    """What the pieces say; None if they are part of something else."""
    is_number = pieces[0]["n"][0].isdigit()
    if is_number and (_IS_PART_OF_DATE.search(before) or _IS_PART_OF_NUMBER.search(before)):
        return None  # 5月2日前: before that day
    if not is_number and not _MAY_STAND_BEFORE.search(before):
        return None
    if any(_is_month_by_number(piece) for piece in pieces):
        return None  # 3月前: before March
    ends_range = _ENDS_RANGE.search(before) is not None
    return [_amount(piece, is_vague=ends_range) for piece in pieces]


def _is_month_by_number(piece: re.Match[str]) -> bool:
    return piece["unit"] == "月" and not piece["count"] and piece["n"] != "半"


def _amount(piece: re.Match[str], *, is_vague: bool) -> _Amount:
    written = piece["n"]
    named = piece["unit"][0]
    if piece["to"]:
        low, high = float(re.split(r"[^\d.]", written, maxsplit=1)[0]), float(piece["to"])
        if low >= high:
            raise ImpossibleTime(piece.string)
        number, is_vague = low, True
    elif written[0].isdigit():
        number = float(written)
    else:
        number, is_vague = (0.5, is_vague) if written == "半" else (_FEW, True)
    half = 0.5 if piece["half"] or piece["half_after"] else 0.0
    more = piece["more"] or piece["more_after"] or piece["more_last"]
    return _Amount(number + half, _UNIT_NAMES.get(named, named), is_vague or more is not None)


def _english_amounts(match: re.Match[str]) -> list[_Amount]:
    written = match["low"] or match["n"].lower()
    is_vague = bool(match["low"]) or not (written.isdigit() or written in {"a", "an", "half an"})
    number = float(written) if written.isdigit() else _ENGLISH_NUMBERS.get(written, _FEW)
    amounts = [_Amount(number, _english_unit(match["unit"]), is_vague)]
    if match["n2"]:
        amounts.append(_Amount(float(match["n2"]), _english_unit(match["unit2"])))
    return amounts


def _english_unit(written: str) -> str:
    name = written.lower()
    return _UNIT_NAMES[name[:2] if name[0] == "m" else name[0]]


def _moment_ago(amounts: list[_Amount], reference: datetime) -> ParsedTime:
    """The reference less all amounts."""
    months = sum(each.number * _MONTHS.get(each.unit, 0) for each in amounts)
    seconds = sum(each.number * _SECONDS.get(each.unit, 0) for each in amounts)
    if months > 12 * _MOST_YEARS:
        raise ImpossibleTime(f"{months / 12:.0f} years ago")
    whole = int(months)
    seconds += (months - whole) * 30 * _SECONDS["天"]
    moment = months_before(reference, whole).astimezone(UTC) - timedelta(seconds=seconds)
    is_coarse = amounts[-1].unit not in {"秒", "分", "刻", "时"}
    return ParsedTime(moment=moment, guessed=is_coarse or any(each.is_vague for each in amounts))


def months_before(moment: datetime, months: int) -> datetime:
    """The same day of an earlier month, or its last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
