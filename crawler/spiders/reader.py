"""Asks for articles and reads them: one page, many pages, or a shell that leads elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from attrs import define, field
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.exceptions import Moved, PageError
from crawler.network.archived import place_of
from crawler.network.conditional import NOT_MODIFIED, if_changed, with_validators
from crawler.network.exceptions import NotRecorded
from crawler.network.failures import UNCHANGED, Failure, failure_of
from crawler.pages.base import ArticlePage, Continuation
from crawler.pages.budget import read_within_budget
from crawler.site import Site
from crawler.spiders.harvest import Harvest
from crawler.spiders.landing import check_landing
from crawler.spiders.outputs import Shells, SpiderOutput, settled
from crawler.spiders.parts import PART_PRIORITY, PartsReader
from crawler.spiders.reporter import Reporter
from crawler.spiders.sightings import hot_list_beside
from crawler.urls import ArticleUrl, NotAnArticleUrl
from pipelines.counting import counters
from pipelines.items import Article, Validators
from pipelines.places import known

MAX_HOPS = 3
"""How often one shell may send us on to another."""
_HOPS = "newsdesk_hops"
"""In the meta of a request: how many shells have led to it."""
ARTICLE_PRIORITY = 0


@define(kw_only=True, eq=False)
class ArticleReader:
    """Turns article URLs into items; every URL asked for ends as an item or as a report.

    parts: reads the further pages of paged articles.
    """

    harvest: Harvest
    reporter: Reporter
    parts: PartsReader = field(init=False)
    _hot_list_read: bool = False
    """The hot list is the same beside all articles, so one reading a run is enough."""

    def __attrs_post_init__(self) -> None:
        self.parts = PartsReader(reporter=self.reporter)

    @property
    def site(self) -> Site:
        return self.reporter.site

    def request(
        self,
        article: ArticleUrl,
        shells: Shells = (),
        *,
        whole: bool = True,
        validators: Validators | None = None,
    ) -> Request:
        """Makes the request for an article.

        whole: ask for all of it on one page, where the site offers that. validators: of the
        page as it was last read; the server answers 304 if it has not changed since.
        """
        request = Request(
            (whole and article.whole_url) or article.url,
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"article": article, "shells": shells},
            meta=self.site.rendering_for(article.url),
            priority=PART_PRIORITY if shells else ARTICLE_PRIORITY,
        )
        return if_changed(request, validators)

    async def parse_article(
        self, response: Response, page: ArticlePage, article: ArticleUrl, shells: Shells
    ) -> AsyncIterator[SpiderOutput]:
        """Reads an article's page: the article, its first page, a shell, or no article at all."""
        if response.status == NOT_MODIFIED:
            yield self.reporter.report(article, UNCHANGED, response)
            return
        match await self._read(page, response):
            case str() as target:
                async for output in self._follow(target, response, article, shells):
                    yield output
            case Failure() as failure:
                for output in self._unread(article, failure, response, shells, response):
                    yield output
            case item, rest if item.id == article.id:
                for output in self._accepted(item, rest, response, article, shells):
                    yield output
            case item, rest:
                async for output in self._redirected(item, rest, response, article, shells):
                    yield output

    async def _read(
        self, page: ArticlePage, response: Response
    ) -> tuple[Article, Continuation | None] | Failure | str:
        """Returns what a page holds: an article and where it goes on, or why there is none, or the
        address to which a shell sends its reader.

        Not as an error: that would hold all that was being read, and outputs wait for the store.
        """
        try:
            check_landing(self.site, response, part=False)
            item, rest = read_within_budget(page, self.reporter.page_seconds)
        except Moved as moved:
            return moved.url
        except PageError as error:
            return failure_of(error)
        item.archive = await known(place_of(response))
        return item, rest

    def article_failed(self, failed: TwistedFailure) -> Iterator[SpiderOutput]:
        """Reports an article for which there is no usable answer."""
        request: Request = failed.request  # type: ignore[attr-defined]
        article, shells = request.cb_kwargs["article"], request.cb_kwargs["shells"]
        failure = self.reporter.judge(failed.value, request.url)
        response = getattr(failed.value, "response", None)
        yield from self._unread(article, failure, response, shells, request)

    def lost(
        self, request: Request, failure: Failure, response: Response | None
    ) -> Iterator[SpiderOutput]:
        """Reports an article over which a callback, or an errback, raised."""
        report = self.reporter.report(request.cb_kwargs["article"], failure, response)
        yield from settled(report, request.cb_kwargs["shells"])

    async def _redirected(
        self,
        item: Article,
        rest: Continuation | None,
        response: Response,
        article: ArticleUrl,
        shells: Shells,
    ) -> AsyncIterator[SpiderOutput]:
        """Yields what becomes of an article to which a redirect from another one has led.

        A text that is stored belongs to its address: no redirect puts another one in its place.
        """
        same = Failure(reason="same_as", detail=item.id, state="not_collectable")
        shells = (*shells, self.reporter.report(article, same))
        landed = self.site.identify(item.url)
        wanted = await self.harvest.claim(landed) if isinstance(landed, ArticleUrl) else None
        if wanted is None:  # this run or an earlier one has had it
            for shell in shells:
                yield shell
        elif wanted.url != item.url:
            yield self.request(wanted, shells)
        else:
            for output in self._accepted(item, rest, response, article, shells):
                yield output

    def _accepted(
        self,
        item: Article,
        rest: Continuation | None,
        response: Response,
        article: ArticleUrl,
        shells: Shells,
    ) -> Iterator[SpiderOutput]:
        """Yields an article that was read, or the request for its further pages.

        An article outside the span of time that was asked for is counted and left out.
        """
        age = self.harvest.out_of_range(item.published_at)
        if age is not None:
            for _ in (article, *shells):
                counters.OUT_OF_RANGE.by(age).add(self.reporter.stats)
            return
        if item.hot and not self._hot_list_read:
            self._hot_list_read = True
            yield hot_list_beside(item, self.site)
        if rest is not None:
            yield from settled(self.parts.first_request(article, item, rest, shells), shells)
            return
        rendered = self.site.rendering_for(article.url)
        yield from settled(item if rendered else with_validators(item, response), shells)

    def _unread(
        self,
        article: ArticleUrl,
        failure: Failure,
        response: Response | None,
        shells: Shells,
        last: Request | Response,
    ) -> Iterator[SpiderOutput]:
        """Reports an article that could not be read.

        If the page with all of it is missing, its own address is asked for first. last: the
        request at the end of all redirects, or its answer.
        """
        asked = last.meta.get("redirect_urls", [last.url])[0]
        missing = failure.state == "gone" or failure.reason == NotRecorded.reason
        if missing and asked == article.whole_url:
            yield self.request(article, shells, whole=False)
        else:
            yield from settled(self.reporter.report(article, failure, response), shells)

    async def _follow(
        self, moved: str, response: Response, article: ArticleUrl, shells: Shells
    ) -> AsyncIterator[SpiderOutput]:
        """Asks for the article that a shell points to; reports the shell if it is not to be had."""
        target = self.site.identify(moved)
        hops = response.meta.get(_HOPS, 0)
        within_bound = hops < MAX_HOPS
        reason = "moved" if within_bound else "moved_too_often"
        if isinstance(target, NotAnArticleUrl):
            reason = target.reason
        failure = Failure(reason=reason, detail=moved, state="not_collectable")
        shell = self.reporter.report(article, failure, response)
        following = None
        if isinstance(target, ArticleUrl) and within_bound:
            if target.id == article.id:  # what becomes of it is said of the article alone
                following = self.request(target, shells)
            elif (wanted := await self.harvest.claim(target)) is not None:
                following = self.request(wanted, (*shells, shell))
        if following is not None:
            following.meta[_HOPS] = hops + 1
            yield following
            return
        for output in settled(shell, shells):
            yield output
