"""The half of a spider that reads articles: one page, many pages, or what stands in their place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import ClassVar
from urllib.parse import urlsplit

import scrapy
from attrs import define, field
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.arguments import read_arguments
from crawler.exceptions import Moved, PageError
from crawler.failures import Setback, setback_of
from crawler.harvest import Harvest, NothingKnown
from crawler.pages.base import ArticlePage, Continuation, join_pages
from crawler.sites import Site
from crawler.urls import ArticleUrl, NotAnArticleUrl
from pipelines.items import Article, PageReport

MAX_PARTS = 30
"""More pages than any article has."""
MAX_HOPS = 3
"""How often one shell may send us on to another."""
ARTICLE_PRIORITY = 0
PART_PRIORITY = 30
"""What has begun is finished before anything else is asked for."""

Outcome = Request | Article | PageReport


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


class ArticleSpider(scrapy.Spider):
    """Asks for articles and reads them; every URL asked for ends as an item or as a report."""

    site: ClassVar[Site]

    def __init__(self, name: str | None = None, **arguments: str) -> None:
        super().__init__(name)
        self.allowed_domains = list(self.site.domains)
        self.asked_for = read_arguments(self.site, arguments)
        self.harvest = Harvest(
            site=self.site, arguments=self.asked_for, memory=NothingKnown(), count=self.count
        )

    def count(self, name: str) -> None:
        """Add one to the counter newsdesk/`name`."""
        self.crawler.stats.inc_value(f"newsdesk/{name}")

    def article_request(self, article: ArticleUrl, hops: int = 0, *, whole: bool = True) -> Request:
        """The request for an article, all on one page where the site offers that.

        hops: how many shells led to it.
        """
        return Request(
            (whole and article.whole_url) or article.url,
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"article": article, "hops": hops},
            priority=PART_PRIORITY if hops else ARTICLE_PRIORITY,
        )

    async def parse_article(
        self, response: Response, page: ArticlePage, article: ArticleUrl, hops: int
    ) -> AsyncIterator[Outcome]:
        """An article's page: the article, its first page, a shell, or no article at all."""
        try:
            self.refuse_astray(response)
            item, rest = await page.to_item(), page.continuation
        except Moved as moved:
            async for outcome in self.follow(moved, response, article, hops):
                yield outcome
            return
        except PageError as error:
            yield self.report(article, _setback(error), response)
            return
        if item.id != article.id:
            same = Setback(reason="same_as", detail=item.id, state="not_collectable")
            yield self.report(article, same)
        age = self.harvest.out_of_range(item.published_at)
        if age is not None:
            self.count(f"excluded/{age}")
        else:
            yield item if rest is None else self.first_part(article, item, rest)

    def article_failed(self, failure: Failure) -> Iterator[Request | PageReport]:
        """No usable answer for an article; one without a whole page still has its own address."""
        request: Request = failure.request  # type: ignore[attr-defined]
        article: ArticleUrl = request.cb_kwargs["article"]
        response = getattr(failure.value, "response", None)
        setback = self.judge(failure.value, request.url)
        not_there = setback.state == "gone" or setback.reason == "not_recorded"
        if not_there and request.url == article.whole_url:
            yield self.article_request(article, request.cb_kwargs["hops"], whole=False)
        else:
            yield self.report(article, setback, response)

    def refuse_astray(self, response: Response) -> None:
        """Raise the `PageError` that fits if this is not the whole page of an article's own URL."""
        if "partial" in response.flags and b"</html" not in response.body[-4096:].lower():
            raise PageError("truncated", "the connection ended before the page did")
        landed = self.site.identify(response.url)
        if not response.meta.get("redirect_times") or isinstance(landed, ArticleUrl):
            return
        error = PageError(landed.reason, f"redirected to {response.url}")
        error.state = "not_collectable"
        if urlsplit(response.url).path in {"", "/"}:
            error.reason, error.state = "redirect_home", "gone"
        raise error

    async def follow(
        self, moved: Moved, response: Response, article: ArticleUrl, hops: int
    ) -> AsyncIterator[Outcome]:
        """Report the shell, and ask for what it points to unless that is known."""
        target = self.site.identify(moved.url)
        reason = "moved" if hops < MAX_HOPS else "moved_too_often"
        if isinstance(target, NotAnArticleUrl):
            reason = target.reason
        yield self.report(
            article, Setback(reason=reason, detail=moved.url, state="not_collectable"), response
        )
        if isinstance(target, NotAnArticleUrl) or hops >= MAX_HOPS:
            return
        if await self.harvest.claim(target):
            yield self.article_request(target, hops + 1)

    # Paged articles.

    def first_part(self, article: ArticleUrl, first: Article, rest: Continuation) -> Outcome:
        """The request for the full text if the page offers it, else for the second page."""
        if rest.full_text_url is None:
            return self.second_page(article, first, rest.page_urls)
        joining = Joining(
            first=first,
            waiting=[rest.full_text_url],
            full_text=True,
            page_urls=rest.page_urls,
        )
        return self.part_request(article, joining)

    def second_page(self, article: ArticleUrl, first: Article, urls: Sequence[str]) -> Outcome:
        """The request for the second of all pages."""
        if 0 < len(urls) < MAX_PARTS:
            return self.part_request(article, Joining(first=first, waiting=list(urls)))
        detail = f"{len(urls)} further pages"
        return self.report(article, Setback(reason="page_missing", detail=detail))

    def part_request(self, article: ArticleUrl, joining: Joining) -> Request:
        """The request for the next page that is waiting."""
        return Request(
            joining.waiting.pop(0),
            callback=self.parse_part,
            errback=self.part_failed,
            cb_kwargs={"article": article, "joining": joining},
            priority=PART_PRIORITY,
        )

    async def parse_part(
        self, response: Response, page: ArticlePage, article: ArticleUrl, joining: Joining
    ) -> AsyncIterator[Outcome]:
        """One more page of a paged article."""
        try:
            self.refuse_astray(response)
            joining.parts.append(await page.to_item())
            if joining.waiting:
                yield self.part_request(article, joining)
            else:
                yield join_pages(joining.first, joining.parts, full_text=joining.full_text)
        except PageError as error:
            yield self.without_part(article, joining, f"{response.url}: {error}")

    def part_failed(self, failure: Failure) -> Iterator[Outcome]:
        """A page of a paged article that could not be had."""
        request: Request = failure.request  # type: ignore[attr-defined]
        setback = self.judge(failure.value, request.url)
        detail = f"{request.url}: {setback.reason}: {setback.detail}"
        yield self.without_part(request.cb_kwargs["article"], request.cb_kwargs["joining"], detail)

    def without_part(self, article: ArticleUrl, joining: Joining, detail: str) -> Outcome:
        """Single pages instead of the full text; without one of those it is no article."""
        if joining.full_text and joining.page_urls:
            return self.second_page(article, joining.first, joining.page_urls)
        return self.report(article, Setback(reason="page_missing", detail=detail))

    # What went wrong.

    def report(
        self, article: ArticleUrl, setback: Setback, response: Response | None = None
    ) -> PageReport:
        """What became of an article's URL; the page is kept if it could not be read."""
        return report_of(self.site.key, article.url, article.key, setback, response)

    def judge(self, error: BaseException | None, url: str) -> Setback:
        """What an errback was handed or a callback raised; our own errors are logged in full."""
        setback = setback_of(error)
        if setback.bug:
            self.note_bug(url, error)
        return setback

    def note_bug(self, url: str, error: BaseException | None) -> None:
        """Log and count an error in our own code."""
        self.crawler.stats.inc_value("spider_exceptions/count")
        self.crawler.stats.inc_value(f"spider_exceptions/{type(error).__name__}")
        self.logger.error("Error in Newsdesk's code over %s", url, exc_info=error)

    def lost(
        self, request: Request | None, error: BaseException, response: Response | None = None
    ) -> Iterator[PageReport]:
        """What is said of a request whose callback raised."""
        setback = self.judge(error, request.url if request else "no request")
        asked = request.cb_kwargs if request else {}
        if "article" in asked:
            yield self.report(asked["article"], setback, response)


def report_of(
    site: str, url: str, key: str | None, setback: Setback, response: Response | None = None
) -> PageReport:
    """A report with the page as evidence, unless it only says that there is none."""
    report = PageReport(
        site=site,
        key=key,
        url=url,
        state=setback.state,
        reason=setback.reason,
        detail=setback.detail,
        status=setback.status,
    )
    if response is not None:
        report.status = response.status
        if setback.state in {"unreadable", "failed"}:
            report.evidence = response.body
            kind = response.headers.get("Content-Type") or b""
            report.evidence_type = kind.decode("latin-1") or None
    return report


def _setback(error: PageError) -> Setback:
    return Setback(reason=error.reason, detail=error.detail, state=error.state)
