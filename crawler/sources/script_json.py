"""A list that stands as JSON in a web page: what its scripts show, before they do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from crawler.exceptions import SourceError
from crawler.pages.html import decode, raw_text
from crawler.sources.html import select_one, tree_of
from crawler.sources.json.answers import MAX_BYTES, loads, read_json
from crawler.sources.json.paths import value_at
from crawler.sources.json.scripts import props_of, value_of
from crawler.sources.json_items import JsonItems

if TYPE_CHECKING:
    from scrapy.http import Response


@define(kw_only=True)
class ScriptJson(JsonItems):
    """Entries of a JSON array in a page's script or in an attribute.

    variable: "allData", "window.DATA": what a script assigns. element: CSS selector of the element
    that holds the JSON ("#__NEXT_DATA__"), or of the one with the variable's script, or with the
    attribute. attribute: of that element; astro: each value in it is written as [kind, value].
    later: the pages after the first are JSON of their own, and this is the way in them to what the
    variable holds on the first.
    """

    kind: ClassVar[str] = "script-json"

    variable: str | None = None
    element: str | None = None
    attribute: str | None = None
    astro: bool = False
    later: str | None = None

    def __attrs_post_init__(self) -> None:
        JsonItems.__attrs_post_init__(self)
        if self.variable is None and self.element is None:
            raise ValueError(f"{self.name}: name the variable or the element that holds the JSON")

    def data_in(self, response: Response, page: int) -> tuple[object, Mapping[str, int]]:
        if page > 1 and self.later is not None:
            data, slips = read_json(response)
            return value_at(data, self.later), slips
        if len(response.body) > MAX_BYTES:
            raise SourceError(f"{response.url} answered {len(response.body)} bytes")
        text = self._text(response)
        if self.variable is not None:
            return value_of(text, self.variable, response.url)
        data, slips = loads(text, response.url)
        if not self.astro:
            return data, slips
        try:
            return props_of(data), slips
        except ValueError as error:
            raise SourceError(f"{response.url} holds props that are none: {error}") from None

    def _text(self, response: Response) -> str:
        if self.element is None:
            content_type = response.headers.get("Content-Type") or b""
            return decode(response.body, content_type.decode("latin-1"))
        node = select_one(tree_of(response), self.element)
        if node is None:
            raise SourceError(f"{response.url} holds no {self.element!r}: has the page changed?")
        if self.attribute is None:
            return raw_text(node)
        return node.get(self.attribute) or ""
