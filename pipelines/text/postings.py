"""Postings: which articles of a block have a gram, packed into a few small documents.

A block holds some thousand articles. Its grams are divided into shards by their number, so that
a search reads only the shards of its own grams. An index with a key for every gram of every
article was tried, some four hundred an article: loading it was the dearest part of storing.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import define

from pipelines.text.packing import packed, unpacked

BLOCK = 2048
"""Articles of a block; places in it fit in sixteen bits."""
SHARDS = 256


@define(frozen=True)
class Shard:
    """Grams in order, where the places of each end, and all places one after the other."""

    grams: bytes
    ends: bytes
    places: bytes

    def find(self, gram: int) -> array[int]:
        """The places of the articles that have a gram, in order."""
        grams = unpacked("i", self.grams)
        index = bisect_left(grams, gram)
        if index == len(grams) or grams[index] != gram:
            return array("H")
        ends = unpacked("I", self.ends)
        begin = ends[index - 1] if index else 0
        size = array("H").itemsize
        return unpacked("H", self.places[begin * size : ends[index] * size])


def shard_of(gram: int) -> int:
    """The shard in which a gram stands: neighbours in the alphabet are spread."""
    return (gram ^ gram >> 16) % SHARDS


def shards(articles: Iterable[Collection[int]]) -> Mapping[int, Shard]:
    """The postings of a block, from the grams of its articles in their order."""
    places: dict[int, array[int]] = defaultdict(lambda: array("H"))
    for place, grams in enumerate(articles):
        for gram in grams:
            places[gram].append(place)
    by_shard: dict[int, list[int]] = defaultdict(list)
    for gram in sorted(places):
        by_shard[shard_of(gram)].append(gram)
    return {number: _shard(grams, places) for number, grams in by_shard.items()}


def _shard(grams: Sequence[int], places: Mapping[int, Sequence[int]]) -> Shard:
    every, ends = array("H"), array("I")
    for gram in grams:
        every.extend(places[gram])
        ends.append(len(every))
    return Shard(packed("i", grams), packed("I", ends), packed("H", every))
