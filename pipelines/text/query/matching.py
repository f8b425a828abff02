"""Finds which of many queries hold for an article, and where their terms stand.

All terms of all queries are looked for in one pass over the folded text; then only those parts of
queries are looked at of which a needed term was found.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter

from ahocorasick_rs import AhoCorasick, MatchKind
from attrs import define

from pipelines.items import TopicHit
from pipelines.text.fold import fold
from pipelines.text.query.conditions import Condition, compiled, needed, owners_of, plain_terms
from pipelines.text.query.places import Occurrences, Place, Span
from pipelines.text.query.sought import FIRST_HAN, even, tight
from pipelines.text.query.tree import TEXT_FIELDS, Node, Or, terms_of
from pipelines.text.regions.standing import stands_as_word

Fields = Mapping[str, str | Sequence[str]]
"""Texts of an article by field: a text, or a list of texts (keywords, authors)."""
MOST_HITS = 100
"""Places that are kept for one query in one article; the count goes on."""
_BEFORE, _AFTER, _NUMBER = 1, 2, 4
_WITHIN_NUMBER = re.compile(r"(?<=[0-9])(?:\.[0-9]|,[0-9]{3}(?![0-9]))")
"""A sign that goes on with the number before it."""
_BETWEEN = "\0"
"""Stands between two texts: no term goes across it."""
_NONE, _SEVERAL = -1, -2  # in place of the number of what a pattern belongs to


@define
class QueryMatch:
    """A query that holds. query: its number. Its places are put together when they are asked for:
    whoever only wants to know what holds does not pay for them.
    """

    query: int
    _found: Occurrences
    _written: Mapping[int, Mapping[int, Sequence[str]]]
    """Of each plain list, by pattern, its terms as written: 电报 and 電報 are one pattern."""
    _places: list[Place] | None = None

    @property
    def count(self) -> int:
        """In how many places its terms stand."""
        return len(self._all_places())

    @property
    def hits(self) -> list[TopicHit]:
        """The first hundred places, by field and place. Offsets count characters of the field as
        it was given, in either script; in a list, of the entry.
        """
        return [_hit(place, self._found) for place in self._all_places()[:MOST_HITS]]

    def _all_places(self) -> list[Place]:
        if self._places is None:
            found, written = self._found, self._written[self.query]
            places = self._places = []
            for pattern in found.first.keys() & written.keys():
                spans = found.in_text(found.spans(pattern))
                for term in written[pattern]:
                    places += [(start, end, term) for _, start, end in spans]
            places.sort()
        return self._places


class _Owners:
    """Which queries, or parts of them, a pattern belongs to.

    Nearly always to one or none: with a hundred thousand patterns, most of what is looked up is in
    no cache of the processor, and an array of numbers is looked up at once.
    """

    def __init__(self, owners: Mapping[int, Sequence[int]], patterns: int) -> None:
        self._several = {pattern: each for pattern, each in owners.items() if len(each) > 1}
        self._one = array("l", [_NONE]) * patterns
        for pattern, each in owners.items():
            self._one[pattern] = each[0] if len(each) == 1 else _SEVERAL

    def of(self, patterns: Collection[int]) -> set[int]:
        """The owners of these patterns."""
        owners = set(map(self._one.__getitem__, patterns))
        if _SEVERAL in owners:
            for pattern in self._several.keys() & patterns:
                owners.update(self._several[pattern])
        return owners - {_NONE, _SEVERAL}


class QueryMatcher:
    """Matches queries against articles. Built once; never changes; safe for threads.

    Plain lists of terms are done with when the text is read; of any other query, each of its
    alternatives is a condition that is looked at if a term was found that it cannot do without.
    """

    def __init__(self, queries: Iterable[Node]) -> None:
        numbers: dict[str, int] = {}
        fields: dict[str, None] = dict.fromkeys(TEXT_FIELDS)
        self._conditions: list[tuple[int, Condition]] = []
        self._written: dict[int, dict[int, list[str]]] = {}
        written: set[str] = set()
        wordings: set[str] = set()
        plain: dict[int, list[int]] = {}
        owners: dict[int, list[int]] = {}
        for query, root in enumerate(queries):
            for term in terms_of(root):
                for text in (*term.forms, *term.exceptions):
                    numbers.setdefault(text, len(numbers))
                written.update((term.folded, *term.exceptions))
                wordings.update(term.wordings)
                fields.update(dict.fromkeys(term.fields))
            terms = plain_terms(root)
            if terms:
                self._written[query] = {
                    numbers[form]: [term.text for term in owning]
                    for form, owning in owners_of(terms).items()
                }
                for number in self._written[query]:
                    plain.setdefault(number, []).append(query)
            else:
                for part in root.parts if isinstance(root, Or) else (root,):
                    for number in needed(part, numbers):
                        owners.setdefault(number, []).append(len(self._conditions))
                    self._conditions.append((query, compiled(part, numbers)))
        self._lists = _Owners(plain, len(numbers))
        self._needing = _Owners(owners, len(numbers))
        self._fields = tuple(fields)
        self._edges = {number: _edges(text) for text, number in numbers.items() if _edges(text)}
        self._wordings = {numbers[each] for each in wordings - written if each >= FIRST_HAN}
        self._automaton = AhoCorasick(
            list(numbers), matchkind=MatchKind.Standard, store_patterns=False
        )

    def match(self, fields: Fields) -> list[QueryMatch]:
        """The queries that hold for an article, in their order."""
        found = self._found(fields)
        lists, conditions = self._lists.of(found.in_text_at_all()), self._needing.of(found.first)
        written = self._written
        matches = [QueryMatch(query, found, written) for query in lists]
        for query, places in self._holding(conditions, found).items():
            matches.append(QueryMatch(query, found, written, sorted(places)))
        matches.sort(key=_BY_QUERY)
        return matches

    def _holding(self, conditions: Iterable[int], found: Occurrences) -> dict[int, set[Place]]:
        """Of these conditions, those that hold: their places by query."""
        held: dict[int, set[Place]] = {}
        for condition in conditions:
            query, alternative = self._conditions[condition]
            places = alternative.places(found)
            if places is not None:
                held.setdefault(query, set()).update(places)
        return held

    def _found(self, fields: Fields) -> Occurrences:
        found = Occurrences()
        texts = []
        for name in self._fields:
            value = fields.get(name)
            if value:
                for text in (value,) if isinstance(value, str) else value:
                    found.add_text(name, len(text))
                    texts.append(fold(text))
        whole = even(_BETWEEN.join(texts))
        found.add_spans(self._spans(whole))
        for pattern in found.first.keys() & self._edges.keys():
            edges, spans = self._edges[pattern], found.spans(pattern)
            found.keep(pattern, [span for span in spans if _is_whole(span, whole, edges)])
        for pattern in found.first.keys() & self._wordings:
            spans = found.spans(pattern)
            kept = [span for span in spans if stands_as_word(whole, span[1], span[2])]
            found.keep(pattern, kept)
        return found

    def _spans(self, whole: str) -> list[Span]:
        without_blanks = tight(whole)
        spans = self._automaton.find_matches_as_indexes(without_blanks.text, overlapping=True)
        return without_blanks.spread(spans) if without_blanks.cuts else spans


_BY_QUERY = attrgetter("query")


def _hit(place: Place, found: Occurrences) -> TopicHit:
    start, end, term = place
    begin, _end, name = found.text_at(start)
    return TopicHit(term=term, field=name, start=start - begin, end=end - begin)


def _edges(folded: str) -> int:
    """At which of its ends a term must not run on in a word, and whether it is a number."""
    before = _BEFORE if _is_latin(folded[0]) else 0
    after = _AFTER if _is_latin(folded[-1]) else 0
    return before | after | (_NUMBER if folded.replace(",", "").replace(".", "").isdigit() else 0)


def _is_whole(span: Span, folded: str, edges: int) -> bool:
    """Whether a place is no part of a longer word or number: 120万 is not in 1,120万."""
    _pattern, start, end = span
    runs_on = _is_latin(folded[start - 1]) or _WITHIN_NUMBER.match(folded, start - 1)
    if edges & _BEFORE and start and runs_on:
        return False
    if edges & _AFTER and end < len(folded) and _is_latin(folded[end]):
        return False
    return not (edges & _NUMBER and _WITHIN_NUMBER.match(folded, end))


def _is_latin(character: str) -> bool:
    """A letter or digit of the kind that runs on in a word (not Han): `ai` is not in `said`."""
    return character < "ɐ" and character.isalnum()
