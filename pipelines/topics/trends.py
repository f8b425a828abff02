"""Which words the recent articles of a topic use more than earlier ones: compares two shares."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from attrs import define

from pipelines.text.fold import fold
from pipelines.text.segmenter import cut

FEWEST_ARTICLES = 3
"""A word counts as rising only if at least so many recent articles have it."""
LEAST_Z = 3.0
"""Least difference of the shares in standard deviations; one word in 700 reaches it by chance."""
_WORD = re.compile(r"[^\W\d_][\w.+-]+")


@define(frozen=True, kw_only=True)
class Rising:
    """A word, and the number of articles that have it: recent of recent_of, before of before_of.

    z: the difference of the two shares in standard deviations, assuming they are equal.
    """

    word: str
    recent: int
    recent_of: int
    before: int
    before_of: int
    z: float


def words_of(text: str) -> set[str]:
    """Returns the words of two or more characters of a text, folded, without numbers."""
    return {word for word in cut(fold(text)) if _WORD.fullmatch(word)}


def rising_words(
    recent: Iterable[set[str]], before: Iterable[set[str]], most: int = 20
) -> list[Rising]:
    """Returns the words whose share of articles has risen most clearly, given the words of each
    article.

    Returns none if there are no earlier articles to compare with.
    """
    now, now_of = _counted(recent)
    then, then_of = _counted(before)
    if not now_of or not then_of:
        return []
    found = [
        Rising(
            word=word,
            recent=count,
            recent_of=now_of,
            before=then[word],
            before_of=then_of,
            z=_z(count, now_of, then[word], then_of),
        )
        for word, count in now.items()
        if count >= FEWEST_ARTICLES
    ]
    rising = [each for each in found if each.z >= LEAST_Z]
    return sorted(rising, key=lambda each: (-each.z, each.word))[:most]


def _counted(articles: Iterable[set[str]]) -> tuple[Counter[str], int]:
    counts: Counter[str] = Counter()
    number = 0
    for words in articles:
        counts.update(words)
        number += 1
    return counts, number


def _z(recent: int, recent_of: int, before: int, before_of: int) -> float:
    """Returns the z of a test of two proportions with their common variance."""
    share = (recent + before) / (recent_of + before_of)
    if share == 1:
        return 0.0
    deviation = math.sqrt(share * (1 - share) * (1 / recent_of + 1 / before_of))
    return (recent / recent_of - before / before_of) / deviation
