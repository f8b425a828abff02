"""A query drawn as a tree."""

from __future__ import annotations

from rich.text import Text
from rich.tree import Tree

from newsdesk.cli.terminal.console import shown
from pipelines.text.query.tree import (
    TEXT_FIELDS,
    WHOLE_FIELDS,
    And,
    AtLeast,
    Near,
    Node,
    Not,
    Or,
    Term,
    parts_of,
)

SHOWN_PARTS = 30
_WORDS = {And: "all of", Or: "any of", Not: "not"}


def drawn(node: Node) -> Tree:
    """Draws a query as a tree; of a long list of parts only the first are shown."""
    tree = Tree(_label(node))
    _grow(tree, node)
    return tree


def _grow(tree: Tree, node: Node) -> None:
    parts = parts_of(node)
    for number, part in enumerate(parts[:SHOWN_PARTS]):
        branch = tree.add(_label(part))
        if isinstance(node, Near) and number:
            branch.label = Text.assemble((f"{_distance(node, number)}: ", "dim"), _label(part))
        _grow(branch, part)
    if len(parts) > SHOWN_PARTS:
        tree.add(Text(f"... and {len(parts) - SHOWN_PARTS:,} more", style="dim"))


def _label(node: Node) -> Text:
    match node:
        case Term():
            return _term(node)
        case AtLeast():
            return Text(f"at least {node.count} places of", style="bold")
        case Near():
            return Text("near each other", style="bold")
        case _:
            return Text(_WORDS[type(node)], style="bold")


def _term(term: Term) -> Text:
    text = Text.assemble(shown(term.text, "cyan"))
    if term.folded != term.text:
        text.append(f"  sought as {term.folded}", style="dim")
    if term.wordings:
        text.append(f"  and as {', '.join(term.wordings)}")
    if term.ambiguous:
        ways = f"{', '.join(term.ambiguous)} (ambiguous: to search it, too, write ~{term.text})"
        text.append(f"  but not as {ways}", style="dim")
    if term.fields != TEXT_FIELDS:
        how = "is" if term.fields == WHOLE_FIELDS else "in"
        text.append(f"  {how} {', '.join(term.fields)}", style="dim")
    if term.exceptions:
        text.append(f"  but not as a part of {', '.join(term.exceptions)}", style="dim")
    return text


def _distance(node: Near, number: int) -> str:
    link = node.reaches[number - 1]
    order = "after it" if link.ordered else "before or after it"
    return f"at most {link.distance} characters {order}"
