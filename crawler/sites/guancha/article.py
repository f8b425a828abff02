"""Guancha articles: the pages of www.guancha.cn, of m.guancha.cn, and their shells.

Selectors follow saved pages of 2018-2020; where other renderings are known to differ (tags and
最后更新 below or above the body), both are read.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cached_property
from itertools import islice

from web_poet import handle_urls

from crawler.exceptions import NotCollectable, PageError, PageGone
from crawler.pages.base import MAX_PAGES, ArticlePage, Continuation, field, merged_authors, unique
from crawler.pages.blocks import Blocks, absolute, read_blocks
from crawler.pages.html import Element, find, meta, text_of
from crawler.pages.landmarks import Landmarks, landmarks
from crawler.pages.lines.sorting import SortedLines, sort_lines
from crawler.pages.times import ParsedTime, find_times
from crawler.pages.titles import without_site
from crawler.sites.guancha import parts
from crawler.sites.guancha.urls import SITE, identify
from crawler.urls import ArticleUrl
from pipelines.items import Author, Editor, Flag, HotArticle, RelatedArticle, Source, Times

_NO_CREDIT = re.compile("最[后後]更新|[标標][签籤]|本文[仅僅]代表|[请請]支持")
"""What stands among the credits of every page."""
_SOURCE = re.compile(r"[来來]源\s?[:：]\s?(?P<name>.+)")
_EDITOR = re.compile(r"[责責]任[编編][辑輯]\s?[:：]\s?(?P<names>\S.{0,40})")
_META_TIME = re.compile(r'"pubDate"\s*:\s*"(?P<time>[^"]{8,40})"')
_ONCLICK = re.compile(r"location\.href\s*=\s*['\"](?P<url>[^'\"]+)")


_MOST_AUTHORS = 100
_NOT_BODY_NAMES = """
    key-word share share-box time author-intro author select_page module-page article-other
    img-special new-left-list gc-comment post-member qrcode post_ad
"""
_NOT_BODY = frozenset(_NOT_BODY_NAMES.split())


@handle_urls("guancha.cn", instead_of=ArticlePage)
class GuanchaArticlePage(ArticlePage):
    """News, columns and paged articles of www.guancha.cn."""

    SITE = SITE
    METHOD = "guancha.article"
    SITE_NAMES = parts.SITE_NAMES

    MAIN = "li.left-main"
    BODY = "div.all-txt"
    AUTHOR = "div.author-intro"
    TIME = "div.time"
    TAGS = "div.key-word"
    CREDITS = "ul.article-other"
    PAGER = ("div#select_page", "div.module-page")
    RELATED = "ul.new-left-list"
    HOT = "ul.hot-list-2"
    COLLECTS = "span#count0"
    COMMENTS = "span#count2"
    NAMES = (MAIN, BODY, AUTHOR, TIME, TAGS, CREDITS, *PAGER, RELATED, HOT, COLLECTS, COMMENTS)

    def refuse(self) -> None:
        super().refuse()
        own = self.identity
        if self.root is None:
            return
        if self.is_cut:
            raise PageError("truncated", f"{self.page_url} ends before 责任编辑 and </html>")
        if self.sorted_lines.body:
            return
        why = parts.where_it_went(self.root, own, self.page_url)
        if why is not None:
            raise why

    @property
    def is_cut(self) -> bool:
        """Whether the page broke off in the body, so that nobody can say how much is missing."""
        return (
            self.body_box is not None
            and not self.credit_lists
            and "</html" not in self.html.lower()
        )

    @cached_property
    def identity(self) -> ArticleUrl:
        found = identify(self.page_url)
        if isinstance(found, ArticleUrl):
            return found
        if found.reason == "home":
            raise PageGone("home_page", f"the site led to {self.page_url}")
        raise NotCollectable(found.reason, self.page_url)

    @cached_property
    def marks(self) -> Landmarks:
        """The elements that the fields are read from, wherever they stand on the page."""
        return landmarks(self.root, self.NAMES, ("div", "li", "span", "ul"))

    @cached_property
    def main(self) -> Element | None:
        """The column that holds the article and nothing of the page around it."""
        found = self.marks.first(self.MAIN)
        return self.root if found is None else found

    def inside(self, *names: str) -> list[Element]:
        """The elements of these names in the article's own column."""
        if self.main is None or self.main is self.root:
            return self.marks.all(*names)
        return self.marks.inside(self.main, *names)

    @cached_property
    def body_box(self) -> Element | None:
        """What holds the text."""
        return next(iter(self.inside(self.BODY)), None)

    @cached_property
    def blocks(self) -> Blocks:
        return read_blocks(
            self.body_box,
            base_url=self.page_url,
            drop=_NOT_BODY,
            is_caption=parts.is_caption,
            is_picture=parts.is_picture,
        )

    @cached_property
    def credits(self) -> SortedLines:
        """原标题 and 责任编辑, which stand below the body."""
        lines = [line for line in self.credit_lines if not _NO_CREDIT.match(line)]
        return sort_lines(lines, title=self.title, site_names=self.SITE_NAMES, credited=True)

    @cached_property
    def credit_lists(self) -> list[Element]:
        return self.inside(self.CREDITS)

    @cached_property
    def credit_lines(self) -> list[str]:
        lists = self.credit_lists
        return [line for each in lists for line in read_blocks(each, base_url="").lines]

    @cached_property
    def author_rows(self) -> list[Element]:
        """One element for each author named above the body: a link, and who that is."""
        rows = (row for box in self.inside(self.AUTHOR) for row in box.iterchildren("p"))
        return list(islice(rows, _MOST_AUTHORS))

    @cached_property
    def time_row(self) -> list[Element]:
        """What stands in the line below the title: time, font size, source."""
        return [node for box in self.inside(self.TIME) for node in box.iterchildren()]

    @cached_property
    def continuation(self) -> Continuation | None:
        if self.identity.page != 1:
            return None
        whole, last = None, 1
        links = [link for box in self.inside(*self.PAGER) for link in box.iter("a")]
        for link in links:
            onclick = _ONCLICK.search(link.get("onclick") or "")
            target = onclick["url"] if onclick else link.get("href") or ""
            url = absolute(self.page_url, target)
            found = identify(url) if url else None
            if isinstance(found, ArticleUrl) and found.key == self.identity.key:
                whole = url if found.page == 0 else whole
                last = max(last, found.page)
        stem = self.identity.url.removesuffix(".shtml")
        pages = tuple(f"{stem}_{n}.shtml" for n in range(2, min(last, MAX_PAGES) + 1))
        return Continuation(full_text_url=whole, page_urls=pages) if whole or pages else None

    @property
    def flags(self) -> list[Flag]:
        moment, updated = self.visible_time, self.printed_times.updated
        doubts: dict[Flag, bool] = {
            "title_from_head": bool(self.title) and not self.heading,
            "published_from_updated": moment is None and updated is not None,
            "time_from_metadata": moment is None and updated is None,
        }
        return unique([*super().flags, *(flag for flag, is_so in doubts.items() if is_so)])

    @cached_property
    def heading(self) -> str:
        """The first heading that stands in the column itself, not deeper."""
        found = self.main.iterchildren("h1", "h3") if self.main is not None else ()
        return text_of(next(iter(found), None))

    @field
    def title(self) -> str:
        return self.heading or self.head_title

    @cached_property
    def head_title(self) -> str:
        """`<title>`, if the page is an article's: it then stands in for a missing heading."""
        if not self.blocks.lines:
            return ""
        return without_site(text_of(find(self.root, "/html/head/title")), parts.TITLE_ENDS)

    @field
    def original_title(self) -> str | None:
        return self.credits.original_title or self.sorted_lines.original_title

    @field
    def summary(self) -> str | None:
        return meta(self.root, "Description") or None

    @field
    def authors(self) -> list[Author]:
        named = [
            Author(
                name=text_of(row.find("a")) or text_of(row),
                description=text_of(row.find("span")) or None,
            )
            for row in self.author_rows
        ]
        columnists = [each for each in named if each.name and each.name not in self.SITE_NAMES]
        return merged_authors([*columnists, *self.sorted_lines.authors])

    @property
    def stated_source(self) -> Source | None:
        for node in self.time_row:
            match = _SOURCE.fullmatch(text_of(node))
            if match:
                link = next(filter(None, (a.get("href") for a in node.iter("a"))), None)
                return Source(name=match["name"], url=link and absolute(self.page_url, link))
        return self.credits.source

    @field
    def editors(self) -> list[Editor]:
        return self.credits.editors or self.sorted_lines.editors or self.labelled_editors

    @property
    def labelled_editors(self) -> list[Editor]:
        """What stands behind 责任编辑 below the body, whatever it looks like."""
        found = (_EDITOR.fullmatch(line) for line in self.credit_lines)
        return [Editor(name=name) for match in found if match for name in match["names"].split()]

    @field
    def keywords(self) -> list[str]:
        tags = unique(text_of(a) for box in self.inside(self.TAGS) for a in box.iter("a"))
        return tags or self.sorted_lines.keywords

    @field
    def times(self) -> Times:
        return self.printed_times

    @cached_property
    def printed_times(self) -> Times:
        """The times of the page's own lines, as printed."""
        texts = [text_of(node) for node in self.time_row]
        found = [find_times(text) for text in texts]
        beside = [time for times in found for time in times]
        plain_lines = (line for line in self.credit_lines if "://" not in line)
        below = [time for line in plain_lines for time in find_times(line)]
        updated = next((time.text for time in (*beside, *below) if time.is_update), None)
        shown = [time.text for time in beside if not time.is_update]
        plain = (text for text, times in zip(texts, found, strict=True) if not times)  # 09:30
        readable = (text for text in (*shown, *plain) if self.read_time(text))
        visible = next(readable, next(iter(shown), None))
        return Times(visible=visible, updated=updated, zone=self.ZONE)

    @cached_property
    def visible_time(self) -> ParsedTime | None:
        return self.read_time(self.printed_times.visible)

    @cached_property
    def updated_time(self) -> ParsedTime | None:
        return self.read_time(self.printed_times.updated)

    @cached_property
    def published_time(self) -> ParsedTime | None:
        """The time below the title; 最后更新 or the page's metadata only if there is none."""
        parsed = self.visible_time or self.updated_time
        if parsed is None:
            match = _META_TIME.search(self.html)
            parsed = self.read_time(match["time"]) if match else None
        return parsed

    @field
    def updated_at(self) -> datetime | None:
        return self.updated_time.moment if self.updated_time else None

    @field
    def related(self) -> list[RelatedArticle]:
        return parts.related_list(self.marks.all(self.RELATED), self.page_url, self.list_time)

    @field
    def hot(self) -> list[HotArticle]:
        return parts.hot_list(self.marks.all(self.HOT), self.page_url)

    @field
    def collect_count(self) -> int | None:
        return parts.count_of(self.marks.first(self.COLLECTS))

    @field
    def comment_count(self) -> int | None:
        return parts.count_of(self.marks.first(self.COMMENTS))
