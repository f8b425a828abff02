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
from pipelines.text.matching_rules import Found, Place, Rule, compiled, needed
from pipelines.text.query_tree import TEXT_FIELDS, Node, terms_of

Fields = Mapping[str, str | Sequence[str]]
"""Texts of an article by field: a text, or a list of texts (keywords, authors)."""
MOST_HITS = 100
"""Places that are kept for one query in one article; the count goes on."""
_BEFORE, _AFTER = 1, 2


@define(frozen=True)
class QueryMatch:
    """A query that holds. query: its number; hits: the first hundred, by field and place;
    count: of all. Offsets count characters of the field as it was given, in either script; in a
    list, of the entry.
    """

    query: int
    hits: list[TopicHit]
    count: int


class QueryMatcher:
    """Matches queries against articles. Built once; never changes; safe for threads."""

    def __init__(self, queries: Iterable[Node]) -> None:
        numbers: dict[str, int] = {}
        fields: dict[str, None] = dict.fromkeys(TEXT_FIELDS)
        self._rules: list[Rule] = []
        owners: dict[int, list[int]] = {}
        for query, root in enumerate(queries):
            for term in terms_of(root):
                for text in (term.folded, *term.exceptions):
                    numbers.setdefault(text, len(numbers))
                fields.update(dict.fromkeys(term.fields))
            self._rules.append(compiled(root, numbers))
            for number in needed(root, numbers):
                owners.setdefault(number, []).append(query)
        self._owners = owners
        self._fields = tuple(fields)
        self._edges = [_edges(text) for text in numbers]
        self._automaton = AhoCorasick(
            list(numbers), matchkind=MatchKind.Standard, store_patterns=False
        )

    def match(self, fields: Fields) -> list[QueryMatch]:
        """The queries that hold for an article, in their order."""
        found = self._found(fields)
        queries: set[int] = set()
        for number in found.places.keys() & self._owners.keys():
            queries.update(self._owners[number])
        matches = []
        for query in sorted(queries):
            places = self._rules[query].places(found)
            if places is not None:
                matches.append(_match(query, places, found))
        return matches

    def _found(self, fields: Fields) -> Found:
        found = Found()
        for name in self._fields:
            value = fields.get(name)
            if not value:
                continue
            for text in (value,) if isinstance(value, str) else value:
                self._scan(name, text, found)
        return found

    def _scan(self, name: str, text: str, found: Found) -> None:
        number = found.add_text(name, len(text))
        folded = fold(text)
        edges, places = self._edges, found.places
        for pattern, start, end in self._automaton.find_matches_as_indexes(
            folded, overlapping=True
        ):
            if edges[pattern] and _inside_word(folded, start, end, edges[pattern]):
                continue
            known = places.get(pattern)
            if known is None:
                places[pattern] = [(number, start, end)]
            else:
                known.append((number, start, end))


def _match(query: int, places: list[Place], found: Found) -> QueryMatch:
    hits = [
        TopicHit(term=term, field=found.names[text], start=start, end=end)
        for text, start, end, term in places[:MOST_HITS]
    ]
    return QueryMatch(query, hits, len(places))


def _edges(folded: str) -> int:
    """At which of its ends a term must not run on in a word."""
    return (_BEFORE if _is_latin(folded[0]) else 0) | (_AFTER if _is_latin(folded[-1]) else 0)


def _inside_word(folded: str, start: int, end: int, edges: int) -> bool:
    if edges & _BEFORE and start and _is_latin(folded[start - 1]):
        return True
    return bool(edges & _AFTER) and end < len(folded) and _is_latin(folded[end])


def _is_latin(character: str) -> bool:
    """A letter or digit of the kind that runs on in a word (not Han): `ai` is not in `said`."""
    return character < "ɐ" and character.isalnum()
