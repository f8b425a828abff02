"""Postings: which articles of a block have a gram, packed into a few small documents.

A block holds some thousand articles. Its grams are divided into shards by their number, so that a
search reads only the shards of its own grams. An index with a key for every gram of every article
(about four hundred each) was tried: loading it was the most expensive part of storing.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence

from attrs import define, field

from pipelines.text.finding.packing import packed, unpacked

BLOCK = 2048
"""Articles of a block; places in it fit in sixteen bits."""
SHARDS = 1024
"""With a quarter of them, a search for a rare term in a million articles read 40 MB."""
_PLACE = array("H").itemsize
_LIMITS = range(-(1 << 31) + (1 << 25), (1 << 31) + 1, 1 << 25)
"""Where the parts of the alphabet end: 128 parts, some forty of which hold nearly all Han
characters."""


@define(frozen=True)
class Shard:
    """Grams in order, where the places of each end, and all places one after the other."""

    grams: bytes
    ends: bytes
    places: bytes

    def find(self, gram: int) -> array[int]:
        """Returns the places of the articles that have a gram, in order."""
        grams = unpacked("i", self.grams)
        index = bisect_left(grams, gram)
        if index == len(grams) or grams[index] != gram:
            return array("H")
        ends = unpacked("I", self.ends)
        begin = ends[index - 1] if index else 0
        return unpacked("H", self.places[begin * _PLACE : ends[index] * _PLACE])


def shard_of(gram: int) -> int:
    """Returns the shard in which a gram stands; neighbours in the alphabet stand in
    different ones."""
    return (gram ^ gram >> 16) % SHARDS


def shards(articles: Sequence[array[int]]) -> Mapping[int, Shard]:
    """Returns the postings of a block, from the ordered grams of its articles in the block's order.

    Empties the arrays on the way, so that they and the postings are never whole in memory together.

    Works through one part of the alphabet after another: the grams of a whole block in one
    dictionary took three times the memory, and twice the time, because they did not fit the
    processor's cache.
    """
    numbers = [packed("H", [place]) for place in range(len(articles))]
    found: dict[int, _Growing] = defaultdict(_Growing)
    for limit in _LIMITS:
        places: dict[int, bytes] = {}
        for place, grams in enumerate(articles):
            end = bisect_left(grams, limit)
            number = numbers[place]
            for gram in grams[:end]:
                places[gram] = places.get(gram, b"") + number
            del grams[:end]
        for gram in sorted(places):
            found[shard_of(gram)].add(gram, places[gram])
    return {number: found.pop(number).shard() for number in sorted(found)}


@define
class _Growing:
    """A shard to which grams are added in order."""

    _grams: array[int] = field(factory=lambda: array("i"))
    _ends: array[int] = field(factory=lambda: array("I"))
    _places: bytearray = field(factory=bytearray)

    def add(self, gram: int, places: bytes) -> None:
        self._grams.append(gram)
        self._places += places
        self._ends.append(len(self._places) // _PLACE)

    def shard(self) -> Shard:
        return Shard(packed("i", self._grams), packed("I", self._ends), bytes(self._places))
