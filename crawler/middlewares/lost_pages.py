"""A callback that raises loses its page; here the spider says which, so that none is lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from crawler.spiders.articles import ArticleSpider, Outcome


class LostPagesMiddleware:
    """Spider middleware: turns an error in a callback into a report (and a logged traceback)."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_spider_exception(
        self, response: Response, exception: Exception
    ) -> Iterable[Outcome] | None:
        spider = self.crawler.spider
        if isinstance(exception, CloseSpider) or not isinstance(spider, ArticleSpider):
            return None
        return list(spider.lost(response.request, exception, response))
