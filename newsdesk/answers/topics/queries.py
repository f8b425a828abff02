"""A query as plain values."""

from __future__ import annotations

from typing import Any

from pipelines.text.query.tree import And, AtLeast, Near, Node, Not, Or, Term


def tree_data(node: Node) -> dict[str, Any]:
    """A query as plain values: {"and": [...]}, {"term": "...", "fields": [...]}, ..."""
    match node:
        case Term():
            data: dict[str, Any] = {
                "term": node.text,
                "sought": node.folded,
                "wordings": [*node.wordings],
                "ambiguous": [*node.ambiguous],
                "fields": [*node.fields],
            }
            return data | ({"unless_in": [*node.exceptions]} if node.exceptions else {})
        case Not():
            return {"not": tree_data(node.part)}
        case AtLeast():
            return {"at_least": node.count, "of": tree_data(node.part)}
        case Near():
            links = [{"distance": each.distance, "ordered": each.ordered} for each in node.reaches]
            return {"near": [tree_data(part) for part in node.parts], "links": links}
        case And() | Or():
            name = "and" if isinstance(node, And) else "or"
            return {name: [tree_data(part) for part in node.parts]}
