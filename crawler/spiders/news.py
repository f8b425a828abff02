"""The spider of a site: it has a list reader, a harvest and an article reader, and their order.

All lists are walked before any article is asked for, and then what stood furthest back comes
first: a crawl that is killed leaves out the newest, so the next run finds the rest before it meets
a page with nothing new, where it leaves the list. Last of all come the articles that are due for
another look, whether a list shows them or not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import ClassVar, Self

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.misc import build_from_crawler, load_object

from crawler.exceptions import MemoryUnavailable
from crawler.site import Site
from crawler.sources.base import Source
from crawler.spiders.arguments import read_arguments
from crawler.spiders.harvest import Harvest
from crawler.spiders.lists import ListReader
from crawler.spiders.memory import Memory, NothingKnown
from crawler.spiders.outputs import SpiderOutput
from crawler.spiders.reader import ArticleReader
from crawler.spiders.reporter import Reporter
from pipelines.timing.clock import now

AT_ONCE = 200
"""Articles that are handed to the engine together: each request there takes some kilobytes."""
BROWSER_HANDLER = "crawler.browser.handler.BrowserHandler"


class NewsSpider(scrapy.Spider):
    """A site's spider is this class with a `name` and a `site`.

    memory: what earlier runs know of the site; of the class in the setting NEWSDESK_MEMORY.
    arguments: see `crawler.spiders.arguments`.
    """

    site: ClassVar[Site]

    def __init__(
        self, name: str | None = None, *, reporter: Reporter, memory: Memory, **arguments: str
    ) -> None:
        super().__init__(name)
        self.allowed_domains = list(self.site.domains)
        asked = read_arguments(self.site, arguments)
        self.harvest = Harvest(reporter=reporter, arguments=asked, memory=memory)
        self.lists = ListReader(harvest=self.harvest, reporter=reporter)
        self.reader = ArticleReader(harvest=self.harvest, reporter=reporter)
        self.reporter = reporter
        self.to_render: list[Source] = [each for each in asked.sources if each.rendered]
        """Lists that need a browser: one after another, since each keeps a page of it open."""
        # Scrapy stores a callback by its name, which it looks up in the spider.
        self.parse_list, self.list_failed = self.lists.parse_list, self.lists.list_failed
        self.parse_article = self.reader.parse_article
        self.article_failed = self.reader.article_failed
        self.parse_part = self.reader.parts.parse_part
        self.part_failed = self.reader.parts.part_failed

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: object, **arguments: object) -> Self:
        memory = load_object(crawler.settings.get("NEWSDESK_MEMORY", NothingKnown))
        return super().from_crawler(
            crawler,
            *args,
            reporter=Reporter(site=cls.site, crawler=crawler),
            memory=build_from_crawler(memory, crawler),
            **arguments,
        )

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Installs the browser's handler if the site declares that it needs a browser.

        A replay does not: its recording holds pages as they were once rendered.
        """
        super().update_settings(settings)
        if getattr(cls, "site", None) is None or not cls.site.needs_browser:
            return
        if settings.get("NEWSDESK_REPLAY"):
            return
        handlers = settings.getdict("DOWNLOAD_HANDLERS")
        settings.set("BROWSER_PLAIN_HANDLER", handlers["https"], "spider")
        rendering = dict.fromkeys(("http", "https"), BROWSER_HANDLER)
        settings.set("DOWNLOAD_HANDLERS", {**handlers, **rendering}, "spider")

    async def start(self) -> AsyncIterator[Request]:
        """Asks for the first page of each list that needs no browser."""
        self.crawler.signals.connect(self.idle, signals.spider_idle)
        try:
            await self.harvest.recall()
        except MemoryUnavailable as error:
            self.logger.warning("What is due cannot be told: %s", error)
        for source in self.harvest.arguments.sources:
            if not source.rendered:
                yield self.lists.first_request(source)

    def idle(self) -> None:
        """Asks for what comes next when nothing is under way.

        Raises:
            DontCloseSpider: something was asked for.
        """
        requests = self._next_requests()
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    async def closed(self, reason: str) -> None:
        """Tells the memory how the lists fared; by now the store has written all they led to."""
        if reason != "finished":
            return
        try:
            await self.harvest.tell_memory(now())
        except MemoryUnavailable as error:
            self.logger.warning("The next run walks its lists further than it needs to: %s", error)

    def lost(
        self, request: Request | None, error: BaseException, response: Response | None = None
    ) -> Iterator[SpiderOutput]:
        """Reports a request whose callback raised."""
        failure = self.reporter.judge(error, request.url if request else "no request")
        asked = request.cb_kwargs if request else {}
        if "source" in asked:
            self.lists.give_up(asked["source"], asked["number"], failure)
        if request is not None and "article" in asked:
            yield from self.reader.lost(request, failure, response)

    def _next_requests(self) -> list[Request]:
        """Makes the requests for the next rendered list or, after all lists, for articles."""
        if self.to_render:
            return [self.lists.first_request(self.to_render.pop(0))]
        self.lists.count_flags()
        self.harvest.add_due()
        return [
            self.reader.request(each.article, validators=each.validators)
            for each in self.harvest.next_articles(AT_ONCE)
        ]
