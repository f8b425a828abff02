"""Pages of sites without a page object of their own: readability for the body, own rules else.

One method alone read the body, so every article carries the flag "single_method" and no
agreement. What is not certain is left out: no author from meta tags (they name the editor, the
medium or a template's leftover), no time but one that is printed or stated with its day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from readability import Document
from readability.readability import Unparseable

from crawler.exceptions import PageError
from crawler.pages.base import ArticlePage, field, unique
from crawler.pages.blocks import Blocks, read_blocks
from crawler.pages.html import find, find_all, parse, text_of, visible
from crawler.pages.landmarks import Landmarks, landmarks
from crawler.pages.summaries import own_summary
from crawler.pages.times import ParsedTime, date_of_url, parse_time
from crawler.urls import ArticleUrl, generic
from pipelines.items import Source, Times

_LONGEST_PAGE = 3_000_000
"""Characters; the time that readability takes grows faster than the page."""
_DATE_METAS = (
    "article:published_time",
    "og:release_date",
    "datePublished",
    "pubdate",
    "PubDate",
    "publishdate",
    "publish_date",
    "publishtime",
    "firstpublishedtime",
    "DC.date.issued",
)
_UPDATE_METAS = ("article:modified_time", "og:updated_time", "dateModified")
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"\n]{8,40})"')
_PRINTED = re.compile(
    r"(?:19|20)\d{2}\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?[\sT]*\d{1,2}:\d{2}(?::\d{2})?"
)
_SOURCE = re.compile(r"(?:文章)?[来來]源\s*[:：]\s*([^\s|,，。:：]{2,24})")
_TITLE_PARTS = re.compile(r"\s*[_|｜]\s*|\s+[-–—]\s+|--+|—{2,}")
_KEYWORD_PARTS = re.compile(r"[,，;；、|]")
_MOST_KEYWORDS = 20
_HEAD_TEXT = 4000
"""Characters of visible text around the title in which time and source are looked for."""


class GenericPage(ArticlePage):
    """An article of a site that has no rules of its own."""

    SITE: ClassVar[str] = generic.SITE
    METHOD: ClassVar[str] = "readability"
    VERSION: ClassVar[int] = 1

    @cached_property
    def identity(self) -> ArticleUrl:
        found = generic.identify(self.page_url)
        if isinstance(found, ArticleUrl):
            return found
        raise PageError(found.reason, self.page_url)

    def refuse(self) -> None:
        super().refuse()
        if len(self.html) > _LONGEST_PAGE:
            raise PageError("too_long", f"{len(self.html):,} characters: no article is as long")

    @cached_property
    def blocks(self) -> Blocks:
        try:
            content = Document(self.html).summary(html_partial=True)
        except (Unparseable, RecursionError) as error:
            raise PageError("no_body", f"readability: {error}") from error
        return read_blocks(parse(content), base_url=self.base_url)

    @cached_property
    def _marks(self) -> Landmarks:
        return landmarks(self.root, (), ())

    @cached_property
    def _head_text(self) -> str:
        """The visible text from the title on, where time and source stand."""
        body = find(self.root, "/html/body")
        text = " ".join(read_blocks(body, base_url=self.base_url).lines)
        at = max(0, text.find(self._title) - _HEAD_TEXT // 4) if self._title else 0
        return text[at : at + _HEAD_TEXT]

    @property
    def flags(self) -> list[str]:
        from_url = ["time_from_url"] if self._published and self._published.date_only else []
        return unique([*super().flags, "single_method", *from_url])

    @cached_property
    def _title(self) -> str:
        """The h1 that the window's title repeats, else og:title, else the window's title."""
        window = text_of(find(self.root, "/html/head/title | /html/body//title"))
        headings = [text_of(node) for node in find_all(self.root, "//h1 | //h2")]
        repeated = [text for text in headings if len(text) > 3 and text in window]
        if repeated:
            return max(repeated, key=len)
        stated = self._marks.meta("og:title")
        parts = [part for part in _TITLE_PARTS.split(window) if part]
        return stated or max(parts, key=len, default="") or next(iter(headings), "")

    @cached_property
    def _printed_time(self) -> str:
        match = _PRINTED.search(self._head_text)
        return match[0] if match else ""

    def _stated_times(self) -> Iterator[str]:
        yield from (self._marks.meta(name) for name in _DATE_METAS)
        match = _JSON_DATE.search(self.html)
        yield match[1] if match else ""
        node = find(self.root, "//time[@datetime]")
        yield (node.get("datetime") or "") if node is not None else ""

    @cached_property
    def _live(self) -> str:
        return next((text for text in self._stated_times() if parse_time_or_none(text)), "")

    @cached_property
    def _published(self) -> ParsedTime | None:
        """The stated time, or the one printed near the title, or the day in the URL."""
        found = [parse_time_or_none(text) for text in (self._live, self._printed_time)]
        exact = [time for time in found if time and not time.date_only]
        day = date_of_url(self.page_url)
        last = parse_time_or_none(day.isoformat()) if day else None
        return next((time for time in (*exact, *found, last) if time), None)

    @field
    def title(self) -> str:
        return self._title

    @field
    def published_at(self) -> datetime | None:
        return self._published.moment if self._published else None

    @field
    def updated_at(self) -> datetime | None:
        stated = (parse_time_or_none(self._marks.meta(name)) for name in _UPDATE_METAS)
        return next((time.moment for time in stated if time), None)

    @field
    def times(self) -> Times:
        updated = next((text for text in map(self._marks.meta, _UPDATE_METAS) if text), None)
        return Times(
            visible=self._printed_time or None,
            live=self._live or None,
            updated=updated,
            zone=self.ZONE,
        )

    @field
    def source(self) -> Source | None:
        match = _SOURCE.search(self._head_text)
        return self.sorted_lines.source or (Source(name=match[1]) if match else None)

    @field
    def keywords(self) -> list[str]:
        words = (visible(word) for word in _KEYWORD_PARTS.split(self._marks.meta("keywords")))
        return unique(word for word in words if word != self._title)[:_MOST_KEYWORDS]

    @field
    def summary(self) -> str | None:
        return own_summary(self._marks.meta("description"), [*self.sorted_lines.body, self._title])


def parse_time_or_none(text: str) -> ParsedTime | None:
    """An absolute time; None for a relative one, which on an unknown page may be anything's."""
    try:
        return parse_time(text) if text else None
    except ValueError:
        return None
