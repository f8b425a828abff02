"""What a query can be looked up by: which grams every article has for which it holds.

The answer may hold for more articles than the query, never for fewer; the texts decide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator, Sequence

from attrs import define

from pipelines.text.finding.grams import gram_of_site, grams_of_term
from pipelines.text.query.parser import Query
from pipelines.text.query.tokens import QueryError
from pipelines.text.query.tree import And, AtLeast, Near, Node, Not, Or, Term

MOST_GRAMS = 2_000
"""Of one query: each is read from every block. Topics may be larger, they are not looked up."""
GRAMS_OF_TERM = 4
"""About so many of a term's grams are looked up: they leave hardly anything but the term."""


@define(frozen=True)
class All:
    """Articles that have all grams and are in all parts."""

    grams: frozenset[int] = frozenset()
    parts: tuple[Wanted, ...] = ()


@define(frozen=True)
class Any:
    """Articles that are in any of the parts."""

    parts: tuple[Wanted, ...]


Wanted = All | Any
Find = Callable[[int], Collection[int]]
"""Gives the places of the articles that have a gram."""


def wanted(query: Query) -> Wanted:
    """What to look up for a query.

    Raises:
        QueryError: it has nothing to look up, or far too much.
    """
    found = _wanted(query.root)
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


def _wanted(node: Node) -> Wanted | None:
    """None: it may hold for any article."""
    match node:
        case Term(fields=("site",)):
            return All(frozenset({gram_of_site(node.folded)}))
        case Term():
            return _either([_of_form(form) for form in node.forms])
        case Not():
            return None
        case AtLeast():
            return _wanted(node.part)
        case And() | Near():
            return _joined([part for part in map(_wanted, node.parts) if part is not None])
        case Or():
            return _either([_wanted(part) for part in node.parts])


def _either(each: Sequence[Wanted | None]) -> Wanted | None:
    parts = tuple(part for part in each if part is not None)
    if len(parts) < len(each):
        return None
    return Any(parts) if len(parts) > 1 else parts[0]


def _of_form(form: str) -> All | None:
    grams = sorted(grams_of_term(form))
    return All(frozenset(grams[:: len(grams) // GRAMS_OF_TERM + 1])) if grams else None


def _joined(parts: list[Wanted]) -> Wanted | None:
    if not parts:
        return None
    plain = [part for part in parts if isinstance(part, All)]
    others = tuple(part for part in parts if isinstance(part, Any))
    return All(
        frozenset().union(*(part.grams for part in plain)),
        (*others, *(inner for part in plain for inner in part.parts)),
    )


def all_grams(found: Wanted) -> Iterator[int]:
    """Every gram that is looked up."""
    if isinstance(found, All):
        yield from found.grams
    for part in found.parts:
        yield from all_grams(part)


def places(found: Wanted, find: Find) -> set[int]:
    """The places of all articles that may be meant."""
    if isinstance(found, Any):
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


def holds(found: Wanted, grams: Container[int]) -> bool:
    """Whether an article with these grams may be meant."""
    if isinstance(found, Any):
        return any(holds(part, grams) for part in found.parts)
    return all(gram in grams for gram in found.grams) and all(
        holds(part, grams) for part in found.parts
    )
