"""The grams by which a query is looked up: every article for which it holds has them.

Other articles may have them too; the texts decide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator, Sequence

from attrs import define

from pipelines.text.finding.grams import gram_of_site, grams_of_term
from pipelines.text.query.parser import Query
from pipelines.text.query.tokens import QueryError
from pipelines.text.query.tree import And, AtLeast, Near, Node, Not, Or, Term

MOST_GRAMS = 2_000
"""Limit for one query: each gram is read from every block. Topics may be larger, they are not
looked up."""
GRAMS_OF_TERM = 4
"""About so many grams of a term are looked up; they leave hardly anything but the term."""


@define(frozen=True)
class AllOf:
    """Articles that have all grams and are in all parts."""

    grams: frozenset[int] = frozenset()
    parts: tuple[GramQuery, ...] = ()


@define(frozen=True)
class AnyOf:
    """Articles that are in any of the parts."""

    parts: tuple[GramQuery, ...]


GramQuery = AllOf | AnyOf
Find = Callable[[int], Collection[int]]
"""Returns the places of the articles that have a gram."""


def gram_query(query: Query) -> GramQuery:
    """Returns what to look up for a query.

    Raises:
        QueryError: it has nothing to look up, or far too much.
    """
    found = _gram_query(query.root)
    if found is None:
        problem = (
            "nothing here can be looked up: a search needs a term of two characters or more, "
            "besides which single characters and NOT may stand"
        )
        raise QueryError(query.text, 0, problem)
    number = len(set(all_grams(found)))
    if number > MOST_GRAMS:
        problem = f"{number:,} different pairs of characters; a search looks up {MOST_GRAMS:,}"
        raise QueryError(query.text, 0, problem)
    return found


def _gram_query(node: Node) -> GramQuery | None:
    """Returns None if the node may hold for any article."""
    match node:
        case Term(fields=("site",)):
            return AllOf(frozenset({gram_of_site(node.folded)}))
        case Term():
            return _either([_of_form(form) for form in node.forms])
        case Not():
            return None
        case AtLeast():
            return _gram_query(node.part)
        case And() | Near():
            return _joined([part for part in map(_gram_query, node.parts) if part is not None])
        case Or():
            return _either([_gram_query(part) for part in node.parts])


def _either(each: Sequence[GramQuery | None]) -> GramQuery | None:
    parts = tuple(part for part in each if part is not None)
    if len(parts) < len(each):
        return None
    return AnyOf(parts) if len(parts) > 1 else parts[0]


def _of_form(form: str) -> AllOf | None:
    grams = sorted(grams_of_term(form))
    return AllOf(frozenset(grams[:: len(grams) // GRAMS_OF_TERM + 1])) if grams else None


def _joined(parts: list[GramQuery]) -> GramQuery | None:
    if not parts:
        return None
    plain = [part for part in parts if isinstance(part, AllOf)]
    others = tuple(part for part in parts if isinstance(part, AnyOf))
    return AllOf(
        frozenset().union(*(part.grams for part in plain)),
        (*others, *(inner for part in plain for inner in part.parts)),
    )


def all_grams(found: GramQuery) -> Iterator[int]:
    """Yields every gram that is looked up."""
    if isinstance(found, AllOf):
        yield from found.grams
    for part in found.parts:
        yield from all_grams(part)


def places(found: GramQuery, find: Find) -> set[int]:
    """Returns the places of all articles for which the query may hold."""
    if isinstance(found, AnyOf):
        return set().union(*(places(part, find) for part in found.parts))
    each = sorted((find(gram) for gram in found.grams), key=len)
    left: set[int] | None = None
    for one in each:
        left = set(one) if left is None else left.intersection(one)
        if not left:
            return set()
    for part in found.parts:
        inner = places(part, find)
        left = inner if left is None else left & inner
    return left or set()


def holds(found: GramQuery, grams: Container[int]) -> bool:
    """Returns whether the query may hold for an article with these grams."""
    if isinstance(found, AnyOf):
        return any(holds(part, grams) for part in found.parts)
    return all(gram in grams for gram in found.grams) and all(
        holds(part, grams) for part in found.parts
    )
