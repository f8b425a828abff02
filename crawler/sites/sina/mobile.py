"""Sina articles on sina.cn, as telephones get them (`detail-i….d.html`).

Two heads exist: an account's (`h2.weibo_user`, `time.weibo_time` whose day and clock are glued
together) and a medium's (`time.art_time` with `cite.art_cite` inside). Names of editors and tags
are not on these pages.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from web_poet import handle_urls

from crawler.pages.base import ArticlePage
from crawler.pages.html import text_of, visible
from crawler.sites.sina import parts
from crawler.sites.sina.base import SinaPage
from pipelines.items import Source


@handle_urls("sina.cn", instead_of=ArticlePage)
class SinaMobilePage(SinaPage):
    """An article on the mobile site."""

    METHOD: ClassVar[str] = "sina.mobile"
    TITLE: ClassVar[tuple[str, ...]] = (".art_tit_h1",)
    TIME: ClassVar[tuple[str, ...]] = (".weibo_time", ".art_time")
    SOURCE: ClassVar[tuple[str, ...]] = (".weibo_user", ".art_cite")
    BODY: ClassVar[tuple[str, ...]] = (".art_content", ".art_box", "#artibody")
    NAMES: ClassVar[frozenset[str]] = frozenset({*TITLE, *TIME, *SOURCE, *BODY})
    TAGS: ClassVar[tuple[str, ...]] = ("h1", "h2", "time", "cite", "section", "article", "div")

    @cached_property
    def printed_time(self) -> str:
        node = self.marks.first(*self.TIME)
        if node is None:
            return ""
        texts = [node.text or ""]
        for child in node:
            texts += [] if child.tag == "cite" else [text_of(child)]
            texts.append(child.tail or "")
        return visible(" ".join(texts))

    @property
    def stated_source(self) -> Source | None:
        """The account or medium in the head; else the one in the meta tags, which is never a
        writer here."""
        stated = (self.marks.meta(name) for name in ("article:author", "author"))
        name = self.marks.text(*self.SOURCE) or next(filter(None, stated), "")
        return parts.read_source(None, name, self.base_url)
