"""What all spiders do: walk the site's lists newest first, and ask for what is new on them.

All lists are walked before any article is asked for, and then what stood furthest back comes
first. A crawl that is killed has left out the newest, so the next one finds the rest before it
meets a page with nothing new, where it leaves the list. Last of all come the articles that are due
for another look, whether a list still shows them or not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from scrapy import Request, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.exceptions import MemoryUnavailable, SourceError
from crawler.network.conditional import NOT_MODIFIED, if_changed, validators_of
from crawler.network.dates import sent_at
from crawler.network.exceptions import RobotsForbidden
from crawler.network.failures import Setback, report_of, setback_of
from crawler.sources.base import Source, SourcePage
from crawler.spiders.articles import ArticleSpider, Outcome
from crawler.spiders.harvest import Page
from crawler.spiders.memory import Memory
from crawler.spiders.sightings import reading_of
from crawler.urls import ArticleUrl
from pipelines.clock import now
from pipelines.items import PageReport, Sightings, Validators

AT_ONCE = 200
"""Articles that are handed to the engine together: each request there takes some kilobytes."""
BROWSER_HANDLER = "crawler.browser.handler.BrowserHandler"


class NewsSpider(ArticleSpider):
    """A site's spider is this class with a `name` and a `site`.

    Arguments: see `crawler.spiders.arguments`. memory: what earlier runs know; an extension sets it
    before the first request.
    """

    def __init__(self, name: str | None = None, **arguments: str) -> None:
        super().__init__(name, **arguments)
        self.held: list[tuple[int, ArticleUrl, Validators | None]] = []
        """Articles to be asked for, each with the page of the list it stood on (0: on none) and
        what is known of its page."""
        self.judged = False
        self.to_render: list[Source] = [each for each in self.asked_for.sources if each.rendered]
        """Lists that need a browser: one after another, since each keeps a page of it open."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Let a browser's handler in where the site declares that it needs one, and only there.

        A replayed recording holds such a page as it was once rendered.
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

    def lists_walked(self) -> None:
        """Nothing is under way any more: ask for what the lists have shown, and what is due.

        Raises:
            DontCloseSpider: there is something to ask for.
        """
        engine = self.crawler.engine
        if self.to_render and engine is not None:
            source = self.to_render.pop(0)
            engine.crawl(self.list_request(source, source.first_request(), 1))
            raise DontCloseSpider
        self.judge_lists()
        if self.held and engine is not None:
            for _page, article, validators in self.held[-AT_ONCE:][::-1]:
                engine.crawl(self.article_request(article, validators=validators))
            del self.held[-AT_ONCE:]
            raise DontCloseSpider

    def judge_lists(self) -> None:
        """Once: count the lists at which something is odd, and put what is to be asked for in
        order, what stood furthest back at the end and what no list showed at the beginning."""
        if self.judged:
            return
        self.judged = True
        self.held += [(0, *due) for due in self.harvest.take_due()]
        self.held = sorted(self.held, key=lambda each: -each[0])[::-1]
        for fared in self.harvest.fared(now()):
            for flag in fared.flags:
                self.count(f"list_{flag}/{fared.source}")
                self.logger.warning("List %s is %s", fared.source, flag)

    @property
    def memory(self) -> Memory:
        return self.harvest.memory

    @memory.setter
    def memory(self, memory: Memory) -> None:
        self.harvest.memory = memory

    async def start(self) -> AsyncIterator[Request]:
        self.crawler.signals.connect(self.lists_walked, signals.spider_idle)
        try:
            await self.harvest.recall()
        except MemoryUnavailable as error:
            self.logger.warning("What is due cannot be told: %s", error)
        for source in self.asked_for.sources:
            if source.rendered:
                continue
            request = self.list_request(source, source.first_request(), 1)
            known = self.harvest.walk(source.name).remembered.validators
            yield if_changed(request, known if self.harvest.is_plain else None)

    def list_request(self, source: Source, request: Request, number: int) -> Request:
        """The request for page `number` of a source."""
        return request.replace(
            callback=self.parse_list,
            errback=self.list_failed,
            cb_kwargs={"source": source, "number": number},
        )

    async def parse_list(
        self, response: Response, source: Source, number: int
    ) -> AsyncIterator[Request | PageReport | Sightings]:
        """Note what is new on a list page, and ask for the next page if that may hold more."""
        walk = self.harvest.walk(source.name)
        if response.status == NOT_MODIFIED:
            walk.unchanged = True
            walk.end()
            self.count(f"list_not_modified/{source.name}")
            return
        try:
            listing = source.read(response, number, sent_at(response) or now())
        except SourceError as error:
            instead = self.instead(source, number, str(error))
            yield instead or self.unreadable_list(source, number, response, str(error))
            return
        self.note_problems(source, listing, response)
        if number == 1:
            walk.validators = validators_of(response)
            if listing.next_request is not None and source.max_pages > 1:
                await self.harvest.begin_walk(source.name)
        page = await self.harvest.choose(source.name, listing.found)
        if number == 1 and not page.identified:
            detail = f"{response.url} lists no article"
            yield self.unreadable_list(source, number, response, detail)
            return
        self.held += [
            (number, article, page.validators.get(article.id)) for article in page.articles
        ]
        if walk.oldest_at is not None and self.asked_for.since is not None:
            reached = walk.oldest_at.isoformat()
            self.crawler.stats.set_value(f"newsdesk/back_to/{source.name}", reached)
        ranked = source.ranked and number == 1
        yield reading_of(self.site, source.name, page.seen, ranked=ranked)
        if number > 1 and not listing.found:
            self.note_end(source, number, f"{response.url} lists nothing")
        following = self.next_page(source, listing, page, number)
        if following is not None:
            yield following

    def next_reader(self, source: Source, listing: SourcePage, following: int) -> Source:
        """Who reads the next page; it is said if that is not who has read this one."""
        if listing.reader is None:
            return source
        url = listing.next_request.url if listing.next_request else ""
        text = f"from page {following} on, beginning with {url}"[:500]
        self.crawler.stats.set_value(f"newsdesk/list_direct/{source.name}", text)
        self.logger.info("List %s is asked for directly %s", source.name, text)
        return listing.reader

    def instead(self, source: Source, number: int, why: str) -> Request | None:
        """Another way to a list page that could not be had or read, if there is one."""
        other = source.instead(number)
        if other is None:
            return None
        self.count(f"list_not_direct/{source.name}")
        self.logger.warning("List %s: the browser goes on: %s", source.name, why)
        return self.list_request(*other, number)

    def list_failed(self, failure: Failure) -> Iterator[Request]:
        """A list page that could not be had; beyond the first a 404 is the list's end."""
        request: Request = failure.request  # type: ignore[attr-defined]
        source, number = request.cb_kwargs["source"], request.cb_kwargs["number"]
        setback = self.judge(failure.value, request.url)
        # What robots.txt forbids is not asked for by way of the browser either.
        forbidden = isinstance(failure.value, RobotsForbidden)
        instead = None if forbidden else self.instead(source, number, setback.detail)
        if instead is not None:
            yield instead
        elif setback.state == "gone" and number > 1:
            self.note_end(source, number, setback.detail)
            self.harvest.walk(source.name).end()
        else:
            self.give_up(source, number, setback.reason, setback.detail)

    def note_end(self, source: Source, number: int, why: str) -> None:
        """Count a walk that came to a list's end; a list that ends after one page is odd."""
        self.count(f"list_end/{source.name}")
        self.logger.info("List %s ends before page %d: %s", source.name, number, why)

    def next_page(
        self, source: Source, listing: SourcePage, page: Page, number: int
    ) -> Request | None:
        """The request for the page of a list that may hold something wanted, if any may."""
        walk, reaching = self.harvest.walk(source.name), self.asked_for.since is not None
        if listing.next_request is None or self.harvest.limit_reached:
            walk.end()
            return None
        following = walk.next_page(source, page, number, reaching=reaching)
        if following is not None:
            reader = self.next_reader(source, listing, following)
            request = listing.next_request
            if following != number + 1:
                request = reader.page_request(following) or request
            return self.list_request(reader, request, following)
        if walk.cut:
            self.note_cut(source, number, gap=walk.gap is not None)
        return None

    def note_cut(self, source: Source, number: int, *, gap: bool) -> None:
        """Count a list with more to come than one run walks."""
        self.count(f"list_cut/{source.name}")
        if gap:
            self.count(f"list_gap/{source.name}")
        self.logger.warning("List %s: left after page %d, more is new", source.name, number)

    def note_problems(self, source: Source, listing: SourcePage, response: Response) -> None:
        """Count and log the entries of a list that could not be read."""
        for problem in listing.problems:
            self.count("list_problems")
            self.count(f"list_problems/{source.name}")
            self.logger.warning("List %s, %s: %s", source.name, response.url, problem)
        if listing.problems:
            text = f"{response.url}: {'; '.join(listing.problems[:5])}"
            self.crawler.stats.set_value(f"newsdesk/list_problem/{source.name}", text[:500])

    def unreadable_list(
        self, source: Source, number: int, response: Response, detail: str
    ) -> PageReport:
        """Give a list up whose answer is none; the answer is kept as evidence."""
        self.give_up(source, number, "list_unreadable", detail)
        setback = Setback(reason="list_unreadable", detail=detail, state="unreadable")
        return report_of(self.site.key, response.url, None, setback, response)

    def give_up(self, source: Source, number: int, reason: str, detail: str) -> None:
        """Count and log a list page that was given up: what stands behind it is missing."""
        self.harvest.walk(source.name).leave(number, reason)
        self.count("list_failed")
        self.count(f"list_failed/{source.name}")
        text = f"{reason}: {detail}"[:500]
        self.crawler.stats.set_value(f"newsdesk/list_error/{source.name}", text)
        self.logger.error("List %s given up: %s", source.name, text)

    def lost(
        self, request: Request | None, error: BaseException, response: Response | None = None
    ) -> Iterator[Outcome]:
        asked = request.cb_kwargs if request else {}
        if "source" in asked:
            setback = setback_of(error)
            self.give_up(asked["source"], asked["number"], setback.reason, setback.detail)
        yield from super().lost(request, error, response)
