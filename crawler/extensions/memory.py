"""Gives the spider its memory: what MongoDB knows of the site's articles."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Self, TypeVar

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.exceptions import MemoryUnavailable
from crawler.spiders.base import NewsSpider
from crawler.urls import ArticleUrl
from pipelines.clock import now
from pipelines.config import load_settings
from pipelines.items import PageReport
from pipelines.storage.exceptions import StorageError
from pipelines.storage.session import Operation, StorageSession, session_for
from pipelines.storage.urls import UrlRepository
from pipelines.storage.walks import WalkRepository

T = TypeVar("T")
logger = logging.getLogger(__name__)


class DatabaseMemory:
    """`crawler.memory.Memory` over the collections `urls` and `walks`."""

    def __init__(self, site: str, session: StorageSession) -> None:
        self._site = site
        self._session = session
        self._begun: dict[str, datetime] = {}

    async def to_fetch(self, articles: Sequence[ArticleUrl]) -> set[str]:
        asked = {article.id: article.url for article in articles}
        return await self._ask(
            lambda database: UrlRepository(database).to_fetch(self._site, asked, now())
        )

    async def begin_walk(self, source: str) -> datetime | None:
        begun = self._begun[source] = now()
        return await self._ask(
            lambda database: WalkRepository(database).begin(self._site, source, begun)
        )

    async def end_walks(self, sources: Sequence[str]) -> None:
        begun = {source: self._begun[source] for source in sources}
        await self._ask(lambda database: WalkRepository(database).end(self._site, begun, now()))

    async def looked_at(self, articles: Sequence[str], since: datetime) -> bool:
        return await self._ask(lambda database: UrlRepository(database).looked_at(articles, since))

    async def _ask(self, question: Operation[T]) -> T:
        try:
            return await self._session.run(question)
        except StorageError as error:
            raise MemoryUnavailable(str(error)) from error


class MemoryExtension:
    """Shares the store's connection. While MongoDB is away lists are given up, not fetched anew."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = session_for(crawler, load_settings())

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.item_scraped, signals.item_scraped)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        if isinstance(spider, NewsSpider):
            spider.memory = DatabaseMemory(spider.site.key, self._session)

    def item_scraped(self, item: object, spider: Spider) -> None:
        if (
            isinstance(item, PageReport)
            and item.state == "failed"
            and isinstance(spider, NewsSpider)
        ):
            spider.harvest.failed.add(item.id)

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        """The store has been closed before this: all that the lists led to is kept."""
        if not isinstance(spider, NewsSpider) or reason != "finished":
            return
        walks = spider.harvest.complete_walks
        if not walks:
            return
        try:
            await spider.memory.end_walks(walks)
        except MemoryUnavailable as error:
            logger.warning("The next run walks its lists further than it needs to: %s", error)
        finally:
            await self._session.close()
