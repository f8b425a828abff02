"""What a query means: a tree of terms and of what joins them. It says nothing of how to search."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from attrs import define, evolve, field

TEXT_FIELDS = ("title", "body", "keywords")
"""Where a term without a field prefix is looked for."""
FIELDS = (*TEXT_FIELDS, "source", "author", "site", "section")
WHOLE_FIELDS = ("site",)
"""Fields that a term must be equal to."""
FIELD_NAMES = {name: name for name in FIELDS} | {
    "标题": "title",
    "正文": "body",
    "关键词": "keywords",
    "来源": "source",
    "作者": "author",
    "网站": "site",
    "栏目": "section",
}
"""Field prefixes, folded, and the fields that they mean."""


@define(frozen=True, kw_only=True)
class Term:
    """A text that must stand in one of the fields; `site` must be equal to it.

    text: as written. folded: the form that is searched (`sought`). wordings: other forms that are
    searched as well; ambiguous: wordings that are not. exceptions: forms of texts in which it does
    not count (`unless_in`). start, end: where it stands in the query, in characters from 0.
    """

    text: str
    folded: str
    wordings: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    fields: tuple[str, ...] = TEXT_FIELDS
    exceptions: tuple[str, ...] = ()
    start: int = field(default=0, eq=False)
    end: int = field(default=0, eq=False)

    @property
    def forms(self) -> tuple[str, ...]:
        """All that is searched for it."""
        return (self.folded, *self.wordings)

    def counts_not_in(self, form: str) -> tuple[str, ...]:
        """In which texts a form of it does not count: exceptions, and longer forms of itself."""
        longer = (*self.exceptions, *self.forms)
        return tuple(each for each in longer if form in each and form != each)


@define(frozen=True, kw_only=True)
class And:
    """All parts must hold."""

    parts: tuple[Node, ...]


@define(frozen=True, kw_only=True)
class Or:
    """At least one part must hold."""

    parts: tuple[Node, ...]


@define(frozen=True, kw_only=True)
class Not:
    """The part must not hold. start: where the NOT stands in the query."""

    part: Node
    start: int = field(default=0, eq=False)


@define(frozen=True, kw_only=True)
class Reach:
    """How a part of `Near` follows the one before: at most so many characters between them."""

    distance: int
    ordered: bool


@define(frozen=True, kw_only=True)
class Near:
    """Each part stands near the one before it in the same text, without overlapping it.

    parts: terms, or `Or` of terms only. reaches: one fewer than parts.
    """

    parts: tuple[Node, ...]
    reaches: tuple[Reach, ...]


@define(frozen=True, kw_only=True)
class AtLeast:
    """The part, a term or an `Or` of terms, stands in so many places of the article."""

    part: Node
    count: int


Node = Term | And | Or | Not | Near | AtLeast


def parts_of(node: Node) -> Sequence[Node]:
    """What a node joins."""
    match node:
        case And() | Or() | Near():
            return node.parts
        case Not() | AtLeast():
            return (node.part,)
        case Term():
            return ()


def terms_of(node: Node) -> Iterator[Term]:
    """All terms below a node, also those that must not stand, in the order of the query."""
    if isinstance(node, Term):
        yield node
    for part in parts_of(node):
        yield from terms_of(part)


def with_terms(node: Node, change: Callable[[Term], Term]) -> Node:
    """The node with each of its terms changed."""
    match node:
        case Term():
            return change(node)
        case Not() | AtLeast():
            return evolve(node, part=with_terms(node.part, change))
        case And() | Or() | Near():
            return evolve(node, parts=tuple(with_terms(part, change) for part in node.parts))


def joined(kind: type[And] | type[Or], parts: Sequence[Node]) -> Node:
    """One node for all parts; parts of the same kind are taken in, so that trees stay flat."""
    if len(parts) == 1:
        return parts[0]
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    return kind(parts=tuple(flat))


def marks_places(node: Node) -> bool:
    """Whether it is a term or an `Or` of terms: what NEAR joins and {>=n} counts."""
    if isinstance(node, Or):
        return all(isinstance(part, Term) for part in node.parts)
    return isinstance(node, Term)


def unbound_not(node: Node) -> Not | None:
    """The NOT because of which a query would hold for articles that have none of its terms."""
    if not _holds_without_terms(node):
        return None
    while not isinstance(node, Not):
        node = next(part for part in parts_of(node) if _holds_without_terms(part))
    return node


def _holds_without_terms(node: Node, *, holds: bool = True) -> bool:
    """Whether a node is true (or false, if not `holds`) for an article with none of its terms."""
    match node:
        case Not():
            return _holds_without_terms(node.part, holds=not holds)
        case And() | Or():
            each = (_holds_without_terms(part, holds=holds) for part in node.parts)
            return any(each) if isinstance(node, Or) is holds else all(each)
        case Term() | Near() | AtLeast():
            return not holds
