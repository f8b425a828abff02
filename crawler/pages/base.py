"""What all page objects share: from one response to one `Article`, or a `PageError`.

A site's page object says where things stand on its pages; this base reads the body, sorts its
lines into fields and refuses to hand out half an article.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import cache, cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

import web_poet
from web_poet.fields import get_fields_dict

from crawler.exceptions import PageError
from crawler.pages.blocks import Blocks, absolute
from crawler.pages.html import Element, decode, misses, parse, utf8_text
from crawler.pages.joining import (
    MAX_PAGES,
    Continuation,
    join_pages,
    merged_authors,
    merged_removed,
    unique,
)
from crawler.pages.lines.sorting import SortedLines, sort_lines
from crawler.pages.looks import likeliest_looks
from crawler.pages.suffixes import guess_domains
from crawler.pages.times import ParsedTime, is_to_come, parse_time, plain_moment
from crawler.urls import ArticleUrl
from pipelines.items import (
    Article,
    Author,
    Editor,
    Extraction,
    Flag,
    HotArticle,
    Image,
    RelatedArticle,
    Source,
    Times,
)
from pipelines.text.mojibake import is_mojibake

guess_domains()  # the rules' matcher would fetch a list over the network, in mid-crawl

if TYPE_CHECKING:
    # A field is read like a property; web-poet's decorator does not say so to type checkers.
    field = property
else:
    from web_poet import field

__all__ = [
    "MAX_PAGES",
    "ArticlePage",
    "Continuation",
    "field",
    "join_pages",
    "merged_authors",
    "unique",
]

_LONGEST_DETAIL = 300
_LARGEST_PAGE = 4 * 1024 * 1024
"""Bytes. What is read from a page takes many times its memory."""


class ArticlePage(web_poet.WebPage[Article]):
    """Base of all article pages. Ask for this class; the rules choose the site's own.

    Subclasses set SITE, METHOD and VERSION, give `identity` and `blocks`, and override the
    fields that their pages have. `to_item()` raises `PageError` for whatever is no whole article.
    """

    SITE: ClassVar[str] = ""
    METHOD: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
    ZONE: ClassVar[str] = "Asia/Shanghai"
    SITE_NAMES: ClassVar[Collection[str]] = ()
    """Names the site calls itself: never an author."""
    SINCE: ClassVar[date | None] = None
    """Day from which on the site's pages look as this class reads them."""
    EARLIER: ClassVar[tuple[type[ArticlePage], ...]] = ()
    """Classes for the looks before it, newest first, each with a VERSION; not inherited."""

    async def to_item(self) -> Article:
        """Read the article.

        Raises:
            PageError: the page is a shell, the home page, or lacks title, body or time.
        """
        if not self.METHOD:
            raise PageError("no_page_object", f"no page object is declared for {self.page_url}")
        if self.look is not self:
            return await self.look.to_item()
        self.refuse()
        item = Article(**{name: read(self) for name, read in _readers(type(self)).items()})
        for name, value in (("title", item.title), ("body", item.body)):
            if not value:
                raise PageError(f"no_{name}", self._nothing_at(name))
        if item.published_at is None:
            raise self._no_time(item.times)
        return item

    @cached_property
    def look(self) -> ArticlePage:
        """The page object whose look fits this page: itself, or one of EARLIER."""
        own = vars(type(self))  # a class that inherits has looks of its own
        earlier: tuple[type[ArticlePage], ...] = own.get("EARLIER", ())
        if not earlier:
            return self
        looks = [self, *(look(response=self.response) for look in earlier)]
        tried = likeliest_looks(looks, [look.SINCE for look in looks], self.fetched_at)
        return next((look for look in tried if look.fits()), tried[0])

    def fits(self) -> bool:
        """Whether title and text stand where this class looks for them."""
        try:
            return bool(self.title and self.blocks.lines)
        except PageError:
            return False

    def _no_time(self, times: Times) -> PageError:
        """What to raise for an article without a time, by the times that it prints."""
        printed = [time for time in _printed(times) if time]
        seen_at = self.fetched_at
        to_come = any(is_to_come(time, reference=seen_at, zone=self.ZONE) for time in printed)
        reason = "future_time" if to_come else "no_time"
        found = ", ".join(printed)[:_LONGEST_DETAIL]
        return PageError(reason, found or self._nothing_at("published_at"))

    def _nothing_at(self, name: str) -> str:
        """The address, and where a field was looked for: once more, as all read is remembered."""
        again = type(self)(response=self.response)
        missed = ", ".join(misses(lambda: getattr(again, name)))
        look = f" ({again.look_name})" if again.look_name else ""
        again.let_go()
        return f"{self.page_url}: nothing at {missed}{look}" if missed else self.page_url

    @property
    def look_name(self) -> str:
        """Which of several looks the page was read by, for people; "" if there is only one."""
        return f"the look since {self.SINCE}" if self.SINCE else ""

    def let_go(self) -> None:
        """Drop page and tree once all is read: Scrapy keeps this until the article is stored."""
        vars(self).clear()

    def _validate_input(self) -> None:
        """No page here validates its input. web-poet's own method remembers its answer in a way
        that ties page and tree in a circle: a megabyte each until the garbage collector comes."""

    def refuse(self) -> None:
        """Raise the `PageError` that fits if the page is of a kind that holds no article."""
        size = len(self.response.body)
        if size > _LARGEST_PAGE:
            raise PageError("too_long", f"{size:,} bytes: no article is as long")
        if self.root is None:
            raise PageError("empty_page", self.page_url)

    # What subclasses say.

    @cached_property
    def identity(self) -> ArticleUrl:
        """Which article this is."""
        raise NotImplementedError

    @cached_property
    def blocks(self) -> Blocks:
        """The lines and pictures of the body as they stand on the page."""
        raise NotImplementedError

    @property
    def continuation(self) -> Continuation | None:
        """The rest of a paged article, or None for one that stands here as a whole."""
        return None

    @cached_property
    def published_time(self) -> ParsedTime | None:
        """When it was published, with what is doubtful about that."""
        return None

    # What subclasses build upon.

    @cached_property
    def page_url(self) -> str:
        """Where this page was found (after redirects); `url` is the article's clean address."""
        return str(self.response.url)

    @cached_property
    def html(self) -> str:
        """The page as text; the bytes win over what the page declares of its encoding."""
        if self._utf8_text is not None:
            return self._utf8_text
        return decode(bytes(self.response.body), self.response.headers.get("Content-Type"))

    @cached_property
    def _utf8_text(self) -> str | None:
        return utf8_text(self.response.body)

    @cached_property
    def root(self) -> Element | None:
        """The element tree without comments, or None for a page without any element."""
        return parse(self.html if self._utf8_text is None else self.response.body)

    @cached_property
    def base_url(self) -> str:
        """What relative links count from: the article's address, unless the head says otherwise."""
        own = self.identity.url
        base = self.root.find("head/base") if self.root is not None else None
        return (absolute(own, base.get("href", "")) if base is not None else None) or own

    @cached_property
    def fetched_at(self) -> datetime | None:
        """When the server sent the page (`Date` header), in UTC; relative times refer to it."""
        try:
            moment = parsedate_to_datetime(self.response.headers.get("Date") or "")
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def read_time(self, text: str | None) -> ParsedTime | None:
        """A printed time; relative ones count from `fetched_at`.

        Raises:
            PageError: the time is relative and the response does not say when it was sent.
        """
        if not text:
            return None
        if text in self._times_read:
            return self._times_read[text]
        try:
            time = parse_time(text, reference=self.fetched_at, zone=self.ZONE)
        except ValueError as error:
            raise PageError("no_time", f"{text!r} is relative: no usable Date header") from error
        self._times_read[text] = time
        return time

    @cached_property
    def _times_read(self) -> dict[str, ParsedTime | None]:
        """What this page's times were read as: several fields ask for the same."""
        return {}

    def list_time(self, text: str) -> datetime | None:
        """The time of a line in a list beside the article; None if it cannot be told."""
        try:
            plain = plain_moment(text, self.ZONE)  # lists are long, and this form is the usual one
            if plain is not None:
                return plain
            parsed = parse_time(text, reference=self.fetched_at, zone=self.ZONE)
        except ValueError:
            return None
        return parsed.moment if parsed else None

    @cached_property
    def sorted_lines(self) -> SortedLines:
        """The lines of the body, with bylines, credits and boilerplate taken out."""
        return sort_lines(self.blocks.lines, title=self.title, site_names=self.SITE_NAMES)

    @property
    def stated_source(self) -> Source | None:
        """The medium that stands beside the title, apart from the body."""
        return None

    @property
    def flags(self) -> list[Flag]:
        """What is doubtful about this reading, for `extraction.flags`."""
        printed = filter(None, _printed(self.times))
        doubts: dict[Flag, bool] = {
            "broken_characters": "\ufffd" in self.body or "\ufffd" in self.title,
            "mojibake": is_mojibake(f"{self.title}\n{self.body}"),
            "time_unread": not all(map(self._is_readable, printed)),
        }
        time = self.published_time.flags if self.published_time else []
        found = (flag for flag, is_so in doubts.items() if is_so)
        return unique([*self.sorted_lines.flags, *time, *found])

    def _is_readable(self, time: str) -> bool:
        try:
            return self.read_time(time) is not None
        except PageError:
            return False

    # The fields of the article.

    @field
    def site(self) -> str:
        return self.SITE

    @field
    def key(self) -> str:
        return self.identity.key

    @field
    def url(self) -> str:
        return self.identity.url

    @field
    def title(self) -> str:
        return ""

    @field
    def body(self) -> str:
        return "\n".join(self.sorted_lines.body)

    @field
    def published_at(self) -> datetime | None:
        return self.published_time.moment if self.published_time else None

    @field
    def updated_at(self) -> datetime | None:
        return None

    @field
    def original_title(self) -> str | None:
        return self.sorted_lines.original_title

    @field
    def summary(self) -> str | None:
        return None

    @field
    def authors(self) -> list[Author]:
        return self.sorted_lines.authors

    @field
    def source(self) -> Source | None:
        return self.sorted_lines.source_beside(self.stated_source, self.SITE_NAMES)

    @field
    def editors(self) -> list[Editor]:
        return self.sorted_lines.editors

    @field
    def keywords(self) -> list[str]:
        return self.sorted_lines.keywords

    @field
    def section(self) -> str | None:
        return self.identity.section

    @field
    def times(self) -> Times:
        return Times(zone=self.ZONE)

    @field
    def images(self) -> list[Image]:
        return self.blocks.images

    @field
    def related(self) -> list[RelatedArticle]:
        return []

    @field
    def hot(self) -> list[HotArticle]:
        return []

    @field
    def comment_count(self) -> int | None:
        return None

    @field
    def collect_count(self) -> int | None:
        return None

    @field
    def extraction(self) -> Extraction:
        return Extraction(
            method=self.METHOD,
            version=self.VERSION,
            flags=self.flags,
            removed=merged_removed([*self.blocks.removed, *self.sorted_lines.removed]),
        )


def _printed(times: Times) -> tuple[str | None, ...]:
    return times.visible, times.created, times.live, times.updated


@cache
def _readers(page: type[ArticlePage]) -> dict[str, Callable[[ArticlePage], Any]]:
    """How each field of a page is read: by its own function, if that is all there is to it.

    Through web-poet's wrappers the fields of an article cost 0.1 ms more, whatever they do.
    """
    processed = hasattr(page, "Processors")
    return {
        name: attrgetter(name)
        if processed or info.out
        else getattr(getattr(page, name), "original_method", attrgetter(name))
        for name, info in get_fields_dict(page).items()
    }
