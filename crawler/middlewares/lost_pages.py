"""Reports the page over which a callback raised, so that no page is lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from crawler.spiders.news import NewsSpider
from crawler.spiders.outputs import SpiderOutput


class LostPagesMiddleware:
    """Turns an error in a callback into a report and a logged traceback."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_spider_exception(
        self, response: Response, exception: Exception
    ) -> Iterable[SpiderOutput] | None:
        spider = self.crawler.spider
        if isinstance(exception, CloseSpider) or not isinstance(spider, NewsSpider):
            return None
        return list(spider.lost(response.request, exception, response))
