"""Fetches and joins the pages of an article that stands on several."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

from attrs import define, field
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.exceptions import PageError
from crawler.network.failures import Failure
from crawler.pages.base import ArticlePage, Continuation, join_pages
from crawler.pages.budget import read_within_budget
from crawler.spiders.landing import check_landing
from crawler.spiders.outputs import Shells, SpiderOutput, settled
from crawler.spiders.reporter import Reporter
from crawler.urls import ArticleUrl
from pipelines.items import Article

MAX_PARTS = 30
"""More pages than any article has."""
PART_PRIORITY = 30
"""Above that of new articles (0): an article that was begun is finished first."""


@define(kw_only=True)
class PagedArticle:
    """An article whose pages are being fetched.

    first: its first page. waiting: addresses of pages that are still to be asked for. parts: pages
    that were read after the first. full_text: the only part is a page with the whole text; if that
    fails, the pages at `page_urls` are fetched instead.
    """

    first: Article
    waiting: list[str]
    parts: list[Article] = field(factory=list)
    full_text: bool = False
    page_urls: tuple[str, ...] = ()


@define(kw_only=True, eq=False)
class PartsReader:
    """Asks for one page of an article after the other."""

    reporter: Reporter

    def first_request(
        self, article: ArticleUrl, first: Article, rest: Continuation, shells: Shells
    ) -> SpiderOutput:
        """Asks for the page with the full text if there is one, else for the second page."""
        if rest.full_text_url is None:
            return self._second_page(article, first, rest.page_urls, shells)
        paged = PagedArticle(
            first=first, waiting=[rest.full_text_url], full_text=True, page_urls=rest.page_urls
        )
        return self._next_request(article, paged, shells)

    async def parse_part(
        self,
        response: Response,
        page: ArticlePage,
        article: ArticleUrl,
        paged: PagedArticle,
        shells: Shells,
    ) -> AsyncIterator[SpiderOutput]:
        """Reads a page; asks for the next one, or joins them all."""
        outcome: SpiderOutput
        try:
            check_landing(self.reporter.site, response, part=True)
            part, _ = read_within_budget(page, self.reporter.page_seconds)
            paged.parts.append(part)
            if paged.waiting:
                outcome = self._next_request(article, paged, shells)
            else:
                outcome = join_pages(paged.first, paged.parts, full_text=paged.full_text)
        except PageError as error:
            outcome = self._without_part(article, paged, shells, f"{response.url}: {error}")
        for each in settled(outcome, shells):
            yield each

    def part_failed(self, failed: TwistedFailure) -> Iterator[SpiderOutput]:
        """Goes on without a page that could not be had, if that is possible."""
        request: Request = failed.request  # type: ignore[attr-defined]
        failure = self.reporter.judge(failed.value, request.url)
        detail = f"{request.url}: {failure.reason}: {failure.detail}"
        asked = request.cb_kwargs
        outcome = self._without_part(asked["article"], asked["paged"], asked["shells"], detail)
        yield from settled(outcome, asked["shells"])

    def _second_page(
        self, article: ArticleUrl, first: Article, urls: Sequence[str], shells: Shells
    ) -> SpiderOutput:
        if 0 < len(urls) < MAX_PARTS:
            paged = PagedArticle(first=first, waiting=list(urls))
            return self._next_request(article, paged, shells)
        detail = f"{len(urls)} further pages"
        return self.reporter.report(article, Failure(reason="page_missing", detail=detail))

    def _next_request(self, article: ArticleUrl, paged: PagedArticle, shells: Shells) -> Request:
        url = paged.waiting.pop(0)
        return Request(
            url,
            callback=self.parse_part,
            errback=self.part_failed,
            cb_kwargs={"article": article, "paged": paged, "shells": shells},
            meta=self.reporter.site.rendering_for(url),
            priority=PART_PRIORITY,
        )

    def _without_part(
        self, article: ArticleUrl, paged: PagedArticle, shells: Shells, detail: str
    ) -> SpiderOutput:
        """Fetches single pages in place of the full text; reports the article if one is missing."""
        if paged.full_text and paged.page_urls:
            return self._second_page(article, paged.first, paged.page_urls, shells)
        return self.reporter.report(article, Failure(reason="page_missing", detail=detail))
