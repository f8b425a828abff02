"""Tells in which script a Chinese text is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import opencc

from pipelines.items import Script

_ENOUGH = 500
"""Characters that are looked at: a text does not change its script later on."""
_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FFF


def script_of(text: str) -> Script | None:
    """Returns the script of which the text has more different characters; None if there is no
    telling.

    Only characters that the other script does not use count: 后, 里, 台, 干 say nothing.
    """
    start = text[:_ENOUGH]
    simplified, traditional = _characters()
    has_simplified, has_traditional = simplified.search(start), traditional.search(start)
    if has_simplified and has_traditional:
        simple, classic = (len(set(each.findall(start))) for each in (simplified, traditional))
        return None if simple == classic else "hans" if simple > classic else "hant"
    if has_simplified or has_traditional:
        return "hans" if has_simplified else "hant"
    return None


@lru_cache(maxsize=1)
def _characters() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Returns patterns for characters that only Simplified, and only Traditional script has."""
    han = [chr(code) for code in range(_FIRST_HAN, _LAST_HAN + 1)]
    to_simple = _converted("t2s", han)
    simple_forms = {new for old, new in zip(han, to_simple, strict=True) if new != old}
    simplified = [c for c in simple_forms if _encodes(c, "gb2312") and not _encodes(c, "big5")]
    traditional = [
        old
        for old, new in zip(han, to_simple, strict=True)
        if new != old and _encodes(old, "big5") and not _encodes(old, "gb2312")
    ]
    return _any_of(simplified), _any_of(traditional)


def _any_of(characters: Iterable[str]) -> re.Pattern[str]:
    return re.compile(f"[{''.join(characters)}]")


def _converted(config: str, characters: Iterable[str]) -> list[str]:
    converted: list[str] = opencc.OpenCC(config).convert("\n".join(characters)).split("\n")
    return converted


def _encodes(character: str, encoding: str) -> bool:
    return bool(character.encode(encoding, "ignore"))
