"""What MongoDB itself can say about a candidate: a filter that every article passes for which a
query holds, and nearly no other.

Folding and the rest of the query language are beyond MongoDB; how a folded term may be written is
not. Most candidates have all pairs of a term and not the term: they need not be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from pipelines.storage.documents import Document
from pipelines.text.finding.written import written
from pipelines.text.query.tree import And, AtLeast, Near, Node, Not, Or, Term, terms_of

MOST_TERMS = 50
"""Of a query with more, reading the texts is no dearer."""
_PATHS: Mapping[str, str] = {"source": "source.name", "author": "authors.name"}


def necessary(root: Node) -> Document:
    """The filter; an empty one where MongoDB can say nothing."""
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
