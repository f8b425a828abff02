"""Queries made ready for matching: what holds, given the places of all terms in an article."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from attrs import define, field

from pipelines.text.query_tree import (
    TEXT_FIELDS,
    And,
    AtLeast,
    Link,
    Near,
    Node,
    Not,
    Or,
    Term,
    terms_of,
)

Span = tuple[int, int, int]
"""A place of a pattern: number of the text, start, end."""
Place = tuple[int, int, int, str]
"""The same with the term as written in the query."""


@define
class Found:
    """What one pass over an article found. names, lengths: of its texts; places: by pattern."""

    names: list[str] = field(factory=list)
    lengths: list[int] = field(factory=list)
    places: dict[int, list[Span]] = field(factory=dict)
    only_text: bool = True

    def add_text(self, name: str, length: int) -> int:
        """Note a text; gives its number."""
        self.names.append(name)
        self.lengths.append(length)
        self.only_text = self.only_text and name in TEXT_FIELDS
        return len(self.names) - 1


class Rule(ABC):
    """A query or a part of one."""

    @abstractmethod
    def places(self, found: Found) -> list[Place] | None:
        """Where the terms stand because of which it holds, in order; None if it does not."""


def compiled(root: Node, numbers: Mapping[str, int]) -> Rule:
    """The rule of a query. numbers: of the pattern of each folded text."""
    match root:
        case Term():
            return _Terms([root], numbers)
        case Or():
            terms = [part for part in root.parts if isinstance(part, Term)]
            others = [compiled(part, numbers) for part in root.parts if not isinstance(part, Term)]
            rules = [_Terms(terms, numbers), *others] if terms else others
            return _Any(rules) if others else rules[0]
        case And():
            return _All([compiled(part, numbers) for part in root.parts])
        case Not():
            return _None(compiled(root.part, numbers))
        case AtLeast():
            return _AtLeast(_marked(root.part, numbers), root.count)
        case Near():
            return _Near([_marked(part, numbers) for part in root.parts], root.links)


def _marked(node: Node, numbers: Mapping[str, int]) -> _Terms:
    return _Terms(list(terms_of(node)), numbers)


def needed(root: Node, numbers: Mapping[str, int]) -> set[int]:
    """Patterns of which at least one stands in every article for which the query holds."""
    needs = _needed(root, holds=True)
    return {numbers[folded] for folded in needs} if needs is not None else set()


def _needed(node: Node, *, holds: bool) -> set[str] | None:
    """None: it can be true (false, if not `holds`) where none of its terms stands."""
    match node:
        case Term():
            return {node.folded} if holds else None
        case AtLeast():
            return _needed(node.part, holds=True) if holds else None
        case Not():
            return _needed(node.part, holds=not holds)
        case Near() if not holds:
            return None
    each = [_needed(part, holds=holds) for part in node.parts]
    sets = [terms for terms in each if terms is not None]
    if isinstance(node, Or) is holds:  # any part will do, so a term of every part is needed
        return set().union(*sets) if len(sets) == len(each) else None
    return max(sets, key=_rarity, default=None)


def _rarity(terms: set[str]) -> tuple[int, int]:
    """Long terms, and few of them, are found seldom."""
    return min(map(len, terms)), -len(terms)


@define
class _Leaf:
    """A term of a rule."""

    text: str
    fields: frozenset[str]
    exceptions: tuple[int, ...]
    whole: bool

    def places(self, found: Found, spans: list[Span]) -> Iterable[Place]:
        if not (found.only_text and self.fields == _TEXT):
            names = found.names
            spans = [span for span in spans if names[span[0]] in self.fields]
        if self.whole:
            spans = [span for span in spans if span[2] - span[1] == found.lengths[span[0]]]
        for pattern in self.exceptions:
            longer = found.places.get(pattern)
            if longer:
                spans = [span for span in spans if not _inside_any(span, longer)]
        text = self.text
        return [(number, start, end, text) for number, start, end in spans]


_TEXT = frozenset(TEXT_FIELDS)


def _inside_any(span: Span, longer: list[Span]) -> bool:
    """Whether one of the longer places, all of one length and in order, holds the place."""
    text, start, end = span
    length = longer[0][2] - longer[0][1]
    index = bisect_left(longer, (text, end - length, 0))
    return index < len(longer) and longer[index][0] == text and longer[index][1] <= start


class _Terms(Rule):
    """Any of these terms."""

    def __init__(self, terms: Sequence[Term], numbers: Mapping[str, int]) -> None:
        self._leaves: dict[int, list[_Leaf]] = {}
        for term in terms:
            leaf = _Leaf(
                text=term.text,
                fields=frozenset(term.fields),
                exceptions=tuple(numbers[folded] for folded in term.exceptions),
                whole=term.fields == ("site",),
            )
            self._leaves.setdefault(numbers[term.folded], []).append(leaf)

    def all_places(self, found: Found) -> list[Place]:
        """Every place of every term, in order."""
        places: list[Place] = []
        for pattern in found.places.keys() & self._leaves.keys():
            for leaf in self._leaves[pattern]:
                places += leaf.places(found, found.places[pattern])
        places.sort()
        return places

    def places(self, found: Found) -> list[Place] | None:
        return self.all_places(found) or None


class _All(Rule):
    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules

    def places(self, found: Found) -> list[Place] | None:
        places: set[Place] = set()
        for rule in self._rules:
            more = rule.places(found)
            if more is None:
                return None
            places.update(more)
        return sorted(places)


class _Any(Rule):
    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules

    def places(self, found: Found) -> list[Place] | None:
        each = [more for rule in self._rules if (more := rule.places(found)) is not None]
        return sorted(set().union(*each)) if each else None


class _None(Rule):
    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def places(self, found: Found) -> list[Place] | None:
        return [] if self._rule.places(found) is None else None


class _AtLeast(Rule):
    """Places that overlap (nested terms) count once."""

    def __init__(self, terms: _Terms, count: int) -> None:
        self._terms = terms
        self._count = count

    def places(self, found: Found) -> list[Place] | None:
        places = self._terms.all_places(found)
        count, last = 0, (-1, 0)
        for text, start, end, _term in sorted(places, key=lambda place: (place[0], place[2])):
            if (text, start) >= last:
                count, last = count + 1, (text, end)
        return places if count >= self._count else None


class _Near(Rule):
    """Kept are the places that have a neighbour in every other part of the chain."""

    def __init__(self, parts: Sequence[_Terms], links: Sequence[Link]) -> None:
        self._parts = parts
        self._links = links

    def places(self, found: Found) -> list[Place] | None:
        chain = [part.all_places(found) for part in self._parts]
        for index, link in enumerate(self._links):
            chain[index + 1] = _following(chain[index], chain[index + 1], link)
        if not chain[-1]:
            return None
        for index, link in reversed(list(enumerate(self._links))):
            chain[index] = _preceding(chain[index], chain[index + 1], link)
        return sorted(set().union(*chain))


def _following(first: list[Place], second: list[Place], link: Link) -> list[Place]:
    """The places of the second part that have one of the first near enough."""
    ends, starts = _ends(first), _starts(first)
    return [
        place
        for place in second
        if _any_before(place, ends, link) or (not link.ordered and _any_after(place, starts, link))
    ]


def _preceding(first: list[Place], second: list[Place], link: Link) -> list[Place]:
    """The places of the first part that have one of the second near enough."""
    ends, starts = _ends(second), _starts(second)
    return [
        place
        for place in first
        if _any_after(place, starts, link) or (not link.ordered and _any_before(place, ends, link))
    ]


def _starts(places: list[Place]) -> list[tuple[int, int]]:
    return sorted((text, start) for text, start, _end, _term in places)


def _ends(places: list[Place]) -> list[tuple[int, int]]:
    return sorted((text, end) for text, _start, end, _term in places)


def _any_before(place: Place, ends: list[tuple[int, int]], link: Link) -> bool:
    text, start = place[0], place[1]
    index = bisect_left(ends, (text, start - link.distance))
    return index < len(ends) and ends[index] <= (text, start)


def _any_after(place: Place, starts: list[tuple[int, int]], link: Link) -> bool:
    text, end = place[0], place[2]
    index = bisect_left(starts, (text, end))
    return index < len(starts) and starts[index] <= (text, end + link.distance)
