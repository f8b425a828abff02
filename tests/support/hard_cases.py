"""The labelled pairs of fixtures/stories: copies, and what only looks like them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import opencc
from attrs import define

PAIRS = Path(__file__).resolve().parents[2] / "fixtures" / "stories" / "pairs.toml"
_FULL = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@define(frozen=True, kw_only=True)
class HardCase:
    """Two texts and what they are to each other: "same", "related", "none" or "not same"."""

    name: str
    one: str
    other: str
    apart: timedelta
    verdict: str

    def allows(self, verdict: str | None) -> bool:
        if self.verdict == "not same":
            return verdict != "same"
        return (verdict or "none") == self.verdict


def hard_cases() -> Iterator[HardCase]:
    """All pairs, in the order of the file."""
    for case in tomllib.loads(PAIRS.read_text(encoding="utf-8"))["case"]:
        for number, other in enumerate(case["others"], 1):
            text = case["text"].strip()
            yield HardCase(
                name=f"{case['kind']} {number}",
                one=text,
                other=_changed(text, other),
                apart=timedelta(days=other["days"]),
                verdict=other["verdict"],
            )


def _changed(text: str, change: Mapping[str, Any]) -> str:
    lines = text.split("\n")
    text = "\n".join(lines[number - 1] for number in change.get("lines", range(1, len(lines) + 1)))
    for old, new in change.get("replace", ()):
        if old not in text:
            raise ValueError(f"{old} does not stand in {text[:40]} ...")
        text = text.replace(old, new)
    text = change.get("instead", text)
    text = "\n".join(part for part in (change.get("before"), text, change.get("after")) if part)
    if change.get("script") == "hant":
        text = traditional(text)
    return text.translate(_FULL) if change.get("width") == "full" else text


def traditional(text: str) -> str:
    """A text in Traditional script."""
    converted: str = _to_traditional().convert(text)
    return converted


@lru_cache(maxsize=1)
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")
