"""The half of a spider that reads articles: one page, many pages, or what stands in their place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from urllib.parse import urlsplit

import attrs
from attrs import define, field
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.exceptions import Moved, PageError
from crawler.network.conditional import NOT_MODIFIED, if_changed, with_validators
from crawler.network.exceptions import NotRecorded
from crawler.network.failures import UNCHANGED, Setback, is_cut_off, setback_of
from crawler.pages.base import ArticlePage, Continuation, join_pages
from crawler.spiders.arguments import read_arguments
from crawler.spiders.harvest import Harvest
from crawler.spiders.memory import NothingKnown
from crawler.spiders.reporting import ReportingSpider
from crawler.spiders.sightings import hot_list_beside
from crawler.urls import ArticleUrl, NotAnArticleUrl
from pipelines.items import Article, PageReport, Sightings, Validators

MAX_PARTS = 30
"""More pages than any article has."""
MAX_HOPS = 3
"""How often one shell may send us on to another."""
ARTICLE_PRIORITY = 0
PART_PRIORITY = 30
"""What has begun is finished before anything else is asked for."""

Outcome = Request | Article | PageReport | Sightings
Shells = tuple[PageReport, ...]
"""Reports of the addresses that led to an article, handed out after it: nothing else leads there,
so they count as dealt with only when it does."""


@define(kw_only=True)
class Joining:
    """A paged article being put together.

    waiting: addresses of the pages still to be asked for. full_text: `parts` is to be the one
    page with the whole text; if that fails, `page_urls` are tried.
    """

    first: Article
    waiting: list[str]
    parts: list[Article] = field(factory=list)
    full_text: bool = False
    page_urls: tuple[str, ...] = ()


class ArticleSpider(ReportingSpider):
    """Asks for articles and reads them; every URL asked for ends as an item or as a report."""

    def __init__(self, name: str | None = None, **arguments: str) -> None:
        super().__init__(name)
        self.allowed_domains = list(self.site.domains)
        self.asked_for = read_arguments(self.site, arguments)
        self.harvest = Harvest(
            site=self.site, arguments=self.asked_for, memory=NothingKnown(), count=self.count
        )
        self.hot_list_read = False  # it is the same beside all articles

    def article_request(
        self,
        article: ArticleUrl,
        shells: Shells = (),
        *,
        whole: bool = True,
        validators: Validators | None = None,
    ) -> Request:
        """The request for an article, on one page where the site offers that, if it changed."""
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
    ) -> AsyncIterator[Outcome]:
        """An article's page: the article, its first page, a shell, or no article at all."""
        if response.status == NOT_MODIFIED:
            yield self.report(article, UNCHANGED, response)
            return
        try:
            self.refuse_astray(response, part=False)
            item, rest = await page.to_item(), page.continuation
        except Moved as moved:
            async for outcome in self.follow(moved, response, article, shells):
                yield outcome
            return
        except PageError as error:
            for each in self.unread(article, setback_of(error), response, shells, response):
                yield each
            return
        page.let_go()
        if item.id != article.id:
            self.count("followed")
            same = Setback(reason="same_as", detail=item.id, state="not_collectable")
            shells = (*shells, self.report(article, same))
        for each in self.taken(item, rest, response, article, shells):
            yield each

    def taken(
        self,
        item: Article,
        rest: Continuation | None,
        response: Response,
        article: ArticleUrl,
        shells: Shells,
    ) -> Iterator[Outcome]:
        """What comes of an article that was read, or of its first page."""
        age = self.harvest.out_of_range(item.published_at)
        if age is not None:
            for _ in (article, *shells):
                self.count(f"out_of_range/{age}")
            return
        if item.hot and not self.hot_list_read:
            self.hot_list_read = True
            yield hot_list_beside(item, self.site)
        rendered = self.site.rendering_for(article.url)
        whole = item if rendered else with_validators(item, response)
        outcome = whole if rest is None else self.first_part(article, item, rest, shells)
        yield from self.settled(outcome, shells)

    def article_failed(self, failure: Failure) -> Iterator[Outcome]:
        """No usable answer for an article."""
        request: Request = failure.request  # type: ignore[attr-defined]
        article, shells = request.cb_kwargs["article"], request.cb_kwargs["shells"]
        setback = self.judge(failure.value, request.url)
        response = getattr(failure.value, "response", None)
        yield from self.unread(article, setback, response, shells, request)

    def unread(
        self,
        article: ArticleUrl,
        setback: Setback,
        response: Response | None,
        shells: Shells,
        end: Request | Response,
    ) -> Iterator[Outcome]:
        """An article that was not had; one without a whole page still has its own address.

        end: where its request, or the last of its redirects, came to.
        """
        asked = end.meta.get("redirect_urls", [end.url])[0]
        not_there = setback.state == "gone" or setback.reason == NotRecorded.reason
        if not_there and asked == article.whole_url:
            yield self.article_request(article, shells, whole=False)
        else:
            yield from self.settled(self.report(article, setback, response), shells)

    def settled(self, outcome: Outcome, shells: Shells) -> Iterator[Outcome]:
        """What became of an article, then of the shells that led to it.

        Where the article failed they failed, too: the next run must find its way once more.
        """
        yield outcome
        if isinstance(outcome, Request):  # takes them along
            return
        failed = isinstance(outcome, PageReport) and outcome.state == "failed"
        for shell in shells:
            if not failed:
                yield shell
            elif shell.id != outcome.id:
                yield attrs.evolve(shell, state="failed", reason="target_failed")

    def refuse_astray(self, response: Response, *, part: bool) -> None:
        """Raise the `PageError` that fits if this is not the whole page of an article's own URL.

        part: a later page of it is what was asked for.
        """
        if is_cut_off(response):
            raise PageError("truncated", "the connection ended before the page did")
        landed = self.site.identify(response.url)
        if isinstance(landed, ArticleUrl):
            if landed.page > 1 and not part:
                raise PageError("page_missing", f"redirected to page {landed.page} of it")
            return
        if not response.meta.get("redirect_times"):
            return
        error = PageError(landed.reason, f"redirected to {response.url}")
        error.state = "not_collectable"
        if urlsplit(response.url).path in {"", "/"}:
            error.reason, error.state = "redirect_home", "gone"
        raise error

    async def follow(
        self, moved: Moved, response: Response, article: ArticleUrl, shells: Shells
    ) -> AsyncIterator[Outcome]:
        """Ask for what a shell points to, or report the shell if that is known or leads nowhere."""
        target = self.site.identify(moved.url)
        reason = "moved" if len(shells) < MAX_HOPS else "moved_too_often"
        if isinstance(target, NotAnArticleUrl):
            reason = target.reason
        setback = Setback(reason=reason, detail=moved.url, state="not_collectable")
        shell = self.report(article, setback, response)
        if (
            isinstance(target, ArticleUrl)
            and len(shells) < MAX_HOPS
            and await self.harvest.claim(target)
        ):
            yield self.article_request(target, (*shells, shell))
        else:
            for each in self.settled(shell, shells):
                yield each

    # Paged articles.

    def first_part(
        self, article: ArticleUrl, first: Article, rest: Continuation, shells: Shells
    ) -> Outcome:
        """The request for the full text if the page offers it, else for the second page."""
        if rest.full_text_url is None:
            return self.second_page(article, first, rest.page_urls, shells)
        joining = Joining(
            first=first, waiting=[rest.full_text_url], full_text=True, page_urls=rest.page_urls
        )
        return self.part_request(article, joining, shells)

    def second_page(
        self, article: ArticleUrl, first: Article, urls: Sequence[str], shells: Shells
    ) -> Outcome:
        """The request for the second of all pages."""
        if 0 < len(urls) < MAX_PARTS:
            return self.part_request(article, Joining(first=first, waiting=list(urls)), shells)
        detail = f"{len(urls)} further pages"
        return self.report(article, Setback(reason="page_missing", detail=detail))

    def part_request(self, article: ArticleUrl, joining: Joining, shells: Shells) -> Request:
        """The request for the next page that is waiting."""
        url = joining.waiting.pop(0)
        return Request(
            url,
            callback=self.parse_part,
            errback=self.part_failed,
            cb_kwargs={"article": article, "joining": joining, "shells": shells},
            meta=self.site.rendering_for(url),
            priority=PART_PRIORITY,
        )

    async def parse_part(
        self,
        response: Response,
        page: ArticlePage,
        article: ArticleUrl,
        joining: Joining,
        shells: Shells,
    ) -> AsyncIterator[Outcome]:
        """One more page of a paged article."""
        outcome: Outcome
        try:
            self.refuse_astray(response, part=True)
            joining.parts.append(await page.to_item())
            page.let_go()
            if joining.waiting:
                outcome = self.part_request(article, joining, shells)
            else:
                outcome = join_pages(joining.first, joining.parts, full_text=joining.full_text)
        except PageError as error:
            outcome = self.without_part(article, joining, shells, f"{response.url}: {error}")
        for each in self.settled(outcome, shells):
            yield each

    def part_failed(self, failure: Failure) -> Iterator[Outcome]:
        """A page of a paged article that could not be had."""
        request: Request = failure.request  # type: ignore[attr-defined]
        setback = self.judge(failure.value, request.url)
        detail = f"{request.url}: {setback.reason}: {setback.detail}"
        asked = request.cb_kwargs
        outcome = self.without_part(asked["article"], asked["joining"], asked["shells"], detail)
        yield from self.settled(outcome, asked["shells"])

    def without_part(
        self, article: ArticleUrl, joining: Joining, shells: Shells, detail: str
    ) -> Outcome:
        """Single pages instead of the full text; without one of those it is no article."""
        if joining.full_text and joining.page_urls:
            return self.second_page(article, joining.first, joining.page_urls, shells)
        return self.report(article, Setback(reason="page_missing", detail=detail))

    def lost(
        self, request: Request | None, error: BaseException, response: Response | None = None
    ) -> Iterator[Outcome]:
        """What is said of a request whose callback raised."""
        setback = self.judge(error, request.url if request else "no request")
        asked = request.cb_kwargs if request else {}
        if "article" in asked:
            report = self.report(asked["article"], setback, response)
            yield from self.settled(report, asked["shells"])
