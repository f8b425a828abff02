"""The requests of a JSON list: by GET, or by POST with JSON or a form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from attrs import define, field

from crawler.sources.base import request
from crawler.sources.json.answers import time_of
from crawler.sources.json.paths import value_at
from crawler.sources.paging import Pages, has_places

if TYPE_CHECKING:
    from scrapy import Request

_PER_SECOND = {"s": 1, "ms": 1000}
PLACE = re.compile(r"\{([^{}]{1,100})\}")


@define(frozen=True, kw_only=True)
class Asking:
    """How the pages of a list are asked for.

    pages: their addresses. body: JSON to be posted. form: fields to be posted. cursor: further
    places to be filled, by name: the way to the value in the answer before.
    """

    pages: Pages
    headers: Mapping[str, str] = field(factory=dict)
    body: Mapping[str, object] = field(factory=dict)
    form: Mapping[str, str] = field(factory=dict)
    cursor: Mapping[str, str] = field(factory=dict)

    @property
    def goes_by_number(self) -> bool:
        """Whether any page can be asked for by its number."""
        asked = json.dumps([self.pages.url, dict(self.body), dict(self.form)])
        return not self.cursor and has_places(asked)

    def check(self) -> None:
        """Refuse a declaration that cannot be carried out.

        Raises:
            ValueError: says what is missing.
        """
        if self.body and self.form:
            raise ValueError("both body and form: a request has one of them")
        texts = [self.pages.url, *_texts(self.body), *_texts(self.form)]
        places = {place for text in texts for place in PLACE.findall(text)}
        self.pages.check(texts)
        for place in sorted(places - {"page", "offset"} - set(self.cursor)):
            raise ValueError(f"{{{place}}} has no value: cursor says where it stands")

    def request(self, number: int, cursor: Mapping[str, object]) -> Request:
        """Returns the request for page `number`, of which the answer before said `cursor`."""
        values = {**self.pages.values(number), **cursor}
        url = self.pages.address(number)
        url = PLACE.sub(lambda place: _quoted(place, values), url)
        headers = dict(self.headers)
        if self.body:
            body = json.dumps(_filled(self.body, values), ensure_ascii=False).encode()
            headers = {"Content-Type": "application/json", **headers}
            return request(url, method="POST", body=body, headers=headers)
        if self.form:
            fields = {name: str(_filled(text, values)) for name, text in self.form.items()}
            headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
            return request(url, method="POST", body=urlencode(fields), headers=headers)
        return request(url, headers=headers)

    def cursor_in(self, data: object, now: datetime, zone: str) -> dict[str, object] | None:
        """Returns what an answer says of the page after it; None if it says nothing.

        A way may end in `:ms` or `:s` where a time is to be sent as a number.
        """
        found: dict[str, object] = {}
        for name, written in self.cursor.items():
            way, _, unit = written.partition(":")
            value = value_at(data, way)
            if unit:
                time = time_of(value, now, zone)
                value = round(time.moment.timestamp() * _PER_SECOND[unit]) if time else None
            if value in (None, "") or not isinstance(value, str | int | float):
                return None
            found[name] = value
        return found


def address_in(entry: object, template: str) -> str | None:
    """Returns an address made of an entry's fields: `https://{host}/article/{aid}`.

    None: one of them is missing.
    """
    values: dict[str, object] = {}
    for way in PLACE.findall(template):
        value = value_at(entry, way)
        if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
            return None
        values[way] = value
    return PLACE.sub(lambda place: quote(str(values[place[1]]).strip(), safe="/"), template)


def _quoted(place: re.Match[str], values: Mapping[str, object]) -> str:
    value = values.get(place[1])
    return place[0] if value is None else quote(str(value), safe="")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _filled(value: object, values: Mapping[str, object]) -> object:
    """A value with its places filled; one that is a place and nothing else keeps its type."""
    if isinstance(value, str):
        alone = PLACE.fullmatch(value)
        if alone is not None and alone[1] in values:
            return values[alone[1]]
        return PLACE.sub(lambda place: str(values.get(place[1], place[0])), value)
    if isinstance(value, Mapping):
        return {name: _filled(each, values) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(each, values) for each in value]
    return value
