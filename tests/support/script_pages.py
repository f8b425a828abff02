"""The page object of `script_site`: an article as its script has put it on the page."""

from __future__ import annotations

from functools import cached_property

import web_poet

from crawler.pages.base import ArticlePage
from crawler.pages.generic import GenericPage
from crawler.urls import ArticleUrl


@web_poet.handle_urls("script.example", instead_of=ArticlePage)
class ScriptedPage(GenericPage):
    """Nothing but the identity differs from any other page."""

    SITE = "scripted"

    @cached_property
    def identity(self) -> ArticleUrl:
        key = self.page_url.rpartition("/")[2]
        return ArticleUrl(site="scripted", key=key, url=self.page_url)
