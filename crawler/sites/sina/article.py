"""Sina articles on sina.com.cn: news and finance (2018-2024), finance 2016, tech in its 2012 look.

The templates differ in names, not in kind, and a URL does not tell them apart: each field lists
the names under which it stands, newest template first. The title is `h1.main-title`; the first h1
of news.sina.com.cn is the channel's logo.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import ClassVar

from web_poet import handle_urls

from crawler.pages.base import MAX_PAGES, ArticlePage, Continuation, field, merged_authors, unique
from crawler.pages.blocks import Blocks, absolute
from crawler.pages.html import Element, find_all, text_of
from crawler.pages.lines.credits.bylines import read_credit
from crawler.sites.sina import parts
from crawler.sites.sina.base import SinaPage
from crawler.sites.sina.urls import identify
from crawler.urls import ArticleUrl
from pipelines.items import Author, HotArticle, RelatedArticle, Source


@handle_urls("sina.com.cn", instead_of=ArticlePage)
class SinaArticlePage(SinaPage):
    """An article on the desktop site."""

    METHOD: ClassVar[str] = "sina"
    TITLE: ClassVar[tuple[str, ...]] = (".main-title", "#artibodyTitle")
    TIME: ClassVar[tuple[str, ...]] = ("#pub_date", ".time-source")
    BODY: ClassVar[tuple[str, ...]] = ("#artibody", "#article", "#articleContent")
    KEYWORDS: ClassVar[tuple[str, ...]] = (".keywords", ".article-keywords", ".art_keywords")
    SECTION: ClassVar[tuple[str, ...]] = (".channel-path", ".bread", ".blkBreadcrumbLink")
    EDITOR: ClassVar[tuple[str, ...]] = (".article-editor", ".show_author")
    NAMES: ClassVar[frozenset[str]] = frozenset(
        {
            *(*TITLE, *TIME, *BODY, *KEYWORDS, *SECTION, *EDITOR),
            ".date-source",
            "#media_name",
            "#read-comment",
            "#tab_related",
            "#relatedNewsWrap",
            ".count",
        }
    )

    @property
    def continuation(self) -> Continuation | None:
        if self.identity.page > 1 or f"-i{self.identity.key}-p" not in self.html:
            return None
        links = find_all(self.root, "descendant::a[contains(@href, '-p')]")
        last = max((self._page_of(link) for link in links), default=1)
        if last < 2:
            return None
        stem, _, end = self.identity.url.rpartition(".")
        return Continuation(
            page_urls=tuple(f"{stem}-p{number}.{end}" for number in range(2, last + 1))
        )

    def _page_of(self, link: Element) -> int:
        found = identify(absolute(self.base_url, link.get("href") or "") or "")
        if not isinstance(found, ArticleUrl) or found.key != self.identity.key:
            return 1
        return found.page if found.page <= MAX_PAGES else 1

    @cached_property
    def blocks(self) -> Blocks:
        blocks = super().blocks
        body = self.marks.first(*self.BODY)
        outside = (
            text_of(node)
            for name in self.EDITOR
            for node in self.marks.all(name)
            if body is None or body not in node.iterancestors()
        )
        blocks.lines += [line for line in outside if line]
        return blocks

    @cached_property
    def _date_source(self) -> list[Element]:
        """What stands beside the title, in whatever wrapper: time, source, at times "作者：…"."""
        box = self.marks.first(".date-source")
        return list(box.iterdescendants()) if box is not None else []

    @cached_property
    def printed_time(self) -> str:
        beside = (node for node in self._date_source if "date" in (node.get("class") or "").split())
        nodes = (*beside, *(node for name in self.TIME for node in self.marks.all(name)))
        times = (parts.split_time_and_source(text_of(node))[0] for node in nodes)
        return next((time for time in times if time), "")

    @cached_property
    def stated_source(self) -> Source | None:
        for node in self._date_source:
            if "source" in (node.get("class") or "").split():
                return parts.read_source(node, text_of(node), self.base_url)
        beside = parts.find_source(self.marks.first(".date-source"), self.base_url)
        if beside is not None:
            return beside
        for name in ("#media_name", ".time-source"):
            box = self.marks.first(name)
            text = parts.split_time_and_source(text_of(box))[1]
            found = parts.read_source(box, text, self.base_url)
            if found:
                return found
        return None

    @field
    def authors(self) -> list[Author]:
        return merged_authors([*self._stated_authors(), *self.sorted_lines.authors])

    def _stated_authors(self) -> Iterable[Author]:
        """The names in "作者：…" beside the title; the medium that often stands there is none."""
        source = self.stated_source.name if self.stated_source else ""
        media = {*self.SITE_NAMES, source, self.marks.meta("article:author")} - {""}
        for node in self._date_source:
            text = text_of(node)
            if text.startswith("作者") and text.lstrip("作者:： ") not in media:
                credit = read_credit(text, site_names=media)
                yield from credit.authors if credit else ()

    @field
    def keywords(self) -> list[str]:
        words = (text_of(a) for box in self.marks.all(*self.KEYWORDS) for a in box.iter("a"))
        return unique(word for word in words if word != self._title) or self.sorted_lines.keywords

    @field
    def section(self) -> str | None:
        channels = map(parts.channel_of, self.marks.all(*self.SECTION))
        return next(filter(None, channels), None) or self.identity.section

    @field
    def related(self) -> list[RelatedArticle]:
        boxes = self.marks.all("#tab_related", "#relatedNewsWrap")
        headings = [node for box in boxes for node in box.iterdescendants("h2", "h3")]
        cards = dict.fromkeys(node.getparent() for node in headings)
        return [found for card in cards if card is not None and (found := self._related(card))]

    def _related(self, card: Element) -> RelatedArticle | None:
        headings = card.iterdescendants("h2", "h3")
        link = next((a for heading in headings for a in heading.iter("a")), None)
        title = text_of(link)
        if link is None or not title:
            return None
        time = self._time_if_known(text_of(_with_class(card, "-card-time")))
        return RelatedArticle(
            title=title,
            url=parts.clean_link(self.base_url, link.get("href", "")),
            published_at=time.moment if time else None,
        )

    @field
    def hot(self) -> list[HotArticle]:
        """The ranking by reads: as loaded by the page if it was, else as the server wrote it."""
        box = _with_class(self.marks.first("#read-comment"), "read-context")
        for name in ("interfaceData", "botData"):
            ranking = parts.read_ranking(_items(box, name), self.base_url)
            if ranking:
                return ranking
        return []

    @field
    def comment_count(self) -> int | None:
        """条评论, not 人参与 (which counts the likes and stands beside the title)."""
        boxes = (node for node in self.marks.all(".count") if node.get("comment-type") == "count")
        return next((parts.count(text_of(next(box.iter("em"), None))) for box in boxes), None)


def _with_class(box: Element | None, part: str) -> Element | None:
    """The first element in a box that has `part` in its class."""
    nodes = box.iterdescendants() if box is not None else ()
    return next((node for node in nodes if part in node.get("class", "")), None)


def _items(box: Element | None, part: str) -> Iterable[Element]:
    """The list items in the elements of a box that have `part` in their class, each once."""
    nodes = box.iterdescendants() if box is not None else ()
    lists = (node for node in nodes if part in node.get("class", ""))
    return dict.fromkeys(item for each in lists for item in each.iterdescendants("li"))
