"""How alike two texts are: copies, or only related. Pure functions on folded text.

A text is taken as the set of its shingles: all runs of four letters, digits or Han characters,
folded, without white space and punctuation (quotation marks change with the script, and a copy
is reflowed), and without what frames it (`sentences`). MinHash bands of the shingles and digests
of whole sentences find candidates; what these really are is decided on the texts themselves, so
an estimate never decides anything.

The limits were set on 3,490 real news texts with 221 natural pairs of copies. Copies share 98 %
of the shorter text or more, and none says another number, name or direction in a sentence that
both have. Ceremonies, state visits, yearly announcements and daily reports share up to 85 %, and
nearly all of them differ in a number: two tolls, two dates, two closing prices are two pieces of
news.
"""

from __future__ import annotations

import re
import sys
import zlib
from array import array
from collections.abc import Collection, Iterable
from datetime import timedelta
from functools import cached_property
from itertools import islice
from typing import Literal

from attrs import define, evolve
from rensa import RMinHash

from pipelines.text.finding.contradictions import contradictions
from pipelines.text.finding.sentences import sentences
from pipelines.text.fold import FOLD_VERSION, fold

SIMILARITY_VERSION = RMinHash.ALGORITHM_VERSION * 1_000_000 + 2_000 + FOLD_VERSION
"""Bands of different versions cannot be compared."""

SHORTEST_TEXT = 20
"""Letters, digits and Han characters below which likeness proves nothing ("图集")."""
WINDOW = timedelta(days=7)
"""Copies and related articles are published so close together; what comes later is not news."""
BANDS = 20
ROWS = 4
"""Two texts of Jaccard similarity j meet in a band with probability 1 - (1 - j^4)^20: 99.3 % at
0.68, 72 % at 0.5, 0.2 % at 0.1. What is shorter or longer than its copy meets it in a sentence."""
MOST_SENTENCES = 48
"""Of a long text, the sentences whose digests are lowest: a part of it keeps many of the same."""
SHORTEST_SENTENCE = 10
LEAST_SENTENCES = 4
"""Of so many sentences of a text one must be shared."""

SAME_CONTAINED = 0.88
SAME_JACCARD = 0.4
RELATED_CONTAINED = 0.7
RELATED_LENGTH = 100
"""Shingles: about 120 characters with their punctuation."""
RELATED_JACCARD = 0.5
CUT_CONTAINED = 0.97
END_SHARE, MOST_END, LEAST_LEFT = 0.25, 80, 80
"""What a text that was cut may have of its own at its end, as a share and in characters, and what
must be left of it; that stands in the other text, nearly all of it."""
PART_LENGTH = 0.8
"""A text that stands in another one is a part of it if it has at most so much of its length."""
MOST_COUNTED = 1_000
"""Contradictions. Whether two texts are copies is known with the first one."""
APART = 0.3
"""Two parts of a text that share less of the shorter one are two articles."""

Verdict = Literal["same", "related"]

_SEED = 42
_SHINGLE = 4
_UNIT = 2  # bytes of a UTF-16 code unit
_APART = re.compile(r"[\W_]+")
_PRIME = 2**47 - 115  # bands fit in seven bytes of an index key
_FIRST, _SECOND, _THIRD = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9


def bare(text: str) -> str:
    """Letters, digits and Han characters of a text, folded."""
    return _bare(fold(text))


def _bare(folded: str) -> str:
    return _APART.sub("", folded)


def bands(text: str) -> list[int]:
    """Numbers of which two alike texts share at least one; none of a text that is too short.

    Those of MinHash are positive; a sentence's digest is negative, and what shares many of these
    is alike as well: an excerpt, a digest, a copy that was cut.
    """
    parts = _parts(text)
    plain = "".join(parts)
    if len(plain) < SHORTEST_TEXT:
        return []
    shingles = _shingles(plain)
    rows = RMinHash.digest_matrix_from_flat_token_hashes(
        shingles, [0, len(shingles)], BANDS * ROWS, _SEED
    ).to_rows()[0]
    found = [
        (
            (rows[start] << 32 | rows[start + 1]) * _FIRST
            + (rows[start + 2] << 32 | rows[start + 3]) * _SECOND
            + start * _THIRD
        )
        % _PRIME
        for start in range(0, BANDS * ROWS, ROWS)
    ]
    numbers = {_number(part) for part in parts if len(part) >= SHORTEST_SENTENCE}
    return found + sorted(numbers)[-MOST_SENTENCES:]


def numbered_sentences(text: str) -> dict[int, str]:
    """The sentences of a text, folded, by the numbers that `bands` gives for them."""
    return {_number(_bare(part)): part for part in sentences(text)}


def _number(part: str) -> int:
    """The digest of a bare sentence, below zero."""
    return -1 - zlib.crc32(part.encode("utf-8", "surrogatepass"))


def share_enough(shared: Collection[int], shorter: int) -> bool:
    """Whether two texts are worth comparing, by the bands that they share: one of MinHash, or a
    quarter of the sentences of the one that has fewer (`shorter`)."""
    if not shared or max(shared) >= 0:
        return bool(shared)
    return len(shared) * LEAST_SENTENCES >= shorter


def sentences_in(bands: Iterable[int]) -> int:
    """How many of a text's bands stand for sentences."""
    return sum(number < 0 for number in bands)


def _parts(text: str) -> list[str]:
    """The bare sentences of a text."""
    return _APART_BUT_LINES.sub("", "\n".join(sentences(text))).split("\n")


_APART_BUT_LINES = re.compile(r"[^\w\n]+|_+")


def _shingles(plain: str) -> array[int]:
    """Every run of four UTF-16 code units as a 64-bit number; repeated ones more than once."""
    data = plain.encode("utf-16-le", "surrogatepass")
    found = array("Q")
    size = _SHINGLE * _UNIT
    for start in range(0, size, _UNIT):
        found.frombytes(data[start : start + (len(data) - start) // size * size])
    if sys.byteorder == "big":
        found.byteswap()
    return found


@define(slots=False)
class Profile:
    """A text made ready to be compared with many others. left_out: numbers of sentences that do
    not belong to it."""

    text: str
    left_out: Collection[int] = ()

    @cached_property
    def sentences(self) -> list[str]:
        """Folded, in their order."""
        found = sentences(self.text)
        if not self.left_out:
            return found
        return [part for part in found if _number(_bare(part)) not in self.left_out]

    @cached_property
    def shingles(self) -> array[int]:
        """Each once, in no order; empty for a text that is too short to compare.

        Packed: a set of them takes ten times the room, and many texts are compared at once.
        """
        plain = _bare("".join(self.sentences))
        return array("Q", set(_shingles(plain)) if len(plain) >= SHORTEST_TEXT else ())


@define(frozen=True, kw_only=True)
class Likeness:
    """How alike two texts are.

    jaccard: shingles in both of those in either, 0 to 1. contained: of those of the shorter text.
    contradictions: places in sentences of both in which they say different things, if they share
    enough to be copies. length, longer: shingles of the two texts.
    """

    jaccard: float
    contained: float
    contradictions: int
    length: int
    longer: int

    @property
    def is_copy(self) -> bool:
        """Whether one text is the other, but for a header, a cut or small changes."""
        return self.shares_a_text and not self.contradictions

    @property
    def shares_a_text(self) -> bool:
        """Whether they share as much as copies do, whatever they say."""
        return self.contained >= SAME_CONTAINED and self.jaccard >= SAME_JACCARD

    @property
    def is_part(self) -> bool:
        """Whether the shorter text stands in the longer, which has something else besides."""
        return (
            self.contained >= SAME_CONTAINED
            and self.length >= RELATED_LENGTH
            and self.length <= self.longer * PART_LENGTH
        )

    @property
    def is_related(self) -> bool:
        """Whether they share much text: an update, an excerpt, the next part of a series."""
        return self.jaccard >= RELATED_JACCARD or (
            self.contained >= RELATED_CONTAINED and self.length >= RELATED_LENGTH
        )

    def verdict(self, apart: timedelta) -> Verdict | None:
        """What two texts are to each other that were published so far apart."""
        if abs(apart) > WINDOW:
            return None
        if self.is_copy:
            return "same"
        return "related" if self.is_related else None


def likeness(one: Profile, other: Profile, most: int = MOST_COUNTED) -> Likeness:
    """Compare two texts; all zero if one is too short. most: contradictions that are counted.

    Sentences are compared only of texts that share enough for them to decide anything.
    """
    found = _measured(one.shingles, other.shingles)
    if SAME_CONTAINED > found.contained > APART:
        cut = _measured(*_without_end(one, other))
        found = cut if cut.contained >= CUT_CONTAINED else found
    if not found.shares_a_text or one.sentences == other.sentences:
        return found
    pair = sorted((one.sentences, other.sentences))
    places = islice(contradictions(*pair), most)
    return evolve(found, contradictions=sum(1 for _place in places))


def are_apart(one: Profile, other: Profile) -> bool:
    """Whether two texts share so little that they are two articles."""
    return _measured(one.shingles, other.shingles).contained < APART


def _measured(one: array[int], other: array[int]) -> Likeness:
    shared = len(set(one).intersection(other))
    shorter, longer = sorted((len(one), len(other)))
    return Likeness(
        jaccard=shared / (shorter + longer - shared) if shorter else 0.0,
        contained=shared / shorter if shorter else 0.0,
        contradictions=0,
        length=shorter,
        longer=longer,
    )


def _without_end(one: Profile, other: Profile) -> tuple[array[int], array[int]]:
    """The shingles of both texts, a much shorter one without a few words of its own at its end:
    what was cut has a footer there."""
    short, long = sorted((one, other), key=lambda each: len(each.shingles))
    known, parts = set(long.shingles), list(map(_bare, short.sentences))
    room = min(len(short.shingles) * END_SHARE, MOST_END)
    while parts and not known.issuperset(_shingles(parts[-1])) and len(parts[-1]) <= room:
        room -= len(parts.pop())
    plain = "".join(parts)
    if not LEAST_LEFT <= len(plain) <= len(long.shingles) * PART_LENGTH:
        return short.shingles, long.shingles
    return array("Q", set(_shingles(plain))), long.shingles
