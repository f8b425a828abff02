"""Whether a wording stands in a text as a word: 国中 does in 就读国中, and not in 全国中小企业.

A person who writes 初中 has not asked for 国中; so where the segmenter's words show that the two
characters belong to two neighbours, the place does not count. Terms as they were written count
everywhere.
"""

from __future__ import annotations

from functools import lru_cache

from pipelines.text.segmenter import cut

_AROUND = 8
"""Characters on either side that the segmenter sees."""


def stands_as_word(text: str, start: int, end: int) -> bool:
    """Whether what stands there is whole words, or the beginning or the end of one word."""
    first = max(0, start - _AROUND)
    return _stands(text[first : end + _AROUND], start - first, end - first)


@lru_cache(maxsize=4096)
def _stands(text: str, start: int, end: int) -> bool:
    at = 0
    # Without guesses at unknown words: a name it has not is single characters, and stands.
    for word in cut(text, guessed=False):
        begin, at = at, at + len(word)
        if begin < start < at:
            return at == end
        if begin < end < at:
            return begin == start
    return True
