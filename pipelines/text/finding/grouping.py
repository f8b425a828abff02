"""Which copies belong together: each is decided against the first one of its story.

So a story does not drift: a copy of a copy belongs to it only if it is a copy of the first one as
well. What holds two different articles (a digest) is a copy of neither.

A sentence that many different texts of a site share is the page's own, not theirs. Copies of one
text share all that they say, and an excerpt has nothing that the whole lacks: what counts are texts
each of which has something that none of the others has (`Differences`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import combinations

from attrs import define, field

from pipelines.text.finding.similarity import Likeness, Profile, are_apart, likeness

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
        if are_apart(profiles[one], profiles[other]):
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


@define
class Differences:
    """What sets each of some texts apart, given by numbers of what they are made of: worked out
    once, and asked for any choice of them.

    own: how many numbers a text of a family must have that no other text of it has. places: of each
    text, by its id; those of texts that are the same are the same.
    """

    own: int
    places: dict[str, int]
    texts: list[_Peculiar]
    _apart: dict[int, tuple[int, int]] = field(factory=dict)

    @classmethod
    def of(cls, texts: Mapping[str, Collection[int]], own: int = 1) -> Differences:
        """Of texts by their ids."""
        known: dict[tuple[int, str], int] = {}
        places: dict[str, int] = {}
        peculiar: list[_Peculiar] = []
        for id_, each in zip(texts, _peculiar([*texts.values()]), strict=True):
            place = known.setdefault((each.shared, id_ if each.alone else ""), len(peculiar))
            if place == len(peculiar):
                peculiar.append(each)
            places[id_] = place
        return cls(own, places, peculiar)

    def are_many(self, ids: Sequence[str], new: int | None = None) -> bool:
        """Whether among these texts are `MANY` different ones: each has `own` numbers that none of
        the others has.

        More texts never make fewer: so it makes no difference when they come, or in what order.
        new: only the first so many have not been looked at together with the others; one of the
        different ones is among them. A few are looked at first: those of a page's own sentence are
        enough.
        """
        distinct: dict[int, None] = {}
        fresh, size = 0, MANY
        for number, id_ in enumerate(ids):
            distinct.setdefault(self.places[id_])
            if new is None or number < new:
                fresh = len(distinct)
            if len(distinct) == size:
                if self._hold_a_family([*distinct], fresh):
                    return True
                size *= FEW // MANY
        return self._hold_a_family([*distinct], fresh)

    def _hold_a_family(self, places: Sequence[int], fresh: int) -> bool:
        """Whether a family can be grown from one of the `fresh` texts. Part of a family is one,
        too: what is none need not be grown, and none is grown by a text that is not apart from
        each one of it."""
        left = sum(1 << place for place in places) if len(places) >= MANY else 0
        waiting: list[tuple[list[int], int]] = []
        for place in places[:fresh]:
            left &= ~(1 << place)
            waiting.append(([place], left))
        waiting.reverse()
        for _step in range(MOST_STEPS):
            if not waiting:
                return False
            family, others = waiting.pop()
            others = self._apart_from(family[-1], others)
            if others:
                lowest = others & -others
                others ^= lowest
                waiting.append((family, others))
                grown = [*family, lowest.bit_length() - 1]
                if self._differ(grown):
                    if len(grown) == MANY:
                        return True
                    waiting.append((grown, others))
        return False

    def _apart_from(self, place: int, others: int) -> int:
        """Those of the others, by bits, that differ from a text two by two; each asked once."""
        asked, apart = self._apart.get(place, (0, 0))
        left = others & ~asked
        while left:
            lowest = left & -left
            left ^= lowest
            if self._differ((place, lowest.bit_length() - 1)):
                apart |= lowest
        self._apart[place] = asked | others, apart
        return others & apart

    def _differ(self, family: Sequence[int]) -> bool:
        for place in family:
            text = self.texts[place]
            if text.alone < self.own:
                others = 0
                for other in family:
                    if other != place:
                        others |= self.texts[other].shared
                if text.alone + (text.shared & ~others).bit_count() < self.own:
                    return False
        return True


@define(frozen=True, eq=False)
class _Peculiar:
    """What may set a text apart. shared: bits of the numbers that some other texts have, too, but
    not all. alone: how many it has that none of the others has."""

    shared: int
    alone: int


def _peculiar(texts: Sequence[Collection[int]]) -> list[_Peculiar]:
    """What each text has of what some others have: bits are compared at once, thousands of them,
    and most numbers are in one text or in all and need not be compared at all."""
    seen: set[int] = set()
    several: set[int] = set()
    common: set[int] | None = None
    for text in texts:
        several |= seen.intersection(text)
        seen.update(text)
        common = set(text) if common is None else common.intersection(text)
    some = several.difference(common or ())
    places = {number: place for place, number in enumerate(some)}
    found = []
    for text in texts:
        bits = bytearray(len(some) // 8 + 1)
        for number in some.intersection(text):
            place = places[number]
            bits[place >> 3] |= 1 << (place & 7)
        alone = len(set(text).difference(several))
        found.append(_Peculiar(int.from_bytes(bits, "little"), alone))
    return found
