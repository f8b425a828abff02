"""Find everything that a page object needs by id and class, in one walk over the tree.

A class condition in XPath costs up to a millisecond on a portal's page; a walk that looks at
all names at once costs less than one of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from attrs import define, field

from crawler.pages.html import Element, attribute, text_of

_NAME = re.compile(r"(?P<tag>\w*)(?P<mark>[.#].+)")


@define(frozen=True)
class Landmarks:
    """Elements by "#id", ".class" or "tag.class", in document order; and the first meta tag of
    each name or property."""

    found: dict[str, list[Element]] = field(factory=dict)
    metas: dict[str, Element] = field(factory=dict)

    def all(self, *names: str) -> list[Element]:
        """All elements of these names, name by name."""
        return [
            node
            for tag, mark in map(_split, names)
            for node in self.found.get(mark, ())
            if not tag or node.tag == tag
        ]

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
        """The content of a meta tag by name or property; "" if there is none."""
        return attribute(self.metas.get(name), "content")


def landmarks(
    root: Element | None, names: Collection[str], tags: Iterable[str] = ("div", "p", "span")
) -> Landmarks:
    """Walk over the tree once. names: what will be asked for; tags: where it may stand."""
    if root is None:
        return Landmarks()
    marks = [_split(name)[1] for name in names]
    ids = {mark[1:]: mark for mark in marks if mark[0] == "#"}
    classes = {mark[1:]: mark for mark in marks if mark[0] == "."}
    found: dict[str, list[Element]] = {}
    metas: dict[str, Element] = {}
    for element in root.iter("meta", *tags):
        tokens = element.get("class")
        if tokens:
            for token in (tokens,) if tokens in classes else tokens.split():
                if token in classes:
                    found.setdefault(classes[token], []).append(element)
        identifier = element.get("id")
        if identifier in ids:
            found.setdefault(ids[identifier], []).append(element)
        elif element.tag == "meta":
            name = element.get("property") or element.get("name")
            if name:
                metas.setdefault(name, element)
    return Landmarks(found, metas)


@cache
def _split(name: str) -> tuple[str, str]:
    """Tag (or "") and "#id" or ".class". Names are constants of the page objects."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is no landmark: write #id, .class or tag.class")
    return match["tag"], match["mark"]
