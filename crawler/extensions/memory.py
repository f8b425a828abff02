"""Gives the spider its memory: what MongoDB knows of the site's articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.exceptions import MemoryUnavailable
from crawler.spiders.base import NewsSpider
from crawler.urls import ArticleUrl
from pipelines.clock import now
from pipelines.config import load_settings
from pipelines.storage.exceptions import StorageError
from pipelines.storage.session import StorageSession, session_for
from pipelines.storage.urls import UrlRepository


class DatabaseMemory:
    """`crawler.memory.Memory` over the collection `urls`."""

    def __init__(self, site: str, session: StorageSession) -> None:
        self._site = site
        self._session = session

    async def to_fetch(self, articles: Sequence[ArticleUrl]) -> set[str]:
        asked = {article.id: article.url for article in articles}
        try:
            return await self._session.run(
                lambda database: UrlRepository(database).to_fetch(self._site, asked, now())
            )
        except StorageError as error:
            raise MemoryUnavailable(str(error)) from error


class MemoryExtension:
    """Shares the store's connection. While MongoDB is away lists are given up, not fetched anew."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        if isinstance(spider, NewsSpider):
            session = session_for(self._crawler, load_settings())
            spider.memory = DatabaseMemory(spider.site.key, session)
