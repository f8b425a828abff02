"""One form for comparing Chinese text: Simplified, half-width, lower case, same length.

Folding is character by character, so an offset in the folded text is the same offset in the
original. It is for matching and fingerprints, never for showing: 着, 乾, 覆 lose their meaning.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

FOLD_VERSION = 1
"""Goes up whenever `fold` changes for any text: stored fingerprints depend on it."""

TABLE = Path(__file__).with_name("folded.txt")
"""Each line: a character, then all that become it. Made by `fold_table`."""
_BASIC_PLANE = 0x10000
_USUAL = (("，", ","), ("：", ":"), ("（", "("), ("）", ")"))
"""Most of what changes in a text of today."""
_SHORT = 24
_LONG = 256
_HEAD = 64


def fold(text: str) -> str:
    """Fold both sides of a comparison with this. `len(fold(text)) == len(text)`, idempotent.

    Results are kept for a while: bylines are made of the same words, and the pipelines fold the
    same body for topics and for the fingerprint.
    """
    return _fold_line(text) if len(text) < _LONG else _fold_body(text)


def _fold(text: str) -> str:
    """Change single characters while they are few; translating looks every one of them up."""
    tables = _tables()
    if len(text) >= _SHORT and tables.few_changes(text):
        for written, folded in _USUAL:
            text = text.replace(written, folded)
        most = 2 + len(text) // 32
        text, count = tables.changing.subn(tables.changed, text, most)
        if count < most:
            return text
    text = text.translate(tables.basic)
    return text.translate(tables.beyond) if _reaches_beyond_basic(text) else text


def _reaches_beyond_basic(text: str) -> bool:
    """Whether a text has characters that UTF-16 writes in two units; ten times as fast as to
    search for one."""
    return len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text)


_fold_line = lru_cache(maxsize=1024)(_fold)
_fold_body = lru_cache(maxsize=4)(_fold)


class _Tables:
    """What becomes of which character.

    basic: the basic plane as a list (twice as fast as a dict); beyond: changes in the rest;
    changing: finds a character that changes, or lies beyond the basic plane.
    """

    def __init__(self, changes: dict[int, str]) -> None:
        self._changes = {chr(code): folded for code, folded in changes.items()}
        self.basic = [*map(chr, range(_BASIC_PLANE))]
        self.beyond = {code: folded for code, folded in changes.items() if code >= _BASIC_PLANE}
        for code in changes.keys() - self.beyond.keys():
            self.basic[code] = changes[code]
        basic = "".join(re.escape(chr(code)) for code in changes.keys() - self.beyond.keys())
        self.changing = re.compile(f"[{basic}\U00010000-\U0010ffff]")

    def few_changes(self, text: str) -> bool:
        """Whether the beginning promises that most of a text stays as it is."""
        return len(self.changing.findall(text, 0, _HEAD)) <= _HEAD // 8

    def changed(self, match: re.Match[str]) -> str:
        return self._changes.get(match[0], match[0])


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables(read_table())


def read_table() -> dict[int, str]:
    """Code point -> what it becomes, for all that change."""
    return {ord(character): line[0] for line in fold_lines() for character in line[1:]}


def fold_lines() -> list[str]:
    """The lines of the table: a character, then all others that become it."""
    return [line for line in TABLE.read_text(encoding="utf-8").split("\n") if line]
