"""A page that was fetched, as the kit looks at it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from urllib.parse import urlsplit

import web_poet
from attrs import define, field

from crawler.exceptions import PageError, SourceError
from crawler.kit.embedded import embedded_data
from crawler.pages.budget import read_within_budget
from crawler.pages.generic import GenericPage
from crawler.pages.html import Element, decode, parse, visible
from crawler.pages.times import parse_time
from crawler.sources.json.answers import loads
from crawler.urls.parts import join_url
from pipelines.items import Article

_LONGEST_TIME = 40
_STAMP = re.compile(r"1\d{9}(?:\d{3})?")
_JSON = re.compile(r"[\s;]{0,9}(?:[\w$.]{1,60}\s{0,3}\(\s{0,3})?[\[{]")
_MOST_ELEMENTS = 50_000
"""Of a page that is looked at: large home pages have ten thousand."""
_GAPS = re.compile(r"[\s\u200b\ufeff]+")


@define(frozen=True, kw_only=True, slots=False, eq=False)
class Page:
    """One answer. headers: as sent, names in title case. posted: what was sent for it by POST."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(factory=dict)
    status: int = 200
    posted: str | None = None

    @cached_property
    def text(self) -> str:
        return decode(self.body, self.headers.get("Content-Type"))

    @property
    def is_robots(self) -> bool:
        """Whether it is a robots.txt."""
        return urlsplit(self.url).path == "/robots.txt"

    @cached_property
    def is_json(self) -> bool:
        """Whether it is an answer for scripts, be it within a call: `callback({...})`."""
        return bool(_JSON.match(self.text[:200]))

    @cached_property
    def root(self) -> Element | None:
        """The tree, or None for what is no page of HTML, or a monstrous one."""
        if self.is_robots or self.is_json:
            return None
        try:
            root = parse(self.text)
        except PageError:
            return None
        is_usual = root is not None and sum(1 for _ in root.iter()) <= _MOST_ELEMENTS
        return root if is_usual else None

    @cached_property
    def fetched_at(self) -> datetime | None:
        """When the server sent it; relative times refer to it."""
        try:
            moment = parsedate_to_datetime(self.headers.get("Date") or "")
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    @cached_property
    def data(self) -> dict[str, object]:
        """What its scripts carry, by name; of JSON all of it, under ""."""
        if not self.is_json:
            return embedded_data(self.root)
        try:
            return {"": loads(self.text, self.url)[0]}
        except SourceError:
            return {}

    def address(self, link: str) -> str | None:
        """Where a link on it leads, absolute."""
        if link not in self._addresses:
            joined = join_url(self.url, link.strip())
            self._addresses[link] = joined.partition("#")[0] if joined else None
        return self._addresses[link]

    @cached_property
    def _addresses(self) -> dict[str, str | None]:
        """Links that were asked for: as many as the page has."""
        return {}

    def is_time(self, text: str) -> bool:
        """Whether a text is a time and little else."""
        if not 0 < len(text) <= _LONGEST_TIME:
            return False
        if text not in self._times:
            self._times[text] = parse_moment(text, self.fetched_at) is not None
        return self._times[text]

    @cached_property
    def _times(self) -> dict[str, bool]:
        return {}

    def read_without_rules(self) -> Article:
        """The article as a site without rules would give it.

        Raises:
            PageError: it holds none.
        """
        response = web_poet.HttpResponse(self.url, body=self.body, headers=dict(self.headers))
        return read_within_budget(GenericPage(response=response))[0]


def parse_moment(text: str, seen_at: datetime | None) -> datetime | None:
    """The moment that a text prints, or states in seconds or milliseconds since 1970."""
    if _STAMP.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    try:
        found = parse_time(text, reference=seen_at)
    except ValueError:
        return None
    return found.moment if found else None


def short_text(node: Element, longest: int) -> str:
    """The text of an element as one visible line; nothing for one that is longer."""
    pieces: list[str] = []
    length = 0
    for piece in node.itertext():
        length += len(piece.strip())
        if length > longest:
            return ""
        pieces.append(piece)
    return visible("".join(pieces))


def squeeze(text: str) -> str:
    """A text without any white space, for comparing what is set in different ways."""
    return _GAPS.sub("", text)
