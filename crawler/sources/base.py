"""What all sources of articles have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import define, field

from crawler.pages.entries.text import EntryText

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

MAX_ENTRIES = 1000
"""More than any list page has; what comes after them is reported as a problem."""


@define(kw_only=True)
class Link:
    """A link as a source shows it. rank: counts from 1 over the source's pages.

    text: the article itself, where its source holds that, too.
    """

    url: str
    rank: int
    title: str | None = None
    published_at: datetime | None = None
    comment_count: int | None = None
    read_count: int | None = None
    text: EntryText | None = None


@define(kw_only=True)
class SourcePage:
    """One page of a source.

    found: what it lists. next_request: for the page after it. reader: the source that reads that
    page, if not this one. problems: entries that could not be read ("entry 3: no link").
    leads_on: it lists pages, not articles: an index. next_changed_at: nothing on the next page or
    behind it has changed since, if the source says so.
    """

    found: list[Link]
    next_request: Request | None = None
    reader: Source | None = None
    problems: list[str] = field(factory=list)
    leads_on: bool = False
    next_changed_at: datetime | None = None


@define(kw_only=True)
class Source(ABC):
    """A declared way to find a site's articles.

    kind: what a TOML site calls this class; "": it cannot be written there. selectors: names of
    fields that are CSS selectors. rendered: the source needs a browser. name: unique within the
    site; operators use it (`--sections`, `--channels`). max_pages: asked for at most by one run.
    default: asked for when the operator names no sources. ranked: the order says what matters now,
    not what is newest: a hot list. stale_after: age of the newest article from which on the list
    counts as standing still; None: never. look_behind: pages that a walk goes beyond the first one
    with nothing new, if the list was reordered since the last run.
    """

    kind: ClassVar[str] = ""
    """What a site's file calls this kind of source."""
    selectors: ClassVar[tuple[str, ...]] = ()
    rendered: ClassVar[bool] = False

    name: str
    title: str
    max_pages: int = 20
    default: bool = True
    ranked: bool = False
    stale_after: timedelta | None = timedelta(days=3)
    look_behind: int = 2

    @abstractmethod
    def first_request(self) -> Request:
        """Returns the request for the newest page."""

    def page_request(self, number: int) -> Request | None:
        """Returns the request for any page; None if only the page before it can give it."""
        return None

    @abstractmethod
    def read(self, response: Response, page: int, now: datetime) -> SourcePage:
        """Reads one answer; `page` counts from 1, `now` is the time relative times refer to.

        Raises:
            SourceError: the answer is not of the form this source knows.
        """

    def beyond(self, request: Request) -> tuple[Request, datetime | None] | None:
        """Returns the request for what follows a page that could not be had or read, and when that
        was last changed; None if only that page could say so."""
        return None

    def other_way(self, page: int) -> tuple[Source, Request] | None:
        """Returns another source and request for a page that could not be had or read, if any."""
        return None


def request(url: str, **more: Any) -> Request:  # noqa: ANN401 - what Scrapy's class takes
    """Returns a request. Only a crawl makes any, so only a crawl has to load Scrapy: what a site
    declares is known without it."""
    from scrapy import Request

    return Request(url, **more)


def by_name(sources: Iterable[Source]) -> dict[str, Source]:
    """Returns the sources by name."""
    return {source.name: source for source in sources}
