"""Find everything that a page object needs by id and class, in one walk over the tree.

A class condition in XPath costs up to a millisecond on a portal's page; a walk that looks at
all names at once costs less than one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from attrs import define, field

from crawler.pages.html import Element, text_of, visible


@define(frozen=True)
class Landmarks:
    """Elements by "#id" and ".class", in document order; and the contents of the meta tags."""

    found: dict[str, list[Element]] = field(factory=dict)
    metas: dict[str, str] = field(factory=dict)

    def all(self, name: str) -> list[Element]:
        """All elements of this name."""
        return self.found.get(name, [])

    def first(self, *names: str) -> Element | None:
        """The first element of the first name that the page has."""
        return next((self.found[name][0] for name in names if name in self.found), None)

    def text(self, *names: str) -> str:
        """The visible text of the first of these elements that has any."""
        texts = (text_of(node) for name in names for node in self.all(name))
        return next((text for text in texts if text), "")

    def meta(self, name: str) -> str:
        """The content of a meta tag by name or property; "" if there is none."""
        return self.metas.get(name, "")


def landmarks(
    root: Element | None, names: Collection[str], tags: Iterable[str] = ("div", "p", "span")
) -> Landmarks:
    """Walk over the tree once. names: "#id" or ".class"; tags: where these names may stand."""
    if root is None:
        return Landmarks()
    ids = {name[1:]: name for name in names if name[0] == "#"}
    classes = {name[1:]: name for name in names if name[0] == "."}
    found: dict[str, list[Element]] = {}
    metas: dict[str, str] = {}
    for element in root.iter("meta", *tags):
        if element.tag == "meta":
            name = element.get("property") or element.get("name")
            if name:
                metas.setdefault(name, visible(element.get("content") or ""))
            continue
        identifier, tokens = element.get("id"), element.get("class")
        if identifier in ids:
            found.setdefault(ids[identifier], []).append(element)
        if tokens:
            for token in tokens.split():
                if token in classes:
                    found.setdefault(classes[token], []).append(element)
    return Landmarks(found, metas)
