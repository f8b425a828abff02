"""Pages of sites without a page object of their own.

The text is found in two ways, and `extraction.agreement` says how far these agree. What is not
certain is left out: no author from metas but a person's name that is no editor's (they name the
medium or a template's leftover, too), no time but one that is printed near the headline or stated
with its day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import ClassVar
from urllib.parse import urlsplit

import attrs

from crawler.exceptions import PageError
from crawler.pages.base import ArticlePage, field, merged_authors, unique
from crawler.pages.blocks import Blocks, read_blocks
from crawler.pages.fallback.labels import split_labels
from crawler.pages.fallback.reading import Reading, read_article
from crawler.pages.fallback.stated import stated_authors
from crawler.pages.html import find, text_of, visible
from crawler.pages.joining import merged_removed
from crawler.pages.landmarks import Landmarks, landmarks
from crawler.pages.summaries import own_summary
from crawler.pages.times import ParsedTime, date_of_url, parse_time
from crawler.urls import ArticleUrl, generic
from pipelines.items import Author, Editor, Extraction, Flag, RemovedLine, Source, Times

_DATE_METAS = (
    "article:published_time",
    "og:release_date",
    "apub:time",
    "datePublished",
    "pubdate",
    "PubDate",
    "publishdate",
    "publish_date",
    "publishtime",
    "firstpublishedtime",
    "bytedance:published_time",
    "DC.date.issued",
)
_UPDATE_METAS = ("article:modified_time", "og:updated_time", "dateModified")
_JSON_DATE = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"\n]{8,40})"')
_JSON_CHANGE = re.compile(r'"dateModified"\s{0,9}:\s{0,9}"([^"\n]{8,40})"')
_SCRIPT_TIME = re.compile(r"""\b(?:ct|publish_time)\s{0,9}=\s{0,9}["'](\d{10})["']""")
"""WeChat shows the time by script, from seconds since 1970."""
_CHINESE = re.compile("[一-鿿]")
_ONE_DAY = timedelta(days=1)
_KEYWORD_PARTS = re.compile(r"[,，;；、|]")
_MOST_KEYWORDS = 20


class GenericPage(ArticlePage):
    """An article of a site that has no rules of its own."""

    SITE: ClassVar[str] = generic.SITE
    METHOD: ClassVar[str] = "passages"
    VERSION: ClassVar[int] = 2

    @cached_property
    def identity(self) -> ArticleUrl:
        found = generic.identify(self.page_url)
        if isinstance(found, ArticleUrl):
            return found
        raise PageError(found.reason, self.page_url)

    def refuse(self) -> None:
        super().refuse()
        address = urlsplit(self.page_url)
        if address.path in ("", "/") and not address.query:
            raise PageError("home_page", self.page_url)

    @cached_property
    def _marks(self) -> Landmarks:
        return landmarks(self.root, (), ())

    @cached_property
    def _reading(self) -> Reading:
        if self.root is None:
            raise PageError("empty_page", self.page_url)
        return read_article(
            self.root,
            window=text_of(find(self.root, "/html/head/title | /html/body//title")),
            stated=self._marks.meta("og:title"),
            site_name=self._marks.meta("og:site_name"),
            is_dated=bool(self._live),
        )

    @cached_property
    def blocks(self) -> Blocks:
        found = self._reading.found
        for element in found.hidden:
            element.set("hidden", "")  # what is hidden is not read
        blocks = read_blocks(found.box, base_url=self.base_url)
        lines = [line for line in blocks.lines if line not in found.other_lines]
        return Blocks(
            [part for line in lines for part in split_labels(line)], blocks.images, blocks.removed
        )

    @property
    def flags(self) -> list[Flag]:
        time = self.published_time
        doubts: dict[Flag, bool] = {
            "doubtful_body": self._reading.is_doubtful,
            "time_from_url": time is not None and time is self._day_of_url,
        }
        return unique([*super().flags, *(flag for flag, is_so in doubts.items() if is_so)])

    def _stated_times(self) -> Iterator[str]:
        yield from (self._marks.meta(name) for name in _DATE_METAS)
        match = _JSON_DATE.search(self.html)
        yield match[1] if match else ""
        node = find(self.root, "//time[@datetime]")
        yield (node.get("datetime") or "") if node is not None else ""
        match = _SCRIPT_TIME.search(self.html) if self._is_wechat else None
        yield datetime.fromtimestamp(int(match[1]), UTC).isoformat() if match else ""

    @property
    def _is_wechat(self) -> bool:
        return urlsplit(self.page_url).hostname == generic.WECHAT_HOST

    @cached_property
    def _live(self) -> str:
        return next((text for text in self._stated_times() if self._time(text)), "")

    @cached_property
    def _printed_time(self) -> str:
        return next((text for text in self._reading.head.times if self._time(text)), "")

    @cached_property
    def _day_of_url(self) -> ParsedTime | None:
        day = date_of_url(self.page_url)
        return self._time(day.isoformat()) if day else None

    @cached_property
    def published_time(self) -> ParsedTime | None:
        """The stated time, or the one printed near the headline, or the day in the URL.

        Where both are of one day, the printed one counts: the stated one is when it went live.
        A page in another language prints the time of another zone.
        """
        live, printed = self._time(self._live), self._time(self._printed_time)
        found = [live, printed]
        if live and printed and abs(live.moment - printed.moment) < _ONE_DAY:
            found.sort(key=lambda time: time is live, reverse=not _CHINESE.search(self.title))
        exact = [time for time in found if time and not time.date_only]
        return next((time for time in (*exact, *found, self._day_of_url) if time), None)

    def _time(self, text: str) -> ParsedTime | None:
        try:
            return parse_time(text, reference=self.fetched_at, zone=self.ZONE) if text else None
        except ValueError:  # relative, and the response does not say when it was sent
            return None

    @field
    def title(self) -> str:
        return self._reading.title

    @field
    def updated_at(self) -> datetime | None:
        changed, published = self._time(self._updated), self.published_time
        is_later = changed and published and changed.moment >= published.moment
        return changed.moment if changed and is_later else None

    @cached_property
    def _updated(self) -> str:
        """When it was changed: stated, in JSON-LD, or printed as such beside another time."""
        match = _JSON_CHANGE.search(self.html)
        printed = (each for each in self._reading.head.updates if each != self._printed_time)
        stated = (*map(self._marks.meta, _UPDATE_METAS), match[1] if match else "", *printed)
        return next((text for text in stated if self._time(text)), "")

    @field
    def times(self) -> Times:
        return Times(
            visible=self._printed_time or None,
            live=self._live or None,
            updated=self._updated or None,
            zone=self.ZONE,
        )

    @property
    def stated_source(self) -> Source | None:
        name = self._reading.head.source
        return Source(name=name) if name else None

    @field
    def authors(self) -> list[Author]:
        printed = merged_authors([*self._reading.head.authors, *self.sorted_lines.authors])
        return printed or [
            Author(name=name)
            for name in stated_authors(
                self.root, self._marks.meta("author"), is_wechat=self._is_wechat
            )
            if name not in {editor.name for editor in self.editors}
        ]

    @field
    def editors(self) -> list[Editor]:
        return self.sorted_lines.editors or self._reading.head.editors

    @field
    def keywords(self) -> list[str]:
        words = (visible(word) for word in _KEYWORD_PARTS.split(self._marks.meta("keywords")))
        said = unique(word for word in words if word and word != self.title)
        return (said or self.sorted_lines.keywords)[:_MOST_KEYWORDS]

    @field
    def summary(self) -> str | None:
        return own_summary(self._marks.meta("description"), [*self.sorted_lines.body, self.title])

    @field
    def extraction(self) -> Extraction:
        by_lines = super().extraction
        left_out = [RemovedLine(line=line, rule="apart") for line in self._reading.found.left_out]
        return attrs.evolve(
            by_lines,
            agreement=self._reading.confidence,
            removed=merged_removed([*by_lines.removed, *left_out]),
        )
