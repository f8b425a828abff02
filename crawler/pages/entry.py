"""Articles that a list holds itself: the whole text of a feed's entry, a flash."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

import attrs
from attrs import define
from web_poet import HttpResponse

from crawler.pages.base import ArticlePage, field
from crawler.pages.blocks import Blocks, read_blocks
from crawler.pages.fallback.stated import stated_authors
from crawler.pages.times import ParsedTime
from crawler.urls import ArticleUrl
from pipelines.items import Author, Extraction, Times


@define(frozen=True, kw_only=True)
class EntryText:
    """An article as its list holds it.

    html: the text as markup. published, updated: as the list prints them, published_at, updated_at
    what that means. method: for `extraction.method`. has_page: the article stands on a page of its
    own as well; one that does not is read again whenever its list shows it. gone: the list says
    that it was taken down.
    """

    html: str
    title: str
    published_at: datetime
    published: str = ""
    updated_at: datetime | None = None
    updated: str = ""
    author: str = ""
    keywords: tuple[str, ...] = ()
    method: str = "feed"
    zone: str = "Asia/Shanghai"
    has_page: bool = True
    gone: bool = False


class EntryPage(ArticlePage):
    """Reads an entry by the rules over lines that all pages are read by."""

    METHOD = "entry"

    def __init__(self, article: ArticleUrl, text: EntryText) -> None:
        body = f"<html><body><div>{text.html}</div></body></html>".encode("utf-8", "replace")
        super().__init__(HttpResponse(url=article.url, body=body))
        self._article = article
        self._text = text

    @cached_property
    def identity(self) -> ArticleUrl:
        return self._article

    @cached_property
    def blocks(self) -> Blocks:
        return read_blocks(self.root, base_url=self.base_url)

    @cached_property
    def published_time(self) -> ParsedTime:
        return ParsedTime(moment=self._text.published_at)

    @field
    def site(self) -> str:
        return self._article.site

    @field
    def title(self) -> str:
        return self._text.title

    @field
    def updated_at(self) -> datetime | None:
        return self._text.updated_at

    @field
    def authors(self) -> list[Author]:
        printed = self.sorted_lines.authors
        stated = stated_authors(None, self._text.author, is_wechat=False)
        return printed or [Author(name=name) for name in stated]

    @field
    def keywords(self) -> list[str]:
        return list(self._text.keywords)

    @field
    def times(self) -> Times:
        text = self._text
        return Times(visible=text.published or None, updated=text.updated or None, zone=text.zone)

    @field
    def extraction(self) -> Extraction:
        return attrs.evolve(super().extraction, method=self._text.method)
