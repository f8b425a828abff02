"""Queries made ready for matching: what holds, given the places of all terms in an article."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from operator import itemgetter

from pipelines.text.query.places import Occurrences, Place, Span
from pipelines.text.query.tree import (
    TEXT_FIELDS,
    WHOLE_FIELDS,
    And,
    AtLeast,
    Near,
    Node,
    Not,
    Or,
    Reach,
    Term,
)


class Condition(ABC):
    """A query or a part of one."""

    @abstractmethod
    def places(self, found: Occurrences) -> list[Place] | None:
        """Where the terms stand because of which it holds, in order; None if it does not."""


def compiled(root: Node, numbers: Mapping[str, int]) -> Condition:
    """The condition that a query sets. numbers: of the pattern of each folded text."""
    match root:
        case Term():
            return _Terms((root,), numbers)
        case Or():
            terms = [part for part in root.parts if isinstance(part, Term)]
            others = [compiled(part, numbers) for part in root.parts if not isinstance(part, Term)]
            parts = [_Terms(terms, numbers), *others] if terms else others
            return _Any(parts) if others else parts[0]
        case And():
            return _All([compiled(part, numbers) for part in root.parts])
        case Not():
            return _None(compiled(root.part, numbers))
        case AtLeast():
            return _AtLeast(compiled(root.part, numbers), root.count)
        case Near():
            return _Near([compiled(part, numbers) for part in root.parts], root.reaches)


def plain_terms(root: Node) -> Sequence[Term]:
    """The terms of a query that is nothing but a list of terms in the text; else none."""
    parts = root.parts if isinstance(root, Or) else (root,)
    terms = [part for part in parts if isinstance(part, Term)]
    return terms if len(terms) == len(parts) and all(map(_is_plain, terms)) else ()


def _is_plain(term: Term) -> bool:
    return term.fields == TEXT_FIELDS and not any(map(term.counts_not_in, term.forms))


def owners_of(terms: Sequence[Term]) -> dict[str, list[Term]]:
    """The terms of a list by their forms. A wording of several terms is the first one's: each
    place counts once."""
    owners: dict[str, list[Term]] = {}
    for term in terms:
        owners.setdefault(term.folded, []).append(term)
    for term in terms:
        for form in term.wordings:
            owners.setdefault(form, [term])
    return owners


def needed(root: Node, numbers: Mapping[str, int]) -> set[int]:
    """Patterns of which at least one stands in every article for which the query holds."""
    needs = _needed(root, holds=True)
    return {numbers[folded] for folded in needs} if needs is not None else set()


def _needed(node: Node, *, holds: bool) -> set[str] | None:
    """None: it can be true (false, if not `holds`) where none of its terms stands."""
    match node:
        case Term():
            return set(node.forms) if holds else None
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


class _Form(Condition):
    """One form of a term."""

    def __init__(self, form: str, term: Term, numbers: Mapping[str, int]) -> None:
        self._pattern = numbers[form]
        self._text = term.text
        self._fields = None if term.fields == TEXT_FIELDS else frozenset(term.fields)
        self._whole = term.fields == WHOLE_FIELDS
        self._exceptions = [numbers[longer] for longer in term.counts_not_in(form)]

    def places(self, found: Occurrences) -> list[Place] | None:
        if self._pattern not in found.first:
            return None
        spans = found.spans(self._pattern)
        spans = found.in_text(spans) if self._fields is None else self._in_fields(spans, found)
        for pattern in self._exceptions:
            if pattern in found.first:
                longer = found.spans(pattern)
                spans = [span for span in spans if not _inside_any(span, longer)]
        text = self._text
        return [(start, end, text) for _pattern, start, end in spans] or None

    def _in_fields(self, spans: list[Span], found: Occurrences) -> list[Span]:
        kept = []
        for span in spans:
            start, end, name = found.text_at(span[1])
            if name in (self._fields or ()) and not (
                self._whole and (span[1], span[2]) != (start, end)
            ):
                kept.append(span)
        return kept


def _inside_any(span: Span, longer: list[Span]) -> bool:
    """Whether one of the longer places, all of one length and in order, holds the place."""
    _pattern, start, end = span
    length = longer[0][2] - longer[0][1]
    index = bisect_left(longer, end - length, key=itemgetter(1))
    return index < len(longer) and longer[index][1] <= start


class _Terms(Condition):
    """Any of several terms, in any of their forms."""

    def __init__(self, terms: Sequence[Term], numbers: Mapping[str, int]) -> None:
        self._parts = {
            numbers[form]: [_Form(form, term, numbers) for term in owners]
            for form, owners in owners_of(terms).items()
        }

    def places(self, found: Occurrences) -> list[Place] | None:
        places: list[Place] = []
        for pattern in found.first.keys() & self._parts.keys():
            for part in self._parts[pattern]:
                places += part.places(found) or ()
        places.sort()
        return places or None


class _All(Condition):
    def __init__(self, parts: Sequence[Condition]) -> None:
        self._parts = parts

    def places(self, found: Occurrences) -> list[Place] | None:
        places: set[Place] = set()
        for part in self._parts:
            more = part.places(found)
            if more is None:
                return None
            places.update(more)
        return sorted(places)


class _Any(Condition):
    def __init__(self, parts: Sequence[Condition]) -> None:
        self._parts = parts

    def places(self, found: Occurrences) -> list[Place] | None:
        each = [more for part in self._parts if (more := part.places(found)) is not None]
        return sorted(set().union(*each)) if each else None


class _None(Condition):
    def __init__(self, part: Condition) -> None:
        self._part = part

    def places(self, found: Occurrences) -> list[Place] | None:
        return [] if self._part.places(found) is None else None


class _AtLeast(Condition):
    """Places that overlap (nested terms) count once."""

    def __init__(self, part: Condition, count: int) -> None:
        self._part = part
        self._count = count

    def places(self, found: Occurrences) -> list[Place] | None:
        places = self._part.places(found)
        if places is None or len(places) < self._count:
            return None
        count, last = 0, 0
        for start, end, _term in sorted(places, key=itemgetter(1)):
            if start >= last:
                count, last = count + 1, end
        return places if count >= self._count else None


class _Near(Condition):
    """Kept are the places that have a neighbour in every other part of the chain."""

    def __init__(self, parts: Sequence[Condition], reaches: Sequence[Reach]) -> None:
        self._parts = parts
        self._reaches = reaches

    def places(self, found: Occurrences) -> list[Place] | None:
        chain: list[list[Place]] = []
        for part in self._parts:
            places = part.places(found)
            if places is None:
                return None
            chain.append(places)
        for index, reach in enumerate(self._reaches):
            chain[index + 1] = _near(
                chain[index + 1], chain[index], found, reach, comes_first=False
            )
        for index, reach in reversed(list(enumerate(self._reaches))):
            chain[index] = _near(chain[index], chain[index + 1], found, reach, comes_first=True)
        return sorted(set().union(*chain)) if chain[0] else None


def _near(
    places: list[Place], others: list[Place], found: Occurrences, reach: Reach, *, comes_first: bool
) -> list[Place]:
    """The places that have one of the others near enough, in the same text.

    comes_first: if the order counts, the place comes before the other one.
    """
    starts = [start for start, _end, _term in others]
    ends = sorted(end for _start, end, _term in others)
    kept = []
    for place in places:
        start, end, _term = place
        text_start, text_end, _name = found.text_at(start)
        lowest = max(text_start, start - reach.distance)
        highest = min(text_end, end + reach.distance)
        before = _any_between(ends, lowest, start)
        after = _any_between(starts, end, highest)
        if (after and (comes_first or not reach.ordered)) or (
            before and not (comes_first and reach.ordered)
        ):
            kept.append(place)
    return kept


def _any_between(sorted_values: list[int], lowest: int, highest: int) -> bool:
    index = bisect_left(sorted_values, lowest)
    return index < len(sorted_values) and sorted_values[index] <= highest
