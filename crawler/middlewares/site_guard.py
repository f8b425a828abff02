"""Keeps requests on the site, and puts all hosts of a site into one queue.

Scrapy's own check drops a redirect to another domain without telling the errback; this one judges
every hop and raises. Pauses count for the whole site, not for each of its hosts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.httpobj import urlparse_cached

from crawler.network.addresses import why_not
from crawler.network.exceptions import BadAddress, ForbiddenAddress, OffSite
from crawler.site import WEB_PORTS, site_of
from crawler.urls.parts import is_in_domain
from pipelines.counting import counters

DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


class SiteGuardMiddleware:
    """Lets through http(s) requests to the spider's `allowed_domains` and their subdomains.

    The address that a name leads to is judged by `crawler.downloads.guarded`, which connects to it.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._loopback = crawler.settings.getbool("NEWSDESK_ALLOW_LOOPBACK")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        spider = self.crawler.spider
        if spider is None:
            raise OffSite(f"{request.url} is asked for by no spider")
        address = urlparse_cached(request)
        host = (address.hostname or "").rstrip(".").lower()
        domains: Sequence[str] = getattr(spider, "allowed_domains", ())
        if address.scheme not in {"http", "https"}:
            raise OffSite(f"{request.url} is neither http nor https")
        why = why_not(host, loopback=self._loopback)
        if host and why:
            counters.REFUSED_ADDRESS.add(self.crawler.stats)
            raise ForbiddenAddress(f"{request.url} is not asked for: {why}")
        if not any(is_in_domain(host, domain) for domain in domains):
            raise OffSite(f"{request.url} is not on {spider.name}'s domains")
        if not _HOST.fullmatch(host) or not _has_port(request):
            raise BadAddress(f"{request.url} names no host and port that a server can have")
        if "@" in address.netloc:
            raise BadAddress(f"{host}: an address with a user in it is not asked for")
        site = site_of(spider)
        port = address.port or DEFAULT_PORTS[address.scheme]
        if port not in (site.ports if site else WEB_PORTS):
            raise BadAddress(f"{request.url} is at a port that {spider.name} does not declare")
        request.meta["download_slot"] = spider.name


def _has_port(request: Request) -> bool:
    try:
        return urlparse_cached(request).port != 0
    except ValueError:
        return False
