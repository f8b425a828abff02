"""The gate before all other middlewares: asks whether a request may leave now."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.httpobj import urlparse_cached

from crawler.manners.politeness import politeness_of


class GateMiddleware:
    """Lets a request pass if the site, its budget and the host's breaker allow it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        politeness = politeness_of(self._crawler)
        if politeness is not None:
            politeness.admit(urlparse_cached(request).hostname or "")
