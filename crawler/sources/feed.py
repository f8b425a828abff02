"""A feed: RSS, Atom or JSON Feed, with links alone or with the whole texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define, field

from crawler.exceptions import SourceError
from crawler.network.cut_off import is_cut_off
from crawler.pages.entries.text import EntryText
from crawler.sources.base import MAX_ENTRIES, Link, Source, SourcePage, request
from crawler.sources.json.answers import mended, read_json
from crawler.sources.paging import filled, has_places
from crawler.sources.xml.dates import read_date
from crawler.sources.xml.feeds import FeedContent, FeedEntry, feed_of, read_feed

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

_FIRST = {"page": 1, "offset": 0}


@define(kw_only=True)
class Feed(Source):
    """The entries of a feed.

    url: its address, with `{page}` in it if the site gives older entries so (`?paged={page}`); a
    feed that names the next page itself is followed. full_text: its entries hold the whole
    articles, so their pages are not asked for; one without a text is.
    """

    kind: ClassVar[str] = "feed"

    url: str
    full_text: bool = False
    headers: Mapping[str, str] = field(factory=dict)
    zone: str = "Asia/Shanghai"

    def first_request(self) -> Request:
        return self._request(filled(self.url, _FIRST))

    def page_request(self, number: int) -> Request | None:
        if not has_places(self.url):
            return None
        return self._request(filled(self.url, {"page": number}))

    def read(self, response: Response, page: int, now: datetime) -> SourcePage:
        content, slips = _content(response)
        listing = SourcePage(found=[], problems=[*mended(slips), *content.problems])
        if is_cut_off(response):
            listing.problems.append("the connection ended before the feed did")
            self._distrust_last(content)
        first_rank = (page - 1) * len(content.entries) + 1
        for rank, entry in enumerate(content.entries, start=first_rank):
            self._read_entry(entry, rank, now, listing)
        if content.number > MAX_ENTRIES:
            listing.problems.append(f"{content.number - MAX_ENTRIES} entries over {MAX_ENTRIES}")
        if content.entries:
            listing.next_request = self._next(content, response, page)
        return listing

    def _next(self, content: FeedContent, response: Response, page: int) -> Request | None:
        following = content.next_url
        if following is None or following == response.url:
            return self.page_request(page + 1)
        return self._request(following) if following.startswith(("http:", "https:")) else None

    def _request(self, url: str) -> Request:
        return request(url, headers=dict(self.headers))

    def _read_entry(self, entry: FeedEntry, rank: int, now: datetime, listing: SourcePage) -> None:
        if not entry.url:
            listing.problems.append(f"entry {rank}: no link ({entry.title[:60]!r})")
            return
        printed = entry.published or entry.updated
        moment = read_date(printed, now, self.zone) if printed else None
        if printed and moment is None:
            listing.problems.append(f"entry {rank}: unreadable time {printed[:40]!r}")
        text = None
        if self.full_text and entry.html and moment is not None and entry.title:
            text = EntryText(
                html=entry.html,
                title=entry.title,
                published_at=moment,
                published=printed,
                updated_at=read_date(entry.updated, now, self.zone) if entry.updated else None,
                author=entry.author,
                keywords=entry.keywords,
            )
        listing.found.append(
            Link(
                url=entry.url,
                rank=rank,
                title=entry.title or None,
                published_at=moment,
                comment_count=entry.comments,
                text=text,
            )
        )

    @staticmethod
    def _distrust_last(content: FeedContent) -> None:
        if content.entries:
            content.entries[-1].html = ""  # it may be half of it


def _content(response: Response) -> tuple[FeedContent, Mapping[str, int]]:
    if response.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        data, slips = read_json(response)
        if not isinstance(data, dict):
            raise SourceError(f"{response.url} holds {type(data).__name__} instead of a JSON Feed")
        return feed_of(data, response.url, MAX_ENTRIES), slips
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return read_feed(response.body, response.url, MAX_ENTRIES, content_type), {}
