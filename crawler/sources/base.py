"""What every source of articles has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from attrs import define, field
from scrapy import Request
from scrapy.http import Response

MAX_ENTRIES = 1000
"""More than any list page has; what comes after them is reported as a problem."""


@define(kw_only=True)
class Link:
    """A link to an article as a source shows it. rank counts from 1 over the source's pages."""

    url: str
    rank: int
    title: str | None = None
    published_at: datetime | None = None
    comment_count: int | None = None
    read_count: int | None = None


@define(kw_only=True)
class SourcePage:
    """One answer of a source: what it lists, and the request for what comes after it.

    reader: who reads the answer to that, if not the source itself.
    problems: entries that could not be read ("entry 3: no link"), each counted and recorded.
    """

    found: list[Link]
    next_request: Request | None = None
    reader: Source | None = None
    problems: list[str] = field(factory=list)


@define(kw_only=True)
class Source(ABC):
    """A declared way to find a site's articles.

    rendered: it needs a browser.
    name: unique within the site; the operators' word for it (`--sections`, `--channels`).
    max_pages: how many pages a walk asks for at most in one run.
    default: asked for when the operator names no sources.
    ranked: its order says what matters now, not what is newest: a hot list.
    stale_after: when its newest article is older, the list stands still; None: it may.
    look_behind: pages that a walk goes beyond the first one with nothing new, if the list was put
    in another order since the last run.
    """

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
        """The request for the newest page."""

    def page_request(self, number: int) -> Request | None:
        """The request for any page; None where only the page before it can say."""
        return None

    @abstractmethod
    def read(self, response: Response, page: int, now: datetime) -> SourcePage:
        """Read one answer; `page` counts from 1, `now` is the time relative times refer to.

        Raises:
            SourceError: the answer is not of the form this source knows.
        """

    def other_way(self, page: int) -> tuple[Source, Request] | None:
        """Who else may have page `page` of this list, and by which request, if it cannot be had."""
        return None


def by_name(sources: Iterable[Source]) -> dict[str, Source]:
    """Sources by name."""
    return {source.name: source for source in sources}
