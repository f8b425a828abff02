"""Whether texts of one site that have a sentence in common are different texts.

A sentence that many different texts share is the page's own, not theirs. Copies of one text share
all that they say, and an excerpt has nothing that the whole lacks: what counts are texts each of
which has something that none of the others has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

MANY = 4
"""Texts of a site that have a sentence in common and differ besides: it tells of none."""
MOST_STEPS = 20_000
"""Of one search. Only texts that were made to be hard to tell apart take more."""


def are_many(texts: Iterable[Collection[int]], own: int = 1) -> bool:
    """Whether among these texts, given by numbers of what they are made of, are `MANY` different
    ones: each has `own` numbers that none of the others has.

    More texts never make fewer: so it makes no difference when they come, or in what order.
    """
    distinct = sorted({tuple(sorted(set(text))) for text in texts})
    if len(distinct) < MANY:
        return False
    return any(_families([frozenset(text) for text in distinct], own))


def _families(texts: list[frozenset[int]], own: int) -> Iterator[bool]:
    """True once a family is found. Each is grown by texts that come later in the order; part of a
    family is one, too, so what is none need not be grown."""
    waiting: list[tuple[list[frozenset[int]], int]] = [([], 0)]
    for _step in range(MOST_STEPS):
        if not waiting:
            return
        family, start = waiting.pop()
        if start >= len(texts):
            continue
        waiting.append((family, start + 1))
        grown = [*family, texts[start]]
        if _differ(grown, own):
            if len(grown) == MANY:
                yield True
                return
            waiting.append((grown, start + 1))


def _differ(family: list[frozenset[int]], own: int) -> bool:
    return all(
        len(text.difference(*(other for other in family if other is not text))) >= own
        for text in family
    )
