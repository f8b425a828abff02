"""Which copies belong together: each is decided against the first one of its story.

So a story does not drift: a copy of a copy belongs to it only if it is a copy of the first one as
well. What holds two different articles (a digest) is a copy of neither.

A sentence that many different texts of a site share is the page's own, not theirs. Copies of one
text share all that they say, and an excerpt has nothing that the whole lacks: what counts are texts
each of which has something that none of the others has (`are_many`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations

from attrs import define

from pipelines.text.finding.similarity import APART, Likeness, Profile, likeness

MOST_BESIDES = 0.25
"""Share of a digest that is none of the articles that are known to stand in it."""
MANY = 4
"""Texts of a site that have a sentence in common and differ besides: it tells of none."""
FEW = 16
"""Texts that are looked at before all others are; and before those, as many as are enough."""
MOST_STEPS = 20_000
"""Of one search. Only texts that were made to be hard to tell apart take more."""
Pair = tuple[str, str]


@define(frozen=True, kw_only=True)
class Groups:
    """members: of each story, by its first copy, which is among them. wholes: digests, and the
    articles that each holds."""

    members: dict[str, list[str]]
    wholes: dict[str, set[str]]


def pair_of(one: str, other: str) -> Pair:
    """Two articles in the order in which all writers name them."""
    return (one, other) if one < other else (other, one)


def whole_of(pair: Pair, profiles: Mapping[str, Profile], found: Likeness) -> str | None:
    """The longer article of a pair, if it has something else besides the shorter one."""
    return max(pair, key=lambda id_: len(profiles[id_].shingles)) if found.is_part else None


def held(whole: str, parts: Iterable[str], profiles: Mapping[str, Profile]) -> set[str]:
    """The different articles of which a text is made up, if it is: of its parts, two and more that
    are not alike. Excerpts from one article are not what it is made up of."""
    found: set[str] = set()
    for one, other in combinations(sorted(parts), 2):
        if likeness(profiles[one], profiles[other]).contained < APART:
            found |= {one, other}
    shingles = set(profiles[whole].shingles)
    rest = shingles.difference(*(profiles[id_].shingles for id_ in found))
    return found if len(rest) <= len(shingles) * MOST_BESIDES else set()


def assigned(
    order: Sequence[str], leaders: Sequence[str], copies: Mapping[str, Collection[str]]
) -> dict[str, str]:
    """The first copy of each article in turn: one that came before it, or the article itself.

    copies: all that each article is a copy of, by itself.
    """
    rank = {id_: number for number, id_ in enumerate(leaders)}
    found = {id_: id_ for id_ in leaders}
    for id_ in order:
        if id_ not in found:
            firsts = rank.keys() & copies.get(id_, ())
            found[id_] = min(firsts, key=rank.__getitem__, default=id_)
            if found[id_] == id_:
                rank[id_] = len(rank)
    return found


def neighbours(pairs: Iterable[Pair]) -> dict[str, set[str]]:
    """With what each article is in a pair."""
    found: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return found


def regrouped(
    order: Sequence[str],
    profiles: Mapping[str, Profile],
    are_near: Callable[[str, str], bool],
    leaders: Sequence[str] = (),
) -> Groups:
    """Group articles anew, given in the order of their time; some may lead stories already.

    are_near: whether two were published so close together that one can be a copy of the other.
    """

    @cache
    def compared(pair: Pair) -> Likeness | None:
        return likeness(profiles[pair[0]], profiles[pair[1]]) if are_near(*pair) else None

    wholes: dict[str, set[str]] = {}
    while True:
        members: dict[str, list[str]] = {id_: [id_] for id_ in leaders if id_ not in wholes}
        parts: dict[str, set[str]] = defaultdict(set)
        for id_ in order:
            if id_ not in wholes and id_ not in members:
                _join(id_, members, parts, compared, profiles)
        more = {id_: some for id_ in parts if (some := held(id_, parts[id_], profiles))}
        if not more:
            several = {first: ids for first, ids in members.items() if len(ids) > 1}
            return Groups(members=several, wholes=wholes)
        wholes |= more


def _join(
    id_: str,
    members: dict[str, list[str]],
    parts: dict[str, set[str]],
    compared: Callable[[Pair], Likeness | None],
    profiles: Mapping[str, Profile],
) -> None:
    """Add an article to the members of its first copy, and note what stands in what: articles are
    compared with the first ones, and with those that hold one."""
    copies = []
    for other in [*members, *(parts.keys() - members.keys())]:
        pair = pair_of(id_, other)
        found = compared(pair)
        if found is not None and found.is_copy and other in members:
            copies.append(other)
        if found is not None and (whole := whole_of(pair, profiles, found)):
            parts[whole].update({*pair} - {whole})
    members.setdefault(copies[0] if copies else id_, []).append(id_)


def are_many(texts: Sequence[Collection[int]], own: int = 1, new: int | None = None) -> bool:
    """Whether among these texts, given by numbers of what they are made of, are `MANY` different
    ones: each has `own` numbers that none of the others has.

    More texts never make fewer: so it makes no difference when they come, or in what order. new:
    only the first so many have not been looked at together with the others; one of the different
    ones is among them. A few are looked at first: those of a page's own sentence are enough.
    """
    distinct: dict[frozenset[int], None] = {}
    fresh, size = 0, MANY
    for number, text in enumerate(texts):
        distinct.setdefault(frozenset(text))
        if new is None or number < new:
            fresh = len(distinct)
        if len(distinct) == size:
            if any(_families([*distinct], own, fresh)):
                return True
            size *= FEW // MANY
    return any(_families([*distinct], own, fresh))


def _families(texts: Sequence[frozenset[int]], own: int, fresh: int) -> Iterator[bool]:
    """True once a family is found whose first text is one of the `fresh` ones. Each is grown by
    texts that come later in the order; part of a family is one, too, so what is none need not be
    grown."""
    if len(texts) < MANY:
        return
    peculiar = _peculiar(texts, own)
    waiting: list[tuple[list[_Peculiar], int]] = [([], 0)]
    for _step in range(MOST_STEPS):
        if not waiting:
            return
        family, start = waiting.pop()
        if start >= (len(texts) if family else fresh):
            continue
        waiting.append((family, start + 1))
        grown = [*family, peculiar[start]]
        if _differ(grown):
            if len(grown) == MANY:
                yield True
                return
            waiting.append((grown, start + 1))


@define(frozen=True, eq=False)
class _Peculiar:
    """What may set a text apart. shared: bits of the numbers that some other texts have, too, but
    not all. missing: how many of them it must have for itself, besides those that it alone has."""

    shared: int
    missing: int


def _peculiar(texts: Sequence[frozenset[int]], own: int) -> list[_Peculiar]:
    """What each text has of what some others have: bits are compared at once, thousands of them,
    and most numbers are in one text or in all and need not be compared at all."""
    seen: set[int] = set()
    several: set[int] = set()
    for text in texts:
        several |= seen & text
        seen |= text
    some = several.difference(frozenset.intersection(*texts))
    places = {number: place for place, number in enumerate(some)}
    found = []
    for text in texts:
        bits = bytearray(len(some) // 8 + 1)
        for number in text & some:
            place = places[number]
            bits[place >> 3] |= 1 << (place & 7)
        alone = len(text - several)
        found.append(_Peculiar(int.from_bytes(bits, "little"), own - alone))
    return found


def _differ(family: Sequence[_Peculiar]) -> bool:
    for text in family:
        if text.missing > 0:
            others = 0
            for other in family:
                if other is not text:
                    others |= other.shared
            if (text.shared & ~others).bit_count() < text.missing:
                return False
    return True
