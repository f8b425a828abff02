"""Gives the spider its memory: what MongoDB knows of the site's articles."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Self, TypeVar

import attrs
from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.exceptions import MemoryUnavailable
from crawler.spiders.lists import NewsSpider
from crawler.spiders.memory import Begun, DueArticle, Fared, Gap, Remembered, Wanted
from crawler.urls import ArticleUrl
from pipelines import records
from pipelines.clock import now
from pipelines.config import current_job, load_settings
from pipelines.crawl_session import crawl_session
from pipelines.storage.exceptions import StorageError
from pipelines.storage.memory.sources import SourceRepository
from pipelines.storage.memory.urls import UrlRepository
from pipelines.storage.memory.walks import WalkRepository
from pipelines.storage.session import Operation, StorageSession

T = TypeVar("T")
logger = logging.getLogger(__name__)


class DatabaseMemory:
    """`crawler.spiders.memory.Memory` over the collections `urls`, `walks` and `sources`.

    at_once: how many due articles one run may ask for.
    """

    def __init__(self, site: str, session: StorageSession, at_once: int) -> None:
        self._site = site
        self._session = session
        self._at_once = at_once
        self._job = current_job()
        self._begun: dict[str, datetime] = {}

    async def wanted(self, articles: Sequence[ArticleUrl]) -> Wanted:
        asked = {article.id: article.url for article in articles}
        found = await self._ask(
            lambda database: UrlRepository(database).look_up(self._site, asked, now())
        )
        return Wanted(new=found.new, due=found.due, given_up=found.given_up)

    async def due(self) -> Sequence[DueArticle]:
        found = await self._ask(
            lambda database: UrlRepository(database).due(self._site, now(), self._at_once)
        )
        return [DueArticle(**attrs.asdict(each, recurse=False)) for each in found]

    async def remember(self, sources: Sequence[str]) -> Mapping[str, Remembered]:
        states = await self._ask(
            lambda database: SourceRepository(database).states(self._site, sources)
        )
        return {
            name: Remembered(**attrs.asdict(state, recurse=False)) for name, state in states.items()
        }

    async def begin_walk(self, source: str) -> Begun:
        begun = self._begun[source] = now()
        start = await self._ask(
            lambda database: WalkRepository(database).begin(self._site, source, begun)
        )
        return Begun(**attrs.asdict(start))

    async def end_walks(self, whole: Sequence[str], gaps: Mapping[str, Gap]) -> None:
        begun = {source: self._begun[source] for source in whole}
        left = {
            source: (self._begun[source], records.Gap(page=gap.page, reason=gap.reason))
            for source, gap in gaps.items()
        }

        await self._ask(lambda database: WalkRepository(database).end(self._site, begun, now()))
        await self._ask(lambda database: WalkRepository(database).leave(self._site, left))

    async def report(self, lists: Sequence[Fared]) -> None:
        reports = [records.ListReport(**attrs.asdict(each, recurse=False)) for each in lists]
        await self._ask(
            lambda database: SourceRepository(database).report(
                self._site, reports, now(), self._job
            )
        )

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
        self._settings = load_settings()
        self._session = crawl_session(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        if isinstance(spider, NewsSpider):
            at_once = self._settings.revisits_per_run
            spider.memory = DatabaseMemory(spider.site.key, self._session, at_once)

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        """The store has been closed before this: all that the lists led to is kept."""
        if not isinstance(spider, NewsSpider) or reason != "finished":
            return
        harvest = spider.harvest
        try:
            await spider.memory.end_walks(harvest.complete_walks, harvest.gaps)
            await spider.memory.report(harvest.fared(now()))
        except MemoryUnavailable as error:
            logger.warning("The next run walks its lists further than it needs to: %s", error)
