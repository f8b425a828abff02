"""The form in which the rules for lines and bylines see a text."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.text.fold import fold

BULLETS = "□■●◆◇▲△▪▫▶◎○★☆☐▢"
"""Signs that stand before bylines and between them."""
_BARS = str.maketrans("丨︱∣│┃ǀ", "||||||")
_HAS_BAR = re.compile("[丨︱∣│┃ǀ]")
_LONGEST_LINE = 320


def plain_form(text: str) -> str:
    """The folded text with one kind of bar; as long as the text, so that places are the same.

    Of a line's length it is kept for a while: lines are looked at from several sides.
    """
    return _plain_line(text) if len(text) <= _LONGEST_LINE else _plain(text)


def _plain(text: str) -> str:
    folded = fold(text)
    return folded.translate(_BARS) if _HAS_BAR.search(folded) else folded


_plain_line = lru_cache(maxsize=512)(_plain)
