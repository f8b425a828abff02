"""Copies, cuts, digests and other wordings, made out of any texts.

Used on the newsroom's own texts by tests, and on real ones by benchmarks.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random

import opencc
from attrs import define

TEMPLATES = Path(__file__).resolve().parents[2] / "fixtures" / "stories" / "templates.toml"
_NUMBER = re.compile(r"\d+")
_FOOTERS = (
    "（2026年3月{day}日 来源：东港晚报）",
    "2026-03-{day:02} 10:{day:02} 来源：江声网 责任编辑：邹小满",
    "本文发布于2026年3月{day}日，更多内容请关注本报客户端。",
    "（原载《港区日报》2026年3月{day}日第{page}版）",
    "发布时间：2026年03月{day:02}日 08:{day:02}",
    "责任编辑：白露\n2026年3月{day}日",
    "转载自江声网 2026年3月{day}日",
    "（东港晚报记者 丁一禾 3月{day}日报道）",
)


@define(frozen=True)
class Pair:
    """Two texts, and what is different between them."""

    kind: str
    one: str
    other: str


def templates() -> Iterator[Pair]:
    """Reports of one form that differ in words alone."""
    for case in tomllib.loads(TEMPLATES.read_text(encoding="utf-8"))["case"]:
        other = case["text"]
        for old, new in case["replace"]:
            if old not in other:
                raise ValueError(f"{old} does not stand in {other[:40]} ...")
            other = other.replace(old, new)
        yield Pair(case["kind"], case["text"], other)


def dated_footer(dice: Random) -> str:
    """A line below a text that says where and when it was printed."""
    return dice.choice(_FOOTERS).format(day=dice.randint(2, 28), page=dice.randint(2, 16))


def cut(text: str, share: float, dice: Random) -> str:
    """The beginning of a text, about so much of it, and a dated footer."""
    return f"{text[: round(len(text) * share)]}\n{dated_footer(dice)}"


def middle(text: str, share: float, dice: Random) -> str:
    """Some part of a text, about so much of it."""
    length = round(len(text) * share)
    start = dice.randint(0, len(text) - length)
    return text[start : start + length]


def digest(*texts: str) -> str:
    """Several articles as one: each with a heading of its own."""
    return "\n".join(f"{number}、要闻\n{text}" for number, text in enumerate(texts, 1))


def one_number_changed(text: str, dice: Random) -> str | None:
    """The text with another number in one place; none if it has no number."""
    places = list(_NUMBER.finditer(text))
    if not places:
        return None
    place = dice.choice(places)
    other = str(int(place[0]) + dice.randint(1, 9))
    return text[: place.start()] + other + text[place.end() :]


def taiwan(text: str) -> str:
    """The text in Taiwan's script and wording, as OpenCC has it."""
    converted: str = _to_taiwan().convert(text)
    return converted


@lru_cache(maxsize=1)
def _to_taiwan() -> opencc.OpenCC:
    return opencc.OpenCC("s2twp")
