"""Walks the site's lists, newest first: reads each page and asks for the next one it may need."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial

from attrs import define, field
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.exceptions import PageError, SourceError
from crawler.network.conditional import NOT_MODIFIED, if_changed, validators_of
from crawler.network.dates import sent_at
from crawler.network.exceptions import RobotsForbidden
from crawler.network.failures import Failure, report_of
from crawler.pages.budget import within_budget
from crawler.sources.base import Source, SourcePage
from crawler.spiders.harvest import Harvest
from crawler.spiders.listed.reading import EntryReader
from crawler.spiders.outputs import SpiderOutput
from crawler.spiders.reporter import Reporter
from crawler.spiders.sightings import sightings_in
from crawler.spiders.walks import BACKFILL_PAGES, ListedPage
from pipelines.counting import counters
from pipelines.items import PageReport
from pipelines.timing.clock import now

NAMED_PROBLEMS = 5


@define(kw_only=True, eq=False)
class ListReader:
    """Reads list pages and hands what they show to the harvest."""

    harvest: Harvest
    reporter: Reporter
    entries: EntryReader = field(init=False)
    _flags_counted: bool = False

    def __attrs_post_init__(self) -> None:
        self.entries = EntryReader(out_of_range=self.harvest.out_of_range, reporter=self.reporter)

    def first_request(self, source: Source) -> Request:
        """Asks for a list's newest page; a plain run needs it only if it has changed."""
        request = self._request(source, source.first_request(), 1)
        if source.rendered or request.method != "GET" or not self.harvest.is_plain:
            return request
        return if_changed(request, self.harvest.walk(source.name).known.validators)

    async def parse_list(
        self, response: Response, source: Source, number: int
    ) -> AsyncIterator[SpiderOutput]:
        """Takes in what a list page shows; asks for the next page if that may hold more."""
        walk = self.harvest.walk(source.name)
        if response.status == NOT_MODIFIED:
            walk.unchanged = True
            walk.end()
            counters.LIST_NOT_MODIFIED.by(source.name).add(self.reporter.stats)
            return
        listing, problem = self._read(source, response, number)
        if listing is None:
            other = self._other_way(source, number, problem)
            yield other or self._unreadable(source, number, response, problem)
            following = self._beyond(source, number, response.request) if other is None else None
            if following is not None:
                yield following
            return
        self._note_problems(source, listing, response)
        if number == 1:
            await self._begin(source, listing, response)
        page = await self.harvest.choose(source.name, number, listing.found)
        page.leads_on = listing.leads_on
        if number == 1 and not page.identified and not listing.leads_on:
            yield self._unreadable(source, number, response, f"{response.url} lists no article")
            return
        if walk.oldest_at is not None and self.harvest.arguments.since is not None:
            counters.BACK_TO.by(source.name).set(self.reporter.stats, walk.oldest_at.isoformat())
        ranked = source.ranked and number == 1
        yield sightings_in(self.harvest.site, source.name, page.seen, ranked=ranked)
        async for output in self.entries.read(page.texts, response):
            yield output
        if number > 1 and not listing.found and not listing.leads_on:
            self._note_end(source, number, f"{response.url} lists nothing")
        following = self.next_page(source, listing, page, number)
        if following is not None:
            yield following

    async def _begin(self, source: Source, listing: SourcePage, response: Response) -> None:
        self.harvest.walk(source.name).validators = validators_of(response)
        if listing.next_request is not None and source.max_pages > 1:
            await self.harvest.begin_walk(source.name)

    def _read(
        self, source: Source, response: Response, number: int
    ) -> tuple[SourcePage | None, str]:
        """Returns what a list page shows; or None, and why it cannot be read."""
        moment = sent_at(response) or now()
        try:
            reading = partial(source.read, response, number, moment)
            return within_budget(reading, self.reporter.page_seconds), ""
        except (SourceError, PageError) as error:
            return None, str(error)

    def list_failed(self, failed: TwistedFailure) -> Iterator[Request]:
        """Gives up a list page that could not be had; beyond the first, a 404 is the list's end."""
        request: Request = failed.request  # type: ignore[attr-defined]
        source, number = request.cb_kwargs["source"], request.cb_kwargs["number"]
        failure = self.reporter.judge(failed.value, request.url)
        # What robots.txt forbids is not asked for by way of the browser either.
        forbidden = isinstance(failed.value, RobotsForbidden)
        other = None if forbidden else self._other_way(source, number, failure.detail)
        following = self._beyond(source, number, request) if other is None else None
        if other is not None:
            yield other
        elif following is None and failure.state == "gone" and number > 1:
            self._note_end(source, number, failure.detail)
            self.harvest.walk(source.name).end()
        else:
            self.give_up(source, number, failure)
        if following is not None:
            yield following

    def next_page(
        self, source: Source, listing: SourcePage, page: ListedPage, number: int
    ) -> Request | None:
        """Asks for the page of a list that may hold something wanted; None if none may."""
        harvest = self.harvest
        walk, since = harvest.walk(source.name), harvest.arguments.since
        seen = walk.has_seen_since(listing.next_changed_at, since)
        if listing.next_request is None or harvest.limit_reached or seen:
            walk.end()
            return None
        by_number = (listing.reader or source).page_request(number + 2) is not None
        following = walk.next_page(
            source, page, number, reaching=since is not None, by_number=by_number
        )
        if following is not None:
            reader = self._next_reader(source, listing, following)
            request = listing.next_request
            if following != number + 1:
                request = reader.page_request(following) or request
            return self._request(reader, request, following)
        if walk.cut:
            self._note_cut(source, number, gap=walk.gap is not None)
        return None

    def give_up(self, source: Source, number: int, failure: Failure) -> None:
        """Counts and logs a list page that was given up: what stands behind it is missing."""
        self.harvest.walk(source.name).leave(number, failure.reason)
        counters.LIST_FAILED.add_by(self.reporter.stats, source.name)
        text = f"{failure.reason}: {failure.detail}"
        counters.LIST_ERROR.by(source.name).set(self.reporter.stats, text)
        self.reporter.logger.error("List %s given up: %s", source.name, text[:500])

    def count_flags(self) -> None:
        """Counts the lists at which something is odd; once, when all have been walked."""
        if self._flags_counted:
            return
        self._flags_counted = True
        for report in self.harvest.list_reports(now()):
            for flag in report.flags:
                counters.LIST_FLAGS[flag].by(report.source).add(self.reporter.stats)
                self.reporter.logger.warning("List %s is %s", report.source, flag)

    def _request(self, source: Source, request: Request, number: int) -> Request:
        return request.replace(
            callback=self.parse_list,
            errback=self.list_failed,
            cb_kwargs={"source": source, "number": number},
        )

    def _next_reader(self, source: Source, listing: SourcePage, following: int) -> Source:
        """Returns the source that reads the next page; notes it if that is another one."""
        if listing.reader is None:
            return source
        url = listing.next_request.url if listing.next_request else ""
        text = f"from page {following} on, beginning with {url}"
        counters.LIST_DIRECT.by(source.name).set(self.reporter.stats, text)
        self.reporter.logger.info("List %s is asked for directly %s", source.name, text[:500])
        return listing.reader

    def _other_way(self, source: Source, number: int, why: str) -> Request | None:
        """Asks in another way, if there is one, for a list page that could not be had or read."""
        other = source.other_way(number)
        if other is None:
            return None
        counters.LIST_NOT_DIRECT.by(source.name).add(self.reporter.stats)
        self.reporter.logger.warning("List %s: the browser goes on: %s", source.name, why)
        return self._request(*other, number)

    def _beyond(self, source: Source, number: int, asked: Request | None) -> Request | None:
        """Asks for what follows a page that is given up, where the list goes on without it.

        The walk is not whole then, so the next run looks for what it has missed.
        """
        found = source.beyond(asked) if asked is not None else None
        walk, since = self.harvest.walk(source.name), self.harvest.arguments.since
        if found is None or number >= (source.max_pages if since is None else BACKFILL_PAGES):
            return None
        following, changed_at = found
        if walk.has_seen_since(changed_at, since):
            return None
        return self._request(source, following, number + 1)

    def _unreadable(
        self, source: Source, number: int, response: Response, detail: str
    ) -> PageReport:
        """Gives up a list whose answer is no list; the report keeps that answer as evidence."""
        failure = Failure(reason="list_unreadable", detail=detail, state="unreadable")
        self.give_up(source, number, failure)
        return report_of(self.harvest.site.key, response.url, None, failure, response)

    def _note_end(self, source: Source, number: int, why: str) -> None:
        """Counts a walk that came to a list's end; a list that ends after one page is odd."""
        counters.LIST_END.by(source.name).add(self.reporter.stats)
        self.reporter.logger.info("List %s ends before page %d: %s", source.name, number, why)

    def _note_cut(self, source: Source, number: int, *, gap: bool) -> None:
        """Counts a list that has more to come than one run walks."""
        counters.LIST_CUT.by(source.name).add(self.reporter.stats)
        if gap:
            counters.LIST_GAP.by(source.name).add(self.reporter.stats)
        text = "List %s: left after page %d, more is new"
        self.reporter.logger.warning(text, source.name, number)

    def _note_problems(self, source: Source, listing: SourcePage, response: Response) -> None:
        """Counts and logs the entries of a list that could not be read."""
        for problem in listing.problems:
            counters.LIST_PROBLEMS.add_by(self.reporter.stats, source.name)
            self.reporter.logger.warning("List %s, %s: %s", source.name, response.url, problem)
        if listing.problems:
            text = f"{response.url}: {'; '.join(listing.problems[:NAMED_PROBLEMS])}"
            counters.LIST_PROBLEM.by(source.name).set(self.reporter.stats, text)
