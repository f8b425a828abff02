"""Ends a crawl whose runner has gone.

Nobody would see such a crawl hang, and nobody renews its lease of the site: another crawl would
start beside it, and the site would be asked twice as often.
"""

from __future__ import annotations

import asyncio
import logging
import os
import select
from collections.abc import Callable
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 1.0


class SupervisorExtension:
    """Looks every second whether the runner still is there.

    On only where the setting NEWSDESK_SUPERVISOR holds the runner's process id.
    """

    def __init__(self, crawler: Crawler, supervisor: int) -> None:
        self._crawler = crawler
        self._has_gone = watch(supervisor)
        self._stop: Callable[[], object] | None = None
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        supervisor = crawler.settings["NEWSDESK_SUPERVISOR"]
        if not supervisor:
            raise NotConfigured
        extension = cls(crawler, int(supervisor))
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        loop = create_looping_call(self._look)
        loop.start(INTERVAL_SECONDS, now=True)
        self._stop = loop.stop

    def spider_closed(self) -> None:
        if self._stop is not None:
            self._stop()

    def _look(self) -> None:
        if self._closing is None and self._has_gone():
            logger.error("The runner has gone: the crawl ends")
            closing = self._crawler.engine.close_spider_async(reason="supervisor_gone")
            self._closing = asyncio.create_task(closing)


def watch(process: int) -> Callable[[], bool]:
    """Returns what tells whether a process has ended.

    It need not be the parent: a starter may stand between (see `crawler.starter`). Where the system
    cannot watch processes there is none, and the runner is the parent.
    """
    if not hasattr(os, "pidfd_open"):
        return lambda: os.getppid() != process
    look = select.poll()
    try:
        look.register(os.pidfd_open(process), select.POLLIN)
    except ProcessLookupError:
        return lambda: True
    return lambda: bool(look.poll(0))
