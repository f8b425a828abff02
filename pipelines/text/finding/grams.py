"""What a text is looked up by: pairs of characters, and whole words of Latin letters and digits.

A search must find any two characters that stand side by side, wherever a segmenter would cut: 国电
in 中国电影 as well as 国产. So every pair has to be there; words besides would add keys and find
nothing more (the words of a text and the pairs across their borders are as many as all pairs).
Latin words and numbers are looked up whole, as the query language understands them: in English,
pairs of letters would be everywhere.

Pairs are taken across punctuation and white space, so that 衣，旧 is looked up as 衣旧.

Each gram is a 32-bit number, equal on all machines. Different grams may share a number; what is
found by them is checked against the text anyway.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections.abc import Iterable

from attrs import define

from pipelines.text.finding.packing import packed, unpacked
from pipelines.text.fold import fold

GRAMS_VERSION = 2
"""Raise it whenever other grams come out, or stand in other shards. `FOLD_VERSION` counts changes
of folding."""

_BORDER = 0x250
"""Code of the first letter that does not continue a Latin word, as in the query language."""
_LETTERS = "[" + "".join(chr(code) for code in range(_BORDER) if chr(code).isalnum()) + "]"
_LATIN = re.compile(f"{_LETTERS}+")
_INNER = re.compile(f"(?<={_LETTERS}){_LETTERS}+(?={_LETTERS})")
_APART = re.compile(r"[\W_]+")
_ZERO = "〇"
_UNIT = 2  # bytes of a UTF-16 code unit
_GRAM = 2 * _UNIT


def grams(texts: Iterable[str], *, site: str = "") -> bytes:
    """Returns all grams of an article's texts and of its site, packed as they come, some
    repeatedly.

    They are needed one by one only when they are gathered or read (`gram_set`), so storing an
    article costs hardly more than its text in UTF-16.
    """
    folded = "\n".join(map(fold, texts))
    words = set(map(_number, _LATIN.findall(folded)))
    if site:
        words.add(gram_of_site(site))
    # What is inside Latin words gives pairs that nobody looks up; two letters at most are left.
    return _pairs(_INNER.sub("", _APART.sub("", folded))) + packed("i", sorted(words))


def gram_set(data: bytes) -> set[int]:
    """Returns the grams of `grams`, each once."""
    return set(unpacked("i", data))


def ordered_grams(data: bytes) -> array[int]:
    """Returns the grams of `grams`, each once, in the order of their numbers."""
    return array("i", sorted(gram_set(data)))


@define(frozen=True)
class PackedGrams:
    """The grams of `grams`; tells whether a gram is among them without unpacking all."""

    data: bytes

    def __contains__(self, gram: object) -> bool:
        if not isinstance(gram, int):
            return False
        sought = packed("i", [gram])
        place = self.data.find(sought)
        while place % _GRAM:  # between two of them, or -1
            if place < 0:
                return False
            place = self.data.find(sought, place + 1)
        return True


def gram_of_site(site: str) -> int:
    """Returns the gram that all articles of a site have."""
    return _number(f"site:{fold(site)}")


def grams_of_term(folded: str) -> set[int]:
    """Returns the grams that every text has in which this folded term stands.

    Returns none for what cannot be looked up: a single Han character, or punctuation alone.
    """
    pairs = {
        pair
        for piece in folded.split(_ZERO)  # some texts have a sign in its place, which is no letter
        for pair in gram_set(_pairs(_APART.sub("", piece)))
        if pair & 0xFFFF >= _BORDER or not 0 <= pair >> 16 < _BORDER
    }
    return pairs | set(map(_number, _LATIN.findall(folded)))


def _pairs(plain: str) -> bytes:
    """Returns every two neighbours as one packed number: UTF-16 units, the first one low."""
    data = plain.encode("utf-16-le", "surrogatepass")
    return b"".join(half[: len(half) // _GRAM * _GRAM] for half in (data, data[_UNIT:]))


def _number(word: str) -> int:
    """Returns the CRC-32 of a word as a signed number, which MongoDB keeps in four bytes."""
    code = zlib.crc32(word.encode("utf-8", "surrogatepass"))
    return code - (1 << 32) if code >= 1 << 31 else code
