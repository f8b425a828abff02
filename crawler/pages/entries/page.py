"""Reads an article that its list holds itself."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

import attrs
from web_poet import HttpResponse

from crawler.pages.base import ArticlePage, field
from crawler.pages.blocks import Blocks, read_blocks
from crawler.pages.entries.text import EntryText
from crawler.pages.fallback.stated import stated_authors
from crawler.pages.times import ParsedTime
from crawler.urls import ArticleUrl
from pipelines.items import Author, Extraction, Times


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
