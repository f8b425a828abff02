"""A filter by which MongoDB leaves out most candidates of a search.

Every article for which the query holds passes it, and nearly no other. MongoDB cannot fold text,
but it can look for all ways in which a folded term may be written. Most candidates have all pairs
of a term and not the term itself: the filter spares reading them.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from pipelines.storage.documents import Document
from pipelines.text.finding.written import written
from pipelines.text.query.tree import And, AtLeast, Near, Node, Not, Or, Term, terms_of

MOST_TERMS = 50
"""For a query with more terms, reading the texts costs no more than the filter."""
_PATHS: Mapping[str, str] = {"source": "source.name", "author": "authors.name"}


def necessary(root: Node) -> Document:
    """Returns the filter; an empty one where MongoDB cannot help."""
    if len(list(islice(terms_of(root), MOST_TERMS + 1))) > MOST_TERMS:
        return {}
    return _necessary(root) or {}


def _necessary(node: Node) -> Document | None:
    match node:
        case Term():
            forms = {"$regex": "|".join(map(written, node.forms))}
            return {"$or": [{_PATHS.get(field, field): forms} for field in node.fields]}
        case And() | Near():
            each = [found for part in node.parts if (found := _necessary(part)) is not None]
            return {"$and": each} if each else None
        case Or():
            every = [_necessary(part) for part in node.parts]
            return None if None in every else {"$or": every}
        case AtLeast():
            return _necessary(node.part)
        case Not():
            return None
