"""Keeps how a site and its hosts stand with us, for later crawls (collection `hosts`)."""

from __future__ import annotations

import asyncio
import logging
from typing import Self

from attrs import evolve
from scrapy import signals
from scrapy.crawler import Crawler

from crawler.manners.breaker import Breaker
from crawler.manners.politeness import Politeness, politeness_of
from pipelines.config import current_job
from pipelines.crawl_session import crawl_session
from pipelines.records import SiteStanding
from pipelines.storage.exceptions import StorageError
from pipelines.storage.memory.hosts import HostRepository
from pipelines.timing.clock import now

SAVE_SECONDS = 5.0
"""A crawl that is killed forgets at most the requests of these seconds."""

logger = logging.getLogger(__name__)


class PersistenceExtension:
    """Reads before the first request; writes every five seconds and when the spider closes."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._session = crawl_session(crawler)
        self._saved: SiteStanding | None = None
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    async def spider_opened(self) -> None:
        politeness = politeness_of(self._crawler)
        if politeness is None:
            return
        site = politeness.site.key
        try:
            politeness.standing, hosts = await self._session.run(
                lambda database: HostRepository(database).load(site, now())
            )
        except StorageError as error:
            logger.warning("What earlier crawls were told by %s is not known: %s", site, error)
        else:
            politeness.breakers |= {host: Breaker(standing) for host, standing in hosts.items()}
        self._saved = evolve(politeness.standing)
        self._task = asyncio.create_task(self._save_regularly(politeness))

    async def spider_closed(self) -> None:
        politeness = politeness_of(self._crawler)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if politeness is not None:
            await self._save(politeness)

    async def _save_regularly(self, politeness: Politeness) -> None:
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            await self._save(politeness)

    async def _save(self, politeness: Politeness) -> None:
        """Writes what has changed; what cannot be written is tried again with the next change."""
        if politeness.standing == self._saved and not politeness.unsaved_hosts:
            return
        standing, requests = evolve(politeness.standing), politeness.unsaved_requests
        hosts = {
            host: evolve(politeness.breakers[host].standing) for host in politeness.unsaved_hosts
        }
        try:
            await self._session.run(
                lambda database: HostRepository(database).save(
                    politeness.site.key, standing, requests, hosts, now(), current_job()
                )
            )
        except StorageError as error:
            logger.warning("How %s stands with us is not kept: %s", politeness.site.key, error)
            return
        politeness.unsaved_requests -= requests
        politeness.unsaved_hosts -= hosts.keys()
        self._saved = standing
