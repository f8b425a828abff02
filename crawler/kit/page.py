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

from crawler.exceptions import PageError
from crawler.kit.embedded import embedded_data
from crawler.pages.budget import read_within_budget
from crawler.pages.generic import GenericPage
from crawler.pages.html import Element, decode, parse, raw_text
from crawler.urls.parts import join_url
from pipelines.items import Article

_GAPS = re.compile(r"[\s\u200b\ufeff]+")


@define(frozen=True, kw_only=True, slots=False, eq=False)
class Page:
    """One answer. headers: as sent, names in title case."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(factory=dict)
    status: int = 200

    @cached_property
    def text(self) -> str:
        return decode(self.body, self.headers.get("Content-Type"))

    @property
    def is_robots(self) -> bool:
        """Whether it is a robots.txt."""
        return urlsplit(self.url).path == "/robots.txt"

    @cached_property
    def root(self) -> Element | None:
        """The tree, or None for what is no page of HTML, or a monstrous one."""
        if self.is_robots:
            return None
        try:
            return parse(self.text)
        except PageError:
            return None

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
        """What its scripts carry, by name."""
        return embedded_data(self.root)

    @cached_property
    def squeezed(self) -> str:
        """All visible text without any white space."""
        return squeeze(raw_text(self.root)) if self.root is not None else ""

    def address(self, link: str) -> str | None:
        """Where a link on it leads, absolute."""
        joined = join_url(self.url, link.strip())
        return joined.partition("#")[0] if joined else None

    def read_without_rules(self) -> Article:
        """The article as a site without rules would give it.

        Raises:
            PageError: it holds none.
        """
        response = web_poet.HttpResponse(self.url, body=self.body, headers=dict(self.headers))
        return read_within_budget(GenericPage(response=response))[0]


def squeeze(text: str) -> str:
    """A text without any white space, for comparing what is set in different ways."""
    return _GAPS.sub("", text)
