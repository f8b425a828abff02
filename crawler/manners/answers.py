"""Tells the politeness of a crawl about every answer and failure.

The middleware meets each answer before Scrapy's retries do. The extension hears of an answer even
earlier, by Scrapy's signal: a pause that it asks for must begin before the next request leaves. It
also hears of walls that only a page object can tell.
"""

from __future__ import annotations

from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.manners.politeness import Politeness, politeness_of
from crawler.manners.retry_after import retry_after
from crawler.manners.robots import IS_ROBOTS_TXT
from crawler.manners.walls import wall_of
from crawler.network.exceptions import Walled
from crawler.network.failures import failure_of
from pipelines.items import Article, PageReport
from pipelines.timing.clock import now

HOST_FAULTS = frozenset({"timeout", "dns", "connection", "tls", "bad_answer", "truncated"})
"""Reasons of failures for which a host, and not one page of it, may be to blame."""
PAGE_FAULTS = frozenset({"bad_answer", "truncated"})
"""Of these, and of 5xx, a page counts once, and not each time it is tried."""
PROXIED_FAULTS = HOST_FAULTS - {"connection", "dns"}
"""Behind a proxy, connection and dns are the proxy's own faults."""
THROTTLED = frozenset({429, 503})
"""Answers whose `Retry-After` is meant for us, besides a list's that sends us elsewhere. One on a
404 speaks of that page alone."""
RETRIES = 5
"""Of a request that the site wants later; each waits for as long as it was told."""


class AnswersMiddleware:
    """Reports hosts that work and hosts that fail; refuses walls."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        politeness = politeness_of(self._crawler)
        if politeness is not None:
            self._report(politeness, request, response)
            if IS_ROBOTS_TXT not in request.meta:
                self._refuse_walls(politeness, request, response)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        politeness = politeness_of(self._crawler)
        failure = failure_of(exception)
        faults = PROXIED_FAULTS if request.meta.get("proxy") else HOST_FAULTS
        if failure.reason in PAGE_FAULTS and request.meta.get("retry_times"):
            return
        if politeness is not None and failure.reason in faults:
            host = urlparse_cached(request).hostname or ""
            politeness.failed(host, f"{failure.reason}: {failure.detail}")

    def _report(self, politeness: Politeness, request: Request, response: Response) -> None:
        host, status = urlparse_cached(request).hostname or "", response.status
        if status >= 500 and not (status in THROTTLED and "Retry-After" in response.headers):
            if not request.meta.get("retry_times"):
                politeness.failed(host, f"http_{status}")
        else:
            politeness.answered(host, status)

    def _refuse_walls(self, politeness: Politeness, request: Request, response: Response) -> None:
        is_list = "source" in request.cb_kwargs
        wall = wall_of(response)
        if wall is not None:
            politeness.met_wall(wall, response, is_list=is_list)
            raise Walled(f"{response.url} is a wall ({wall}): try later", response)
        if response.status == 403:
            politeness.forbidden(response, is_list=is_list)


class AnswersExtension:
    """Reports Retry-After, 429 and 503 at once, and articles and walls that were read."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.response_downloaded, signals.response_downloaded)
        crawler.signals.connect(extension.item_seen, signals.item_scraped)
        crawler.signals.connect(extension.item_seen, signals.item_dropped)
        return extension

    def response_downloaded(self, response: Response, request: Request) -> None:
        politeness = politeness_of(self._crawler)
        is_list, throttled = "source" in request.cb_kwargs, response.status in THROTTLED
        sent_on = is_list and 300 <= response.status < 400
        seconds = retry_after(response, now()) if throttled or sent_on else None
        if politeness is None or (seconds is None and not throttled):
            return
        if (seconds is not None or response.status == 429) and IS_ROBOTS_TXT not in request.meta:
            request.meta["max_retry_times"] = RETRIES
        politeness.throttled(response, seconds, is_list=is_list)

    def item_seen(self, item: object) -> None:
        politeness = politeness_of(self._crawler)
        if politeness is None:
            return
        if isinstance(item, Article):
            politeness.page_read(wall=False)
        elif isinstance(item, PageReport) and item.key and item.reason == Walled.reason:
            politeness.page_read(wall=True)
