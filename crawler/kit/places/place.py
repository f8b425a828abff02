"""A place on the pages of a site: a selector, and what it gives on a page."""

from __future__ import annotations

from functools import lru_cache

from attrs import define
from parsel import css2xpath

from crawler.kit.embedded import value_at
from crawler.kit.page import Page
from crawler.pages.html import Element, attribute, find_all, text_of

MOST_NODES = 50
"""Of a page that a selector gives: what stands more often is no field."""


@define(frozen=True, kw_only=True)
class Place:
    """css: a selector; attribute: where the value is no text. script and path: data in a script."""

    css: str = ""
    attribute: str = ""
    script: str = ""
    path: str = ""

    def __str__(self) -> str:
        if self.script:
            return f"{self.script} {self.path}"
        return f"{self.css}@{self.attribute}" if self.attribute else self.css

    def elements(self, page: Page) -> list[Element]:
        """What the selector gives, in the order of the page."""
        return select(page.root, self.css)[:MOST_NODES] if self.css else []

    def values(self, page: Page) -> list[str]:
        """What stands there, one visible line each."""
        if self.script:
            found = value_at(page.data.get(self.script), self.path.split("."))
            return [found] if found else []
        if self.attribute:
            return [attribute(node, self.attribute) for node in self.elements(page)]
        return [text_of(node) for node in self.elements(page)]


def select(node: Element | None, css: str) -> list[Element]:
    """Elements below `node` that a CSS selector gives."""
    return find_all(node, _xpath(css))


@lru_cache(maxsize=2048)
def _xpath(css: str) -> str:
    return css2xpath(css)
