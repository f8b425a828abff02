"""Finds on one page what the places of a TOML site name."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice

from attrs import define

from crawler.pages.html import (
    Element,
    attribute,
    find_all,
    note_miss,
    parse,
    raw_text,
    text_of,
    visible,
)
from crawler.pages.landmarks import Landmarks, landmarks
from crawler.toml_sites.places import MARK, Place, xpath_of

_LONGEST_JSON = 4_000_000
_MOST_SCRIPTS = 200
_MOST_VALUES = 1000
_MOST_OBJECTS = 200
_JSON_LD = "//script[@type='application/ld+json']"
_ABSENT = object()


@define(frozen=True)
class Value:
    """A value of a page. node: the element it stands in, if it does; raw: as it is written."""

    raw: str
    node: Element | None = None

    @property
    def text(self) -> str:
        """The value as one visible line."""
        return visible(self.raw)


class Tree:
    """A page. marks: the selectors that one walk over the tree is to find."""

    def __init__(self, root: Element | None, html: str, marks: Collection[str]) -> None:
        self._root = root
        self._html = html
        self._names = marks
        self._read: dict[str, object] = {}

    @cached_property
    def _marks(self) -> Landmarks:
        return landmarks(self._root, self._names, ())

    def elements(self, css: str, box: Element | None = None) -> list[Element]:
        """Returns the elements that a selector names, in the order of the page.

        box: those of the page in which it stands, if that is one of its own (HTML within JSON).
        """
        root = box.getroottree().getroot() if box is not None else self._root
        if root is not self._root:
            return find_all(root, xpath_of(css), name=css)
        if MARK.fullmatch(css) and css in self._names:
            return self._marks.all(css)
        return find_all(self._root, xpath_of(css), name=css)

    def boxes(self, css: str) -> list[Element]:
        """Returns the same; where a `textarea` holds HTML, which is text to it, a page of that."""
        found = (_held(node) if node.tag == "textarea" else node for node in self.elements(css))
        return [node for node in found if node is not None]

    def values(self, places: Sequence[Place]) -> Iterator[Value]:
        """Yields what stands at the places, place by place; nothing empty."""
        for place in places:
            for found in islice(self._at(place), _MOST_VALUES):
                if place.pattern is None:
                    if found.raw.strip():
                        yield found
                elif part := place.part_of(found.text.replace("\u3000", " ")):
                    yield Value(part, found.node)

    def first(self, places: Sequence[Place]) -> Value | None:
        """Returns the first value; None if no place has one."""
        return next(self.values(places), None)

    def text(self, places: Sequence[Place]) -> str:
        """Returns the first value's text; "" if no place has one."""
        return next((text for found in self.values(places) if (text := found.text)), "")

    def group(self, places: Sequence[Place]) -> list[Value]:
        """Returns all values of the first place that has any."""
        for place in places:
            found = [*self.values([place])]
            if found:
                return found
        return []

    def _at(self, place: Place) -> Iterator[Value]:
        if place.way == "css":
            if place.attribute is None:
                for node in self.boxes(place.where):
                    yield Value(text_of(node), node)
            else:
                for node in self.elements(place.where):
                    yield Value(node.get(place.attribute) or "", node)
        elif place.way == "meta":
            nodes = self._metas.get(place.where.strip().casefold(), ())
            if not nodes:
                note_miss(f"meta {place.where}")
            for node in nodes:
                yield Value(attribute(node, "content"))
        else:
            for data in self._data_of(place):
                yield from map(Value, _texts(data, place.path))

    @cached_property
    def _metas(self) -> dict[str, list[Element]]:
        """By name in small letters: some pages have `og:time ` with a blank."""
        found: dict[str, list[Element]] = {}
        for node in self._root.iter("meta") if self._root is not None else ():
            name = node.get("property") or node.get("name") or node.get("itemprop")
            if name:
                found.setdefault(name.strip().casefold(), []).append(node)
        return found

    def _data_of(self, place: Place) -> Sequence[object]:
        if place.way == "json_ld":
            return self._json_ld
        name = place.where if place.way == "script" else ""
        if name not in self._read:
            self._read[name] = self._script(name) if name else _json_at(self._html.lstrip())
        data = self._read[name]
        if data is _ABSENT:
            note_miss(f"script {name}" if name and name[0] not in "#." else name or "JSON")
        return () if data is _ABSENT else (data,)

    @cached_property
    def _json_ld(self) -> list[object]:
        """All objects of the page's JSON-LD, articles first."""
        found: list[dict[str, object]] = []
        for script in islice(find_all(self._root, _JSON_LD), _MOST_SCRIPTS):
            found += islice(_objects(_json_at(raw_text(script).strip())), _MOST_OBJECTS)
        return [*sorted(found, key=lambda each: "Article" not in str(each.get("@type")))]

    def _script(self, name: str) -> object:
        if name[0] in "#.":
            nodes = find_all(self._root, xpath_of(name), name=name)
            return next((_json_at(raw_text(node).strip()) for node in nodes), _ABSENT)
        assigned = re.compile(
            rf"(?<![\w$.])(?:window\.|self\.)?{re.escape(name)}[\"'\]]{{0,2}}\s{{0,9}}+=\s{{0,9}}+"
        )
        match = assigned.search(self._html)
        return _json_at(self._html[match.end() : match.end() + _LONGEST_JSON]) if match else _ABSENT


def _held(textarea: Element) -> Element | None:
    text = raw_text(textarea).strip()
    return parse(text) if text else None


def _json_at(text: str) -> object:
    """Returns the JSON with which a text begins, whatever stands behind it."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(text[:_LONGEST_JSON])[0]
    except (ValueError, RecursionError):
        return _ABSENT


def _objects(data: object) -> Iterator[dict[str, object]]:
    if isinstance(data, dict):
        yield data
        data = data.get("@graph")
    if isinstance(data, list):
        yield from (each for each in data if isinstance(each, dict))


def _texts(data: object, path: Sequence[str]) -> Iterator[str]:
    """Yields the texts and numbers at the end of a way through JSON."""
    if path:
        step = path[0]
        for each in _members(data, step):
            # author.name, where there are several authors: the step is that of each.
            stays = isinstance(data, list) and step != "*" and not step.isdigit()
            yield from _texts(each, path if stays else path[1:])
    elif isinstance(data, list):
        yield from (each for each in data if isinstance(each, str))
    elif isinstance(data, str):
        yield data
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield str(data)


def _members(data: object, step: str) -> Iterable[object]:
    """What a step leads to: a member, one of a list, or each of it."""
    if isinstance(data, dict):
        if step == "*":
            return data.values()
        return [data[step]] if step in data else []
    if isinstance(data, list):
        return data[int(step) : int(step) + 1] if step.isdigit() else data
    return []
