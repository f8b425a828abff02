"""A list of articles as a web page, newest first, page after page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from crawler.exceptions import SourceError
from crawler.pages.html import Element, text_of
from crawler.sources.base import MAX_ENTRIES, Link, Source, SourcePage, request
from crawler.sources.html import (
    address_of,
    base_of,
    number_of,
    printed_time,
    select,
    select_one,
    tree_of,
)
from crawler.sources.paging import Pages, has_places

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


@define(kw_only=True)
class ListPage(Source):
    """Entries declared by CSS selectors.

    url, first, number_from, page_size: as of `Pages`. entry: one element per article. link, time,
    comments, reads: within an entry; all but the link may be missing on the page.
    """

    kind: ClassVar[str] = "pages"
    selectors: ClassVar[tuple[str, ...]] = ("entry", "link", "time", "comments", "reads")

    url: str
    entry: str
    link: str = "a"
    time: str | None = None
    comments: str | None = None
    reads: str | None = None
    first: str | None = None
    number_from: int = 1
    page_size: int = 0
    zone: str = "Asia/Shanghai"

    def __attrs_post_init__(self) -> None:
        try:
            self._pages.check([self.url])
        except ValueError as error:
            raise ValueError(f"{self.name}: {error}") from None

    def first_request(self) -> Request:
        return self._request(1)

    def page_request(self, number: int) -> Request | None:
        return self._request(number) if has_places(self.url) else None

    def read(self, response: Response, page: int, now: datetime) -> SourcePage:
        root = tree_of(response)
        entries = select(root, self.entry)
        if not entries and page == 1:
            raise SourceError(f"{response.url} holds no {self.entry!r}: has the page changed?")
        base, first_rank = base_of(root, response), (page - 1) * len(entries) + 1
        listing = SourcePage(found=[])
        for rank, entry in enumerate(entries[:MAX_ENTRIES], start=first_rank):
            self._read_entry(entry, rank, base, now, listing)
        if len(entries) > MAX_ENTRIES:
            listing.problems.append(f"{len(entries) - MAX_ENTRIES} entries over {MAX_ENTRIES}")
        if entries:
            listing.next_request = self.page_request(page + 1)
        return listing

    def _request(self, page: int) -> Request:
        return request(self._pages.address(page))

    @property
    def _pages(self) -> Pages:
        return Pages(
            url=self.url,
            first=self.first,
            number_from=self.number_from,
            page_size=self.page_size,
        )

    def _read_entry(
        self, entry: Element, rank: int, base: str, now: datetime, listing: SourcePage
    ) -> None:
        link = select_one(entry, self.link)
        address = address_of(link, base)
        if address is None:
            listing.problems.append(f"entry {rank}: no link ({text_of(entry)[:60]!r})")
            return
        printed = text_of(select_one(entry, self.time))
        time = printed_time(printed, now, self.zone)
        if printed and time is None:
            listing.problems.append(f"entry {rank}: unreadable time {printed[:40]!r}")
        found = Link(
            url=address,
            rank=rank,
            title=text_of(link) or None,
            published_at=time.moment if time and not time.date_only else None,
            comment_count=number_of(text_of(select_one(entry, self.comments))),
            read_count=number_of(text_of(select_one(entry, self.reads))),
        )
        listing.found.append(found)
