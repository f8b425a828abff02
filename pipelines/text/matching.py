"""Finds which of many queries hold for an article, and where their terms stand.

All terms of all queries are looked for in one pass over the folded text; then only those queries
are looked at of which a needed term was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind
from attrs import define

from pipelines.items import TopicHit
from pipelines.text.fold import fold
from pipelines.text.matching_rules import (
    Found,
    Place,
    Rule,
    Span,
    compiled,
    needed,
    plain_terms,
)
from pipelines.text.query_tree import TEXT_FIELDS, Node, terms_of

Fields = Mapping[str, str | Sequence[str]]
"""Texts of an article by field: a text, or a list of texts (keywords, authors)."""
MOST_HITS = 100
"""Places that are kept for one query in one article; the count goes on."""
_BEFORE, _AFTER = 1, 2


@define
class QueryMatch:
    """A query that holds. query: its number. Its places are put together when they are asked for:
    whoever only wants to know what holds does not pay for them.
    """

    query: int
    _found: Found
    _spans: list[tuple[list[Span], str]] | None
    """Of a plain list of terms: the places of each with the term as written."""
    _places: list[Place] | None

    @property
    def count(self) -> int:
        """In how many places its terms stand."""
        if self._places is not None:
            return len(self._places)
        return sum(len(spans) for spans, _term in self._spans or ())

    @property
    def hits(self) -> list[TopicHit]:
        """The first hundred places, by field and place. Offsets count characters of the field as
        it was given, in either script; in a list, of the entry.
        """
        if self._places is None:
            each = self._spans or ()
            places = [(start, end, term) for spans, term in each for _, start, end in spans]
            if len(each) > 1:
                places.sort()
            self._places = places
        return [_hit(place, self._found) for place in self._places[:MOST_HITS]]


class QueryMatcher:
    """Matches queries against articles. Built once; never changes; safe for threads.

    Plain lists of terms are done with when the text is read; any other query is a rule that is
    looked at if a term was found that it cannot do without.
    """

    def __init__(self, queries: Iterable[Node]) -> None:
        numbers: dict[str, int] = {}
        fields: dict[str, None] = dict.fromkeys(TEXT_FIELDS)
        self._rules: dict[int, Rule] = {}
        plain: dict[int, list[tuple[int, str]]] = {}
        owners: dict[int, list[int]] = {}
        for query, root in enumerate(queries):
            for term in terms_of(root):
                for text in (term.folded, *term.exceptions):
                    numbers.setdefault(text, len(numbers))
                fields.update(dict.fromkeys(term.fields))
            terms = plain_terms(root)
            for term in terms:
                plain.setdefault(numbers[term.folded], []).append((query, term.text))
            if not terms:
                self._rules[query] = compiled(root, numbers)
                for number in needed(root, numbers):
                    owners.setdefault(number, []).append(query)
        self._plain = [plain.get(number, ()) for number in range(len(numbers))]
        self._owners = [owners.get(number, ()) for number in range(len(numbers))]
        self._fields = tuple(fields)
        self._edges = {number: _edges(text) for text, number in numbers.items() if _edges(text)}
        self._automaton = AhoCorasick(
            list(numbers), matchkind=MatchKind.Standard, store_patterns=False
        )

    def match(self, fields: Fields) -> list[QueryMatch]:
        """The queries that hold for an article, in their order."""
        found = self._found(fields)
        text_end = found.text_end
        held: dict[int, list[tuple[list[Span], str]]] = {}
        rules: set[int] = set()
        plain, owners = self._plain, self._owners
        for pattern, every in found.spans.items():
            lists = plain[pattern]
            if lists:
                spans = every if every[-1][2] <= text_end else found.in_text(every)
                for query, term in lists if spans else ():
                    others = held.get(query)
                    if others is None:
                        held[query] = [(spans, term)]
                    else:
                        others.append((spans, term))
            if owners[pattern]:
                rules.update(owners[pattern])
        matches = {query: QueryMatch(query, found, each, None) for query, each in held.items()}
        for query in rules:
            places = self._rules[query].places(found)
            if places is not None:
                matches[query] = QueryMatch(query, found, None, places)
        return [matches[query] for query in sorted(matches)]

    def _found(self, fields: Fields) -> Found:
        found = Found()
        folded = []
        for name in self._fields:
            value = fields.get(name)
            if value:
                for text in (value,) if isinstance(value, str) else value:
                    found.add_text(name, len(text))
                    folded.append(fold(text))
        whole = "\n".join(folded)
        every = found.spans
        for span in self._automaton.find_matches_as_indexes(whole, overlapping=True):
            every[span[0]].append(span)
        for pattern in every.keys() & self._edges.keys():
            edges = self._edges[pattern]
            every[pattern] = [span for span in every[pattern] if _is_whole(span, whole, edges)]
            if not every[pattern]:
                del every[pattern]
        return found


def _hit(place: Place, found: Found) -> TopicHit:
    start, end, term = place
    begin, _end, name = found.text_at(start)
    return TopicHit(term=term, field=name, start=start - begin, end=end - begin)


def _edges(folded: str) -> int:
    """At which of its ends a term must not run on in a word."""
    return (_BEFORE if _is_latin(folded[0]) else 0) | (_AFTER if _is_latin(folded[-1]) else 0)


def _is_whole(span: Span, folded: str, edges: int) -> bool:
    """Whether a place is no part of a longer word."""
    _pattern, start, end = span
    if edges & _BEFORE and start and _is_latin(folded[start - 1]):
        return False
    return not (edges & _AFTER and end < len(folded) and _is_latin(folded[end]))


def _is_latin(character: str) -> bool:
    """A letter or digit of the kind that runs on in a word (not Han): `ai` is not in `said`."""
    return character < "ɐ" and character.isalnum()
