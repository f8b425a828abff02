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
    """A query that holds. query: its number; hits: the first hundred, by field and place;
    count: of all. Offsets count characters of the field as it was given, in either script; in a
    list, of the entry.
    """

    query: int
    hits: list[TopicHit]
    count: int


class QueryMatcher:
    """Matches queries against articles. Built once; never changes; safe for threads.

    Plain lists of terms are done with when the text is read; any other query is a rule that is
    looked at if a term was found that it cannot do without.
    """

    def __init__(self, queries: Iterable[Node]) -> None:
        numbers: dict[str, int] = {}
        fields: dict[str, None] = dict.fromkeys(TEXT_FIELDS)
        self._rules: dict[int, Rule] = {}
        self._plain: dict[int, list[tuple[int, str]]] = {}
        self._owners: dict[int, list[int]] = {}
        for query, root in enumerate(queries):
            for term in terms_of(root):
                for text in (term.folded, *term.exceptions):
                    numbers.setdefault(text, len(numbers))
                fields.update(dict.fromkeys(term.fields))
            terms = plain_terms(root)
            for term in terms:
                self._plain.setdefault(numbers[term.folded], []).append((query, term.text))
            if not terms:
                self._rules[query] = compiled(root, numbers)
                for number in needed(root, numbers):
                    self._owners.setdefault(number, []).append(query)
        self._fields = tuple(fields)
        self._edges = {number: _edges(text) for text, number in numbers.items() if _edges(text)}
        self._automaton = AhoCorasick(
            list(numbers), matchkind=MatchKind.Standard, store_patterns=False
        )

    def match(self, fields: Fields) -> list[QueryMatch]:
        """The queries that hold for an article, in their order."""
        return [QueryMatch(*match) for match in self.held(fields)]

    def held(self, fields: Fields) -> list[tuple[int, list[TopicHit], int]]:
        """The same as bare tuples of query, hits, count."""
        found = self._found(fields)
        held: dict[int, list[Place]] = {}
        mixed: set[int] = set()
        rules: set[int] = set()
        plain, owners = self._plain, self._owners
        for pattern, spans in found.spans.items():
            for query, term in plain.get(pattern, ()):
                places = [(start, end, term) for _pattern, start, end in spans]
                if query in held:
                    held[query] += places
                    mixed.add(query)
                else:
                    held[query] = places
            if pattern in owners:
                rules.update(owners[pattern])
        for query in mixed:
            held[query].sort()
        if found.ends and found.text_end < found.ends[-1]:
            held = _in_text(held, found.text_end)
        for query in rules:
            kept = self._rules[query].places(found)
            if kept is not None:
                held[query] = kept
        return [(query, _hits(held[query], found), len(held[query])) for query in sorted(held)]

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


def _in_text(held: dict[int, list[Place]], text_end: int) -> dict[int, list[Place]]:
    """Only the places in title, body and keywords."""
    cut = {query: [p for p in places if p[0] < text_end] for query, places in held.items()}
    return {query: places for query, places in cut.items() if places}


def _hits(places: list[Place], found: Found) -> list[TopicHit]:
    """The first places as hits."""
    hits = []
    begin = stop = 0
    name = ""
    for start, end, term in places[:MOST_HITS]:
        if start >= stop:
            begin, stop, name = found.text_at(start)
        hits.append(TopicHit(term=term, field=name, start=start - begin, end=end - begin))
    return hits


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
