"""A site's sitemap: one, an index of many, or what its robots.txt names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from attrs import define, evolve, field

from crawler.exceptions import SourceError
from crawler.pages.html import decode
from crawler.sources.base import Link, Source, SourcePage, request
from crawler.sources.xml.dates import read_date
from crawler.sources.xml.sitemaps import (
    SitemapContent,
    SitemapEntry,
    read_sitemap,
    sitemaps_in_robots,
)
from crawler.urls.parts import join_url

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

AT_ONCE = 5_000
"""Entries that make a page of the list; one of 50,000 is asked for ten times, if all are new."""
DEEPEST = 3
"""Indexes within indexes."""
MOST_WAITING = 2_000
_PLACE = "newsdesk_sitemap"
_ROBOTS = "/robots.txt"


@define(frozen=True, kw_only=True)
class _Sitemap:
    """One that is to be asked for. first: number of entries in it that were read before."""

    url: str
    changed_at: datetime | None
    depth: int
    first: int = 0


@define(frozen=True, kw_only=True)
class _Place:
    """Where a walk over sitemaps stands. seen: all that were met so far. rank: entries so far."""

    at: _Sitemap
    waiting: tuple[_Sitemap, ...] = ()
    seen: frozenset[str] = frozenset()
    rank: int = 0


@define(kw_only=True)
class Sitemap(Source):
    """The articles of a sitemap, the newest first.

    url: of a sitemap, an index of sitemaps or a robots.txt. where: regular expression that is
    searched for in the addresses of an index; only those are asked for. The sitemaps of an index
    are asked for in the order of their lastmod, and left when one shows nothing new.
    """

    kind: ClassVar[str] = "sitemap"

    url: str
    where: str = ""
    headers: Mapping[str, str] = field(factory=dict)
    zone: str = "Asia/Shanghai"

    def __attrs_post_init__(self) -> None:
        try:
            re.compile(self.where)
        except re.error as error:
            raise ValueError(
                f"{self.name}: where={self.where!r} is no regular expression: {error}"
            ) from None

    def first_request(self) -> Request:
        at = _Sitemap(url=self.url, changed_at=None, depth=0)
        return self._request(_Place(at=at, seen=frozenset({self.url})))

    def read(self, response: Response, page: int, now: datetime) -> SourcePage:
        place = self._place(response)
        content = self._content(response, place, now)
        shown = content.entries[place.at.first :]
        listing = SourcePage(found=[], problems=content.problems)
        for rank, entry in enumerate(shown, start=place.rank + 1):
            url = join_url(response.url, entry.url) or entry.url
            listing.found.append(
                Link(url=url, rank=rank, title=entry.title, published_at=entry.published_at)
            )
        waiting = [*self._rest(place, content), *place.waiting]
        waiting += self._children(content.children, place, response.url, listing.problems)
        # One that does not say when it was changed may have been changed just now.
        waiting.sort(key=lambda each: each.changed_at or now, reverse=True)
        seen = place.seen | {each.url for each in waiting}
        following = evolve(place, waiting=tuple(waiting), seen=seen, rank=place.rank + len(shown))
        listing.leads_on = not listing.found and bool(waiting)
        if not listing.found and not waiting and page == 1:
            raise SourceError(f"{response.url} lists nothing")
        if waiting:
            listing.next_request = self._next(following)
            listing.next_changed_at = waiting[0].changed_at
        return listing

    def beyond(self, request: Request) -> tuple[Request, datetime | None] | None:
        place = request.meta.get(_PLACE)
        if not isinstance(place, _Place) or not place.waiting:
            return None
        return self._next(place), place.waiting[0].changed_at

    def _next(self, place: _Place) -> Request:
        return self._request(evolve(place, at=place.waiting[0], waiting=place.waiting[1:]))

    def _request(self, place: _Place) -> Request:
        return request(place.at.url, headers=dict(self.headers), meta={_PLACE: place})

    def _place(self, response: Response) -> _Place:
        place = response.request.meta.get(_PLACE) if response.request is not None else None
        if isinstance(place, _Place):
            return place
        return _Place(at=_Sitemap(url=self.url, changed_at=None, depth=0))

    def _content(self, response: Response, place: _Place, now: datetime) -> SitemapContent:
        if urlsplit(response.url).path == _ROBOTS:
            named = sitemaps_in_robots(decode(response.body))
            if not named:
                raise SourceError(f"{response.url} names no sitemap")
            return SitemapContent(children=named)
        dated = lru_cache(maxsize=1024)(lambda text: read_date(text, now, self.zone))
        return read_sitemap(response.body, response.url, place.at.first + AT_ONCE, dated)

    def _rest(self, place: _Place, content: SitemapContent) -> list[_Sitemap]:
        """Returns the sitemap once more if it holds older entries, which the next page shows."""
        read = len(content.entries)
        if read >= content.number or read == place.at.first:
            return []
        last = content.entries[-1]
        return [evolve(place.at, first=read, changed_at=last.changed_at or last.published_at)]

    def _children(
        self, named: Iterable[SitemapEntry], place: _Place, base: str, problems: list[str]
    ) -> list[_Sitemap]:
        """Returns the sitemaps of an index that are to be asked for."""
        wanted: dict[str, _Sitemap] = {}
        for entry in named:
            url = join_url(base, entry.url) or entry.url
            if not url.startswith(("http://", "https://")):
                problems.append(f"{url[:100]!r} is no address of a sitemap")
            elif url in place.seen or url in wanted:
                problems.append(f"{url[:200]} is named again")
            elif re.search(self.where, url):
                wanted[url] = _Sitemap(
                    url=url, changed_at=entry.changed_at, depth=place.at.depth + 1
                )
        if wanted and place.at.depth >= DEEPEST:
            problems.append(f"{len(wanted)} sitemaps stand more than {DEEPEST} indexes deep")
            return []
        room = max(0, MOST_WAITING - len(place.waiting))
        if len(wanted) > room:
            problems.append(f"{len(wanted) - room} sitemaps over {MOST_WAITING:,}")
        return list(wanted.values())[:room]
