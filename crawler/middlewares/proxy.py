"""Sends requests through the operator's proxy, if there is one and the site allows it."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware

from crawler.downloads.proxies import proxies_for
from crawler.network.exceptions import ProxyMissing
from crawler.site import site_of
from pipelines.config import load_settings


class ProxyMiddleware(HttpProxyMiddleware):
    """Scrapy's, with proxies per site. Credentials go into a header and nowhere else."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__("utf-8")
        self._crawler = crawler
        self._read = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:  # type: ignore[override]
        site = site_of(self._crawler.spider)
        if site is not None:
            if not self._read:
                found = proxies_for(site, load_settings())
                self.proxies = {kind: self._get_proxy(url, kind) for kind, url in found.items()}
                self._read = True
            if site.proxy == "required" and not self.proxies:
                raise ProxyMissing(
                    f"{site.key} is to be reached through a proxy, and there is none: set "
                    "NEWSDESK_PROXY or its own"
                )
        super().process_request(request)
