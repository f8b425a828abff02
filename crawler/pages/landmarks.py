"""Find everything that a page object needs by id and class, in one walk over the tree.

A class condition in XPath costs up to a millisecond on a portal's page; a walk that looks at
all names at once costs less than one of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache, cached_property

from attrs import define

from crawler.pages.html import Element, attribute, note_miss, text_of

_NAME = re.compile(r"(?P<tag>\w{0,20})(?P<mark>[.#].+)")


@define(frozen=True, slots=False)
class Landmarks:
    """Elements by "#id", ".class" or "tag.class", in document order; and the meta tags."""

    root: Element | None
    found: dict[str, list[Element]]

    def all(self, *names: str) -> list[Element]:
        """All elements of these names, name by name."""
        nodes = [
            node
            for tag, mark in map(_split, names)
            for node in self.found.get(mark, ())
            if not tag or node.tag == tag
        ]
        if not nodes:
            for name in names:
                note_miss(name)
        return nodes

    def inside(self, box: Element, *names: str) -> list[Element]:
        """Those of them that stand in `box`."""
        return [node for node in self.all(*names) if box in node.iterancestors()]

    def first(self, *names: str) -> Element | None:
        """The first element of the first name that the page has."""
        return next(iter(self.all(*names)), None)

    def text(self, *names: str) -> str:
        """The visible text of the first of these elements that has any."""
        return next((text for node in self.all(*names) if (text := text_of(node))), "")

    def meta(self, name: str) -> str:
        """The content of the first meta tag of this name or property; "" if there is none."""
        return attribute(self._metas.get(name), "content")

    @cached_property
    def _metas(self) -> dict[str, Element]:
        metas: dict[str, Element] = {}
        for node in self.root.iter("meta") if self.root is not None else ():
            name = node.get("property") or node.get("name")
            if name:
                metas.setdefault(name, node)
        return metas


def landmarks(
    root: Element | None, names: Collection[str], tags: Iterable[str] = ("div", "p", "span")
) -> Landmarks:
    """Walk over the tree once. names: what will be asked for; tags: where it may stand."""
    found: dict[str, list[Element]] = {mark: [] for _, mark in map(_split, names)}
    classes = {mark[1:]: nodes for mark, nodes in found.items() if mark[0] == "."}
    ids = {mark[1:]: nodes for mark, nodes in found.items() if mark[0] == "#"}
    for node in root.iter(*tags) if root is not None and found else ():
        tokens = node.get("class")
        if tokens in classes:
            classes[tokens].append(node)
        elif tokens and (" " in tokens or not tokens.isprintable()):
            for token in tokens.split():
                if token in classes:
                    classes[token].append(node)
        identifier = node.get("id")
        if identifier in ids:
            ids[identifier].append(node)
    return Landmarks(root, found)


@cache
def _split(name: str) -> tuple[str, str]:
    """Tag (or "") and "#id" or ".class". Names are constants of the page objects."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is no landmark: write #id, .class or tag.class")
    return match["tag"], match["mark"]
