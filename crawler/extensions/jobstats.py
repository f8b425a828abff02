"""Writes a job's statistics to a file while it runs; the runner judges the crawl by it.

Scrapy's exit code is 0 whatever happened. The file is replaced as a whole every half second
and, with fsync, when the spider has closed.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Self

import attrs
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.extensions.memory_limit import peak_memory
from crawler.site import site_of
from pipelines.config import MEMORY_VARIABLE
from pipelines.counting import counters
from pipelines.timing.clock import now

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 0.5


class JobStatsExtension:
    """Writes {state, site, finish_reason, started_at, updated_at, expectations, stats} as JSON.

    On only where the setting NEWSDESK_STATS_FILE names the file. memory: a file of no disk, into
    which it is written, too, as soon as the disk has failed.
    """

    def __init__(self, crawler: Crawler, path: Path, memory: int | None = None) -> None:
        self._crawler = crawler
        self._path = path
        self._memory = memory
        self._started_at = now()
        self._broken = False
        self._stop: Callable[[], object] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        path = crawler.settings["NEWSDESK_STATS_FILE"]
        if not path:
            raise NotConfigured
        memory = os.environ.get(MEMORY_VARIABLE, "")
        extension = cls(crawler, Path(path), int(memory) if memory.isdecimal() else None)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        loop = create_looping_call(self._tick)
        loop.start(INTERVAL_SECONDS, now=True)
        self._stop = loop.stop

    def spider_closed(self, spider: Spider, reason: str) -> None:
        if self._stop is not None:
            self._stop()
        peak = peak_memory()
        if peak is not None:
            counters.PEAK_MEMORY.set(self._crawler.stats, peak)
        self._write("finished", reason, durable=True)

    def _tick(self) -> None:
        self._write("running", None)

    def _write(self, state: str, reason: str | None, *, durable: bool = False) -> None:
        report = {
            "state": state,
            "site": self._crawler.spider.name if self._crawler.spider else None,
            "finish_reason": reason,
            "started_at": self._started_at.isoformat(),
            "updated_at": now().isoformat(),
            "expectations": expectations_of(self._crawler.spider),
            "stats": _plain(self._crawler.stats.get_stats()),
        }
        text = json.dumps(report, ensure_ascii=False)
        try:
            replace_file(self._path, text, durable=durable)
        except OSError as error:
            if not self._broken:
                logger.error("Statistics cannot be written: %s", error)  # noqa: TRY400 - says it all
            self._broken = True
        if self._broken and self._memory is not None:
            keep_in_memory(self._memory, text)


def expectations_of(spider: Spider | None) -> dict[str, object]:
    """Returns what the spider's site declares; nothing for a spider without a site (`files`)."""
    site = site_of(spider)
    return attrs.asdict(site.expectations) if site else {}


def replace_file(path: Path, text: str, *, durable: bool = False) -> None:
    """Replaces a file as a whole; `durable`: the new one survives a power cut.

    Raises:
        OSError: the folder cannot be written, or the disk is full.
    """
    draft = path.with_name(path.name + ".part")
    with draft.open("w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    draft.replace(path)
    if durable:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def keep_in_memory(handle: int, text: str) -> None:
    """Replaces what stands in a file of no disk."""
    data = text.encode(errors="backslashreplace")
    os.ftruncate(handle, 0)
    os.pwrite(handle, data, 0)


def _plain(stats: Mapping[str, object]) -> dict[str, object]:
    def plain(value: object) -> object:
        if isinstance(value, datetime):
            return value.isoformat()
        return value if isinstance(value, int | float | str | None) else str(value)

    return {str(name): plain(value) for name, value in stats.items()}
