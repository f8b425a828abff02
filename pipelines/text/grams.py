"""What a text is looked up by: pairs of characters, and whole words of Latin letters and digits.

A search must find any two characters that stand side by side, wherever a segmenter would cut: 国电
in 中国电影 as well as 国产. So every pair has to be there; words besides would add keys and find
nothing more (the words of a text and the pairs across their borders are as many as all pairs).
Latin words and numbers are looked up whole, as the query language understands them: in English,
pairs of letters would be everywhere.

Pairs are taken across punctuation and white space, so that 衣，旧 is looked up as 衣旧.

Each is a 32-bit number, equal on all machines. Different grams may share a number; what is found
by them is checked against the text anyway.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable

from pipelines.text.fold import fold

GRAMS_VERSION = 1
"""Goes up whenever other grams come out; `FOLD_VERSION` tells what folding changes."""

_BORDER = 0x250
"""Code of the first letter that does not run on in a Latin word, as in the query language."""
_LETTERS = "[" + "".join(chr(code) for code in range(_BORDER) if chr(code).isalnum()) + "]"
_LATIN = re.compile(f"{_LETTERS}+")
_INNER = re.compile(f"(?<={_LETTERS}){_LETTERS}+(?={_LETTERS})")
_APART = re.compile(r"[\W_]+")
_UNIT = 2  # bytes of a UTF-16 code unit


def grams(texts: Iterable[str], *, site: str = "") -> list[int]:
    """All grams of an article's texts and of its site, each once, in order."""
    folded = "\n".join(map(fold, texts))
    # What is inside Latin words gives pairs that nobody looks up; two letters at most are left.
    found = _pairs(_INNER.sub("", _APART.sub("", folded)))
    found.update(map(_number, set(_LATIN.findall(folded))))
    if site:
        found.add(gram_of_site(site))
    return sorted(found)


def gram_of_site(site: str) -> int:
    """The gram that all articles of a site have."""
    return _number(f"site:{fold(site)}")


def grams_of_term(folded: str) -> set[int]:
    """The grams that every text has in which this folded term stands.

    Empty for what cannot be looked up: a single Han character, or punctuation alone.
    """
    pairs = {
        pair
        for pair in _pairs(_APART.sub("", folded))
        if pair & 0xFFFF >= _BORDER or not 0 <= pair >> 16 < _BORDER
    }
    return pairs | set(map(_number, _LATIN.findall(folded)))


def _pairs(plain: str) -> set[int]:
    """Every two neighbours as one number: UTF-16 units, the first one low."""
    data = plain.encode("utf-16-le", "surrogatepass")
    both: set[int] = set()
    for half in (data, data[_UNIT:]):
        both.update(struct.unpack_from(f"<{len(half) // 4}i", half))
    return both


def _number(word: str) -> int:
    """CRC-32 of a word as a signed number, which MongoDB keeps in four bytes."""
    code = zlib.crc32(word.encode("utf-8", "surrogatepass"))
    return code - (1 << 32) if code >= 1 << 31 else code
