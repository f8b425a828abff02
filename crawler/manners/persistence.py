"""Keeps across crawls how sites and hosts stand with us (collection `hosts`)."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Self

import attrs
from scrapy import signals
from scrapy.crawler import Crawler

from crawler.manners.breaker import Breaker
from crawler.manners.keeper import Manners, Standing, manners_of
from pipelines.clock import now
from pipelines.config import current_job
from pipelines.crawl_session import crawl_session
from pipelines.records import HostStanding, SiteStanding
from pipelines.storage.exceptions import StorageError
from pipelines.storage.memory.hosts import HostRepository

SAVE_SECONDS = 5.0
"""So much is forgotten by a crawl that is killed: the requests of these seconds."""

logger = logging.getLogger(__name__)


class MannersMemoryExtension:
    """Reads before the first request, writes every five seconds and when all is closed."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = crawl_session(crawler)
        self._job = current_job()
        self._kept: Standing | None = None
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    async def spider_opened(self) -> None:
        manners = manners_of(self._crawler)
        if manners is None:
            return
        site = manners.site.key
        try:
            kept, hosts = await self._session.run(
                lambda database: HostRepository(database).load(site)
            )
        except StorageError as error:
            logger.warning("What earlier crawls were told by %s is not known: %s", site, error)
        else:
            manners.standing = Standing(**attrs.asdict(kept))
            for host, record in hosts.items():
                manners.breakers[host] = Breaker(**attrs.asdict(record))
        self._kept = attrs.evolve(manners.standing)
        self._task = asyncio.create_task(self._keep_on(manners))

    async def spider_closed(self) -> None:
        manners = manners_of(self._crawler)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if manners is not None:
            await self._save(manners)

    async def _keep_on(self, manners: Manners) -> None:
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            await self._save(manners)

    async def _save(self, manners: Manners) -> None:
        """Write what has changed; what cannot be written is tried again with the next change."""
        if manners.standing == self._kept and not manners.changed:
            return
        standing, changed = attrs.evolve(manners.standing), set(manners.changed)
        site = SiteStanding(**_fields(standing, SiteStanding))
        hosts = {
            host: HostStanding(**_fields(manners.breakers[host], HostStanding)) for host in changed
        }
        try:
            await self._session.run(
                lambda database: HostRepository(database).save(
                    manners.site.key, site, standing.unkept, hosts, now(), self._job
                )
            )
        except StorageError as error:
            logger.warning("How %s stands with us is not kept: %s", manners.site.key, error)
            return
        manners.standing.unkept -= standing.unkept
        manners.changed -= changed
        self._kept = attrs.evolve(manners.standing)


def _fields(
    source: Standing | Breaker, record: type[SiteStanding | HostStanding]
) -> dict[str, Any]:
    return {name: getattr(source, name) for name in attrs.fields_dict(record)}
