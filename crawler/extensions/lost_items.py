"""Nothing that was asked for vanishes: what an error swallowed is counted and reported."""

from __future__ import annotations

from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.network.failures import Setback, report_of
from crawler.spiders.articles import ArticleSpider, Outcome
from pipelines.items import Article


class LostItemsExtension:
    """Reports an article that a pipeline broke on, and a request whose errback broke."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.item_error, signals.item_error)
        crawler.signals.connect(extension.spider_error, signals.spider_error)
        return extension

    async def item_error(self, item: object, failure: Failure) -> None:
        self._crawler.stats.inc_value("item_error_count")
        if isinstance(item, Article):
            detail = f"pipeline: {type(failure.value).__name__}: {failure.value}"[:500]
            setback = Setback(reason="bug", detail=detail)
            await self._send(report_of(item.site, item.url, item.key, setback))

    async def spider_error(self, response: Response | Failure | None, spider: Spider) -> None:
        request = getattr(response, "request", None)
        if isinstance(request, Request) and isinstance(spider, ArticleSpider):
            article = request.cb_kwargs.get("article")
            if article is not None:
                setback = Setback(reason="bug", detail="the errback raised: see the log")
                report = spider.report(article, setback)
                for each in spider.settled(report, request.cb_kwargs["shells"]):
                    await self._send(each)

    async def _send(self, report: Outcome) -> None:
        if self._crawler.engine is not None:
            await self._crawler.engine.scraper.start_itemproc_async(report, response=None)
