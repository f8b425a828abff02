"""The spider that gets to know a site: politely, and a few dozen pages at most."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC
from pathlib import Path

import scrapy
from scrapy import Request, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure as TwistedFailure

from crawler.exceptions import ArgumentError
from crawler.kit.look import Look
from crawler.kit.page import Page
from crawler.looking.keeping import Keeper
from crawler.looking.known import KnownLook
from crawler.network.failures import failure_of
from crawler.site import Site
from crawler.site_places.loading import load_site
from crawler.urls import generic
from pipelines.timing.clock import now

_UNUSED = ("lost_items.LostItems", "fields.Fields", "jobstats.JobStats", "archive.Archive")
_STANDING = "crawler.manners.persistence.PersistenceExtension"


class LookSpider(scrapy.Spider):
    """Keeps what a site answers as a recording.

    start: where to begin; the site is looked at from there. Else urls: a file with addresses, one
    a line, which alone are asked for; or site: a known one, whose lists are read, and so many
    articles. domains: all hosts in them may be asked. folder: where the recording goes. key: of
    the site, by which its manners are known.
    """

    name = "look"

    def __init__(
        self,
        name: str | None = None,
        *,
        folder: str,
        domains: str,
        key: str = "look",
        start: str = "",
        urls: str = "",
        site: str = "",
        articles: str = "20",
    ) -> None:
        super().__init__(name)
        self.allowed_domains = [each for each in domains.split(",") if each]
        if not self.allowed_domains or [bool(start), bool(urls), bool(site)].count(True) != 1:
            raise ArgumentError("give domains, and one of start, urls and site")
        known = load_site(site) if site else None
        self.site = known or Site(
            key=key,
            title=key,
            home=start,
            domains=tuple(self.allowed_domains),
            sources=(),
            identify=generic.identify,
        )
        self._listed = Path(urls).read_text(encoding="utf-8").split() if urls else []
        self._look: Look | KnownLook = (
            KnownLook(site=known, articles=int(articles))
            if known
            else Look(start=start, domain=self.allowed_domains[0])
        )
        self._keeper = Keeper(folder=Path(folder))

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Leaves out what belongs to articles; a replay keeps nothing of a site's standing."""
        super().update_settings(settings)
        unused = [f"crawler.extensions.{each}Extension" for each in _UNUSED]
        if settings.get("NEWSDESK_REPLAY"):
            unused.append(_STANDING)
        extensions = settings.getdict("EXTENSIONS")
        settings.set("EXTENSIONS", {**extensions, **dict.fromkeys(unused)}, "spider")
        settings.set("ITEM_PIPELINES", {}, "spider")

    async def start(self) -> AsyncIterator[Request]:
        self.crawler.signals.connect(self.idle, signals.spider_idle)
        for url in self._listed or self._look.next_addresses():
            yield self._request(url)

    def idle(self) -> None:
        """Asks for what comes next when nothing is under way.

        Raises:
            DontCloseSpider: something was asked for.
        """
        wanted = [] if self._listed else self._look.next_addresses()
        for url in wanted:
            self.crawler.engine.crawl(self._request(url))
        if wanted:
            raise DontCloseSpider

    def closed(self, reason: str) -> None:
        """Makes the recording whole."""
        if isinstance(self._look, KnownLook):
            for url in self._look.ends:
                self._keeper.end(url, now())
            for name, why in self._look.unread.items():
                self._keeper.failed(name, why)
        self._keeper.close(now())

    def _request(self, url: str) -> Request:
        return Request(url, callback=self.keep, errback=self.did_not_come)

    def keep(self, response: Response) -> Iterator[Request]:
        """Keeps a page under its own address and under the one that led to it."""
        headers = {
            name.decode("latin-1"): values[-1].decode("latin-1")
            for name, values in response.headers.items()
            if values
        }
        asked = response.request.url if response.request else response.url
        asked = (response.meta.get("redirect_urls") or [asked])[0]
        page = Page(url=response.url, body=response.body, headers=headers, status=response.status)
        moment = page.fetched_at or now()
        for url in dict.fromkeys((response.url, asked)):
            self._keeper.keep(url, response.body, headers, response.status, moment.astimezone(UTC))
        self._look.add(asked, page)
        return iter(())

    def did_not_come(self, failed: TwistedFailure) -> None:
        """Notes why a page did not come."""
        request: Request = failed.request  # type: ignore[attr-defined]
        failure = failure_of(failed.value)
        self._keeper.failed(request.url, f"{failure.reason}: {failure.detail}")
