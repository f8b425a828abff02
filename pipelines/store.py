"""Pipeline 900: stores everything that a crawl has learnt, in batches.

That is articles, reports about pages without one, readings of lists, and what other pipelines
rejected. An item is passed on without waiting for MongoDB; what became of it is counted once that
is certain.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Self, TypeVar

import attrs
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from pipelines.config import Settings, current_job, load_settings
from pipelines.counting import counters
from pipelines.counting.evidence import FIRST_UNREADABLE
from pipelines.counting.stats import Counter, Total
from pipelines.crawl_session import crawl_session
from pipelines.exceptions import OffTopic, Rejected, SeenInRun, Unreadable
from pipelines.items import Article, PageReport, PageState, Sightings
from pipelines.places import known
from pipelines.storage.entries import Entry, PageEntry, pack_page, pack_reject
from pipelines.storage.exceptions import DocumentRefused, StorageError
from pipelines.storage.writing.batcher import Batcher
from pipelines.storage.writing.sink import Sink

NAMED_EVIDENCE = 20
PACKED_IN_THREAD = 64 * 1024
"""Size of a page in bytes from which it is packed in a thread: packing takes 1 ms per 100 KB."""

_COUNTERS: Mapping[PageState, Total] = {
    "unreadable": counters.UNREADABLE,
    "failed": counters.FAILED,
    "gone": counters.GONE,
    "not_collectable": counters.NOT_COLLECTABLE,
    "unchanged": counters.UNCHANGED,
}

Item = TypeVar("Item")
_log = logging.getLogger(__name__)


class StorePipeline:
    """Counts items and puts them into the batcher; `Sink` writes the batches."""

    def __init__(self, crawler: Crawler, settings: Settings) -> None:
        self._crawler = crawler
        self._stats = crawler.stats
        self._sink = Sink(crawl_session(crawler), settings, self._count)
        self._batcher: Batcher[Entry] = Batcher(self._sink.write)
        self._job = current_job()
        self._stopping: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        pipeline = cls(crawler, load_settings())
        crawler.signals.connect(pipeline.item_dropped, signals.item_dropped)
        return pipeline

    async def open_spider(self) -> None:
        try:
            await self._sink.open()
        except StorageError as error:
            _log.critical("The crawl does not start: %s", error)
            raise CloseSpider("storage_unusable") from error

    async def process_item(self, item: Item) -> Item:
        if isinstance(item, Article):
            if item.job is None:
                item.job = self._job
            await self._put(item)
        elif isinstance(item, PageReport):
            self._count_page(item)
            await self._put(await self._page(item))
            if item.screenshot is not None:
                self._name_evidence(item.id)
        elif isinstance(item, Sightings):
            item.job = self._job
            await self._put(item)
        return item

    async def item_dropped(self, item: object, response: object, exception: Exception) -> None:
        """Stores what another pipeline rejected, with the reason."""
        if not isinstance(item, Article) or not isinstance(exception, Rejected):
            return
        if isinstance(exception, OffTopic):
            counters.OFF_TOPIC.add(self._stats)
            await self._reject(item, exception)
        elif isinstance(exception, Unreadable):
            report = _report(item, exception, response)
            self._count_page(report)
            await self._put(await self._page(report))
        elif isinstance(exception, SeenInRun):
            counters.SEEN_IN_RUN.add(self._stats)

    async def close_spider(self) -> None:
        try:
            await self._batcher.close()
        except StorageError as error:
            self._give_up(error)
        finally:
            await self._sink.close()

    async def _reject(self, article: Article, turned: Rejected) -> None:
        if article.job is None:
            article.job = self._job
        try:
            entry: Entry = pack_reject(article, turned.reason, turned.detail)
        except DocumentRefused as refusal:
            detail = f"{turned.reason}; {refusal}"
            entry = await self._page(_report(article, Unreadable(detail), None))
        await self._put(entry)

    async def _page(self, report: PageReport) -> PageEntry:
        archive = await known(report.place)
        if archive is None and report.evidence and len(report.evidence) > PACKED_IN_THREAD:
            return await asyncio.to_thread(pack_page, report, self._job)
        return pack_page(report, self._job, archive)

    async def _put(self, entry: Entry) -> None:
        try:
            await self._batcher.put(entry)
        except StorageError as error:
            self._give_up(error)
            raise

    def _give_up(self, error: StorageError) -> None:
        """Ends the crawl, with one message, when nothing can be kept any more."""
        counters.UNSAVED.set(self._stats, self._batcher.left)
        if self._stopping is None and self._crawler.engine is not None:
            _log.critical("The crawl ends, its articles can be kept nowhere: %s", error)
            self._stopping = asyncio.create_task(
                self._crawler.engine.close_spider_async(reason="store_failed")
            )

    def _name_evidence(self, evidence: str) -> None:
        """Adds the id of a rendered page's evidence to the job's statistics, so that people find
        it."""
        known = (counters.RENDERED_EVIDENCE.of(self._stats.get_stats()) or "").split()
        if len(known) < NAMED_EVIDENCE and evidence not in known:
            counters.RENDERED_EVIDENCE.set(self._stats, " ".join([*known, evidence]))

    def _count_page(self, report: PageReport) -> None:
        _COUNTERS[report.state].add_by(self._stats, report.reason)
        if report.state == "unreadable":
            first = FIRST_UNREADABLE.by(report.reason)
            if first.of(self._stats.get_stats()) is None:
                first.set(self._stats, f"{report.id}: {report.detail or report.url}")

    def _count(self, counter: Counter, number: int) -> None:
        counter.add(self._stats, number)


def _report(article: Article, turned: Rejected, response: object) -> PageReport:
    """Returns why an article was rejected, with its page if that is at hand."""
    report = PageReport(
        site=article.site,
        key=article.key,
        url=article.url,
        state="unreadable",
        reason=turned.reason,
        detail=turned.detail,
    )
    if not isinstance(response, Response):
        return report
    kind = response.headers.get("Content-Type")
    return attrs.evolve(
        report,
        status=response.status,
        evidence=response.body,
        evidence_type=kind.decode("latin-1") if kind else None,
    )
