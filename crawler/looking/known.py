"""What is asked of a known site: the first pages of its lists, and articles that they show."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from urllib.parse import urlsplit

from attrs import define, field
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.exceptions import PageError, SourceError
from crawler.kit.page import Page
from crawler.site import Site
from crawler.sources.base import Source, SourcePage
from crawler.urls import ArticleUrl
from pipelines.timing.clock import now

_PAGES = 2
"""Of a list that are recorded."""


@define(kw_only=True)
class KnownLook:
    """Looks at a site by its own declaration.

    articles: asked for at most. ends: addresses at which the recording of a list ends; a replay
    takes them for the end of the list itself. unread: why lists could not be read, by name.
    """

    site: Site
    articles: int
    ends: list[str] = field(factory=list)
    unread: dict[str, str] = field(factory=dict)
    _listed: list[list[str]] = field(factory=list)
    _waiting: dict[str, tuple[Source, int]] = field(factory=dict)
    _following: list[str] = field(factory=list)
    _has_asked_articles: bool = False

    def next_addresses(self) -> list[str]:
        """What to ask for when nothing is under way; nothing when all is seen."""
        if not self._waiting and not self._listed:
            return [*dict.fromkeys((*self._robots(), *self._lists()))]
        if self._following:
            wanted, self._following = self._following, []
            return wanted
        if self._has_asked_articles:
            return []
        self._has_asked_articles = True
        mixed = chain.from_iterable(zip_longest(*self._listed))
        return [*islice(dict.fromkeys(url for url in mixed if url), self.articles)]

    def _robots(self) -> Iterator[str]:
        home = urlsplit(self.site.home)
        yield f"{home.scheme}://{home.netloc}/robots.txt"

    def _lists(self) -> Iterator[str]:
        for source in self.site.sources:
            request = source.first_request()
            if source.default and request.method == "GET" and not source.rendered:
                self._waiting[request.url] = (source, 1)
                yield request.url

    def add(self, asked: str, page: Page) -> None:
        """Takes a page that came; of a list, notes its articles and its next page."""
        source, number = self._waiting.get(asked, (None, 0))
        if source is None:
            return
        listing, why = listing_of(source, page, number)
        if listing is None:
            self.unread[source.name] = why
            return
        found = (self.site.identify(link.url) for link in listing.found)
        self._listed.append([each.url for each in found if isinstance(each, ArticleUrl)])
        following = listing.next_request
        if following is None or following.method != "GET" or following.url in self._waiting:
            return
        if number < min(_PAGES, source.max_pages):
            self._waiting[following.url] = (source, number + 1)
            self._following.append(following.url)
        else:
            self.ends.append(following.url)


def listing_of(source: Source, page: Page, number: int = 1) -> tuple[SourcePage | None, str]:
    """What a list shows on a page that came; or None, and why it cannot be read."""
    response = HtmlResponse(
        page.url,
        body=page.body,
        headers=dict(page.headers),
        request=Request(page.url),
        encoding="utf-8",
    )
    try:
        return source.read(response, number, page.fetched_at or now()), ""
    except (SourceError, PageError) as error:
        return None, str(error)
