"""Reports what an error of our own would swallow, so that nothing asked for vanishes."""

from __future__ import annotations

from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.network.failures import Failure, report_of
from crawler.spiders.news import NewsSpider
from crawler.spiders.outputs import SpiderOutput
from pipelines.counting import counters
from pipelines.items import Article


class LostItemsExtension:
    """Reports articles over which a pipeline raised, and requests whose errback raised."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.item_error, signals.item_error)
        crawler.signals.connect(extension.spider_error, signals.spider_error)
        return extension

    async def item_error(self, item: object, failure: TwistedFailure) -> None:
        counters.ITEM_ERRORS.add(self._crawler.stats)
        if isinstance(item, Article):
            detail = f"pipeline: {type(failure.value).__name__}: {failure.value}"[:500]
            bug = Failure(reason="bug", detail=detail)
            await self._send(report_of(item.site, item.url, item.key, bug))

    async def spider_error(
        self, response: Response | TwistedFailure | None, spider: Spider
    ) -> None:
        request = getattr(response, "request", None)
        if not isinstance(request, Request) or not isinstance(spider, NewsSpider):
            return
        if "article" in request.cb_kwargs:
            bug = Failure(reason="bug", detail="the errback raised: see the log")
            for each in spider.reader.lost(request, bug, None):
                await self._send(each)

    async def _send(self, report: SpiderOutput) -> None:
        if self._crawler.engine is not None:
            await self._crawler.engine.scraper.start_itemproc_async(report, response=None)
