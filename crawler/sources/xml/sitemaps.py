"""Sitemaps, news sitemaps, their indexes, and the lines of robots.txt that name them.

A sitemap has up to 50,000 entries: they are read one after another, and only those that are asked
for are kept.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO

from attrs import define, field
from lxml import etree

from crawler.exceptions import SourceError
from crawler.pages.html import Element, visible
from crawler.pages.times import date_of_url
from crawler.sources.xml.document import (
    in_words,
    local_name,
    mended_text,
    plain_utf8,
    without_doctype,
)

MOST_ENTRIES = 100_000
"""Twice as many as a sitemap may have."""
_MOST_UNREADABLE = 1_000
"""Times after which nothing in a sitemap is taken for one any more."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = frozenset({"urlset", "sitemapindex"})
_ROBOTS_LINE = re.compile(r"^[ \t]{0,9}sitemap[ \t]{0,9}:[ \t]{0,9}(\S{1,2000})", re.I | re.M)
Dated = Callable[[str], datetime | None]


@define(frozen=True, kw_only=True)
class SitemapEntry:
    """An entry. changed_at: its lastmod. published_at, title: of a news sitemap."""

    url: str
    changed_at: datetime | None = None
    published_at: datetime | None = None
    title: str | None = None

    @property
    def order(self) -> datetime:
        """When it was last new, by what it says or by the day in its address."""
        moment = self.changed_at or self.published_at
        day = date_of_url(self.url) if moment is None else None
        day_at = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else LONG_AGO
        return moment or day_at


@define(kw_only=True)
class SitemapContent:
    """What a sitemap holds: articles, or other sitemaps. number: of all articles in it."""

    entries: list[SitemapEntry] = field(factory=list)
    children: list[SitemapEntry] = field(factory=list)
    number: int = 0
    problems: list[str] = field(factory=list)


def sitemaps_in_robots(text: str) -> list[SitemapEntry]:
    """The sitemaps that a robots.txt names."""
    return [SitemapEntry(url=url) for url in dict.fromkeys(_ROBOTS_LINE.findall(text))]


def read_sitemap(body: bytes, url: str, newest: int, dated: Dated) -> SitemapContent:
    """The newest entries of a sitemap, the newest first, or all the sitemaps of an index.

    dated: what a date in it means.

    Raises:
        SourceError: it is none.
    """
    text = without_doctype(plain_utf8(body, url), url)
    reading = _Reading(url=url, dated=dated)
    try:
        return reading.run(text.lstrip(), newest)
    except etree.XMLSyntaxError as error:
        slip = f"mended XML: {in_words(error)}"
    reading = _Reading(url=url, dated=dated, problems=[slip])
    try:
        return reading.run(mended_text(text.lstrip()), newest, recover=True)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"{url} answered no XML: {in_words(error)}") from None


@define(kw_only=True)
class _Reading:
    url: str
    dated: Dated
    problems: list[str] = field(factory=list)
    children: list[SitemapEntry] = field(factory=list)
    number: int = 0
    without_address: int = 0
    unreadable: str = ""
    unreadable_times: int = 0

    def run(self, text: bytes, newest: int, *, recover: bool = False) -> SitemapContent:
        nodes = etree.iterparse(
            BytesIO(text),
            events=("end",),
            tag=("{*}url", "{*}sitemap"),
            recover=recover,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        )
        found = heapq.nlargest(newest, self._entries(nodes), key=lambda entry: entry.order)
        root = nodes.root
        name = local_name(root) if isinstance(root, Element) else ""
        if name not in _KINDS:
            what = f"<{name[:40]}>" if name else "no XML"
            raise SourceError(f"{self.url} holds {what} instead of a sitemap")
        self._name_problems()
        return SitemapContent(
            entries=found, children=self.children, number=self.number, problems=self.problems
        )

    def _entries(self, nodes: Iterable[tuple[str, Element]]) -> Iterator[SitemapEntry]:
        for _, node in nodes:
            name, entry = local_name(node), self._entry(node)
            _forget(node)
            if entry is None:
                self.without_address += 1
            elif name == "sitemap":
                self.children.append(entry)
            else:
                self.number += 1
                if self.number <= MOST_ENTRIES:
                    yield entry

    def _entry(self, node: Element) -> SitemapEntry | None:
        texts: dict[str, str] = {}
        for child in node:
            for each in child if local_name(child) == "news" else (child,):
                texts.setdefault(local_name(each), (each.text or "").strip())
        address = texts.get("loc")
        if not address:
            return None
        return SitemapEntry(
            url=address,
            changed_at=self._moment(texts.get("lastmod")),
            published_at=self._moment(texts.get("publication_date")),
            title=visible(texts.get("title", ""))[:500] or None,
        )

    def _moment(self, text: str | None) -> datetime | None:
        if not text or self.unreadable_times >= _MOST_UNREADABLE:
            return None
        moment = self.dated(text)
        if moment is None:
            self.unreadable_times += 1
            self.unreadable = self.unreadable or text[:40]
        return moment

    def _name_problems(self) -> None:
        if self.without_address:
            self.problems.append(f"entries without an address: {self.without_address}")
        if self.unreadable_times:
            first = f"the first is {self.unreadable!r}"
            self.problems.append(f"unreadable times: {self.unreadable_times}, {first}")
        if self.number > MOST_ENTRIES:
            self.problems.append(f"{self.number - MOST_ENTRIES} entries over {MOST_ENTRIES:,}")


def _forget(node: Element) -> None:
    """Drop an element that was read, and what stands before it."""
    node.clear()
    parent = node.getparent()
    while parent is not None and node.getprevious() is not None:
        del parent[0]
