"""Tells manners what no middleware hears, or none in time.

An answer comes to the middlewares when the next request has left already, so a wish for a pause
is heard at Scrapy's signal before that. And walls that only a page object can see count, too.
"""

from __future__ import annotations

from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.manners.keeper import manners_of
from crawler.manners.retry_after import retry_after
from crawler.manners.robots import ITSELF
from crawler.network.exceptions import Walled
from pipelines.clock import now
from pipelines.items import Article, PageReport

THROTTLED = frozenset({429, 503})
RETRIES = 5
"""Of a request that the site wants later; each waits for as long as it was told."""


class MannersExtension:
    """Hears Retry-After, 429 and 503 at once; three walls in place of articles end the crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.response_downloaded, signals.response_downloaded)
        crawler.signals.connect(extension.item_seen, signals.item_scraped)
        crawler.signals.connect(extension.item_seen, signals.item_dropped)
        return extension

    def response_downloaded(self, response: Response, request: Request) -> None:
        manners = manners_of(self._crawler)
        seconds = retry_after(response, now()) if response.status >= 400 else None
        if manners is None or (seconds is None and response.status not in THROTTLED):
            return
        if (seconds is not None or response.status == 429) and ITSELF not in request.meta:
            request.meta["max_retry_times"] = RETRIES
        manners.throttled(response, seconds)

    def item_seen(self, item: object) -> None:
        manners = manners_of(self._crawler)
        if manners is None:
            return
        if isinstance(item, Article):
            manners.page_read(wall=False)
        elif isinstance(item, PageReport) and item.key and item.reason == Walled.reason:
            manners.page_read(wall=True)
