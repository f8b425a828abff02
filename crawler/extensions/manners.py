"""Tells manners what became of articles: walls that only a page object can see count, too."""

from __future__ import annotations

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.manners.keeper import manners_of
from crawler.middlewares.exceptions import Walled
from pipelines.items import Article, PageReport


class MannersExtension:
    """Three walls in a row in place of articles end the crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.item_seen, signals.item_scraped)
        crawler.signals.connect(extension.item_seen, signals.item_dropped)
        return extension

    def item_seen(self, item: object) -> None:
        manners = manners_of(self._crawler)
        if manners is None:
            return
        if isinstance(item, Article):
            manners.page_read(wall=False)
        elif isinstance(item, PageReport) and item.key and item.reason == Walled.reason:
            manners.page_read(wall=True)
