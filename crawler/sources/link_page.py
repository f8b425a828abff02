"""A page on which articles are linked anywhere: a home page, a channel's front page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from attrs import define

from crawler.exceptions import SourceError
from crawler.pages.html import find_all, text_of
from crawler.sources.base import Link, Source, SourcePage, request
from crawler.sources.html import address_of, base_of, tree_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

MAX_LINKS = 5000
"""More links than any front page has; what comes after them is reported as a problem."""


@define(kw_only=True)
class LinkPage(Source):
    """Takes every link of one page; the site's URL rules tell the articles among them.

    Nothing depends on the page's markup, and nothing inside HTML comments is read. An address
    counts once, at its first place, with the first text that any of its links has.
    """

    kind: ClassVar[str] = "links"

    url: str
    max_pages: int = 1

    def first_request(self) -> Request:
        return request(self.url)

    def read(self, response: Response, page: int, now: datetime) -> SourcePage:
        root = tree_of(response)
        base = base_of(root, response)
        titles: dict[str, str] = {}
        links = find_all(root, "//a[@href]")
        for link in links[:MAX_LINKS]:
            address = address_of(link, base)
            if address is not None:
                titles[address] = titles.get(address) or text_of(link)
        if not titles:
            raise SourceError(f"{response.url} holds no links")
        left_out = len(links) - MAX_LINKS
        return SourcePage(
            found=[
                Link(url=url, rank=rank, title=title or None)
                for rank, (url, title) in enumerate(titles.items(), start=1)
            ],
            problems=[f"{left_out} links after the first {MAX_LINKS}"] if left_out > 0 else [],
        )
