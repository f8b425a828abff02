"""Hands every answer to the WARC archive, as it came: before anything unpacks or redirects it.

A recording's answers are archived as well, into files of their own that say so, with the time of
the recording. A page that a browser has rendered was sent by nobody in that form: it becomes a
`resource`, and so do the answers to its scripts' requests.
"""

from __future__ import annotations

import logging
import socket
import time
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import version
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response

from crawler.archive.archivist import Archivist, Tally
from crawler.archive.folder import ArchiveFolder, WarcName
from crawler.archive.records import VERSION, Exchange, Kind
from crawler.archive_settings import file_size_of, limits_of
from crawler.network.archived import PLACE
from crawler.network.dates import sent_at
from crawler.network.rendering import RENDERED, RENDERING, Rendered
from pipelines.config import Settings, current_job, load_settings
from pipelines.counting import archiving
from pipelines.counting.stats import Counter
from pipelines.timing.clock import now

logger = logging.getLogger(__name__)

CLOSING_SECONDS = 30.0
"""For which the end of a crawl waits for the disk."""
TELLING_SECONDS = 0.5
REPLAY = "-replay"


class ArchiveExtension:
    """Archives a crawl's answers, counts them and says what was lost."""

    def __init__(self, crawler: Crawler, settings: Settings) -> None:
        self._crawler = crawler
        self._settings = settings
        self._replays = bool(crawler.settings.get("NEWSDESK_REPLAY"))
        self._archivist: Archivist | None = None
        self._told: defaultdict[str, int] = defaultdict(int)
        self._torn_told = 0
        self._tell_at = 0.0
        self._told_error: str | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = load_settings()
        if not settings.archive:
            raise NotConfigured
        extension = cls(crawler, settings)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.response_downloaded, signals.response_downloaded)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        settings = self._settings
        self._archivist = Archivist(
            folder=ArchiveFolder(settings.archive_path),
            group=spider.name + (REPLAY if self._replays else ""),
            facts=self._facts,
            limits=limits_of(settings),
            file_size=file_size_of(settings),
        )
        self._archivist.start()

    def response_downloaded(self, response: Response, request: Request) -> None:
        if self._archivist is None:
            return
        request.meta[PLACE] = self._archivist.put(self._exchange(response, request))
        if RENDERING in request.meta:
            for each in self._calls(request):
                self._archivist.put(each)
        if time.monotonic() >= self._tell_at:
            self._tell_at = time.monotonic() + TELLING_SECONDS
            self._tell()

    def spider_closed(self) -> None:
        if self._archivist is None:
            return
        if not self._archivist.close(CLOSING_SECONDS):
            logger.error("The archive was not written to its end: the next crawl completes it")
        self._tell()

    def _exchange(self, response: Response, request: Request) -> Exchange:
        rendered = RENDERING in request.meta
        return Exchange(
            kind=kind_of(request),
            url=response.url if rendered else request.url,
            at=(sent_at(response) if self._replays else None) or now(),
            status=response.status,
            body=response.body,
            response_headers=tuple(header_pairs(response.headers)),
            method=request.method,
            request_headers=tuple(header_pairs(request.headers)),
            request_body=request.body,
            ip=None if request.meta.get("proxy") else str(response.ip_address or "") or None,
            rendered=rendered,
            truncated=bool({"partial", "dataloss"} & set(response.flags)),
        )

    def _calls(self, request: Request) -> list[Exchange]:
        """Returns the answers to requests of a page's scripts that came in this step."""
        given, wanted = request.meta.get(RENDERED), request.meta[RENDERING]
        if not isinstance(given, Rendered):
            return []
        return [
            Exchange(
                kind="lists",
                url=call.url,
                at=now(),
                status=200,
                body=call.body,
                response_headers=(
                    (b"Content-Type", call.content_type.encode("latin-1", "replace")),
                ),
                rendered=True,
            )
            for call in given.calls
            if call.step == wanted.step
        ]

    def _facts(self, name: WarcName) -> dict[str, str]:
        facts = {
            "software": f"Newsdesk/{version('newsdesk')}",
            "format": VERSION,
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/"
            "warc-format/warc-1.1/",
            "isPartOf": f"{self._settings.database}/{name.kind}/{name.group}",
            "robots": "obeyed",
            "hostname": socket.gethostname(),
        }
        if self._settings.contact:
            facts["operator"] = self._settings.contact
        if job := current_job():
            facts["job"] = job
        if self._replays:
            facts["description"] = "Replayed from a recording: no site was asked."
        return facts

    def _tell(self) -> None:
        """Counts what the thread has done since it was last asked, and says what went wrong."""
        if self._archivist is None:
            return
        tally, stats = self._archivist.tally, self._crawler.stats
        for counter, number in _counted(tally):
            counter.add(stats, number - self._told[counter.key])
            self._told[counter.key] = number
        while self._torn_told < len(tally.torn):
            logger.warning("An unfinished record was cut off: %s", tally.torn[self._torn_told])
            self._torn_told += 1
        if tally.error is not None and tally.error != self._told_error:
            if self._told_error is None:
                logger.error("The archive cannot be written, the crawl goes on: %s", tally.error)
            self._told_error = tally.error
            archiving.ERROR.set(stats, tally.error)


def _counted(tally: Tally) -> list[tuple[Counter, int]]:
    """Returns what the thread has done, by counter; without what it has not."""
    pairs = [
        (archiving.WRITTEN, tally.written.total()),
        *((archiving.WRITTEN.by(kind), number) for kind, number in tuple(tally.written.items())),
        (archiving.UNCHANGED, tally.unchanged),
        (archiving.SIZE, tally.size),
        (archiving.LOST, tally.lost.total()),
        *((archiving.LOST.by(why), number) for why, number in tuple(tally.lost.items())),
        (archiving.TORN, len(tally.torn)),
        (archiving.REMOVED, len(tally.removed)),
    ]
    return [(counter, number) for counter, number in pairs if number]


def kind_of(request: Request) -> Kind:
    """Returns to what a request belongs: what leads to an article goes with it."""
    return "articles" if "article" in request.cb_kwargs else "lists"


def header_pairs(headers: Headers) -> Iterator[tuple[bytes, bytes]]:
    """Yields headers in their order, those that came several times as well."""
    for name, values in headers.items():
        for value in values or ():
            yield name, value
