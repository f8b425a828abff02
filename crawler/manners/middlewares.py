"""Where manners meet requests and answers: a gate before everything else, and an ear behind it.

Two middlewares, because Scrapy's retries lie between them: the gate sees a request first, and the
ear hears each answer before it is tried again. That a site wants a pause is heard even earlier,
in `crawler.manners.extension`.
"""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.manners.keeper import Manners, manners_of
from crawler.manners.robots import ITSELF
from crawler.manners.walls import wall_of
from crawler.network.exceptions import Walled
from crawler.network.failures import setback_of

HOST_FAULTS = frozenset({"timeout", "dns", "connection", "tls", "bad_answer", "truncated"})
"""Reasons of failures for which a host, and not one page of it, may be to blame."""

PAGE_FAULTS = frozenset({"bad_answer", "truncated"})
"""Of these, and of 5xx, a page counts once, and not each time it is tried."""
PROXIED_FAULTS = HOST_FAULTS - {"connection", "dns"}
"""Behind a proxy these are the proxy's."""


class GateMiddleware:
    """Lets a request pass if the site, its budget and the host's breaker allow it now."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        manners = manners_of(self._crawler)
        if manners is not None:
            manners.admit(urlparse_cached(request).hostname or "")


class EarMiddleware:
    """Hears every answer and every failure, retries included."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        manners = manners_of(self._crawler)
        if manners is not None:
            self._hear(manners, request, response)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        manners = manners_of(self._crawler)
        setback = setback_of(exception)
        faults = PROXIED_FAULTS if request.meta.get("proxy") else HOST_FAULTS
        if setback.reason in PAGE_FAULTS and request.meta.get("retry_times"):
            return
        if manners is not None and setback.reason in faults:
            host = urlparse_cached(request).hostname or ""
            manners.failed(host, f"{setback.reason}: {setback.detail}")

    def _hear(self, manners: Manners, request: Request, response: Response) -> None:
        host, status = urlparse_cached(request).hostname or "", response.status
        if status >= 500 and "Retry-After" not in response.headers:
            if not request.meta.get("retry_times"):
                manners.failed(host, f"http_{status}")
        else:
            manners.answered(host, status)
        if ITSELF not in request.meta:
            self._look_for_walls(manners, request, response)

    def _look_for_walls(self, manners: Manners, request: Request, response: Response) -> None:
        is_list = "source" in request.cb_kwargs
        wall = wall_of(response)
        if wall is not None:
            manners.met_wall(wall, response, is_list=is_list)
            raise Walled(f"{response.url} is a wall ({wall}): try later", response)
        if response.status == 403:
            manners.forbidden(response, is_list=is_list)
