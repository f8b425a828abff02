"""The spider of `script_site`, with items in a file instead of MongoDB."""

from __future__ import annotations

import json
import os
import sys
from typing import Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.site import Site
from crawler.sources.link_page import LinkPage
from crawler.sources.rendered_article import RenderedArticle
from crawler.sources.rendered_list import RenderedList
from crawler.spiders.news import NewsSpider
from crawler.urls import ArticleUrl, Identity, NotAnArticleUrl
from tests.support.collecting import *  # noqa: F403 - these are Scrapy's settings
from tests.support.collecting import EXTENSIONS
from tests.support.script_site import HOME

SPIDER_MODULES = ["tests.support.script_spider"]
SCRAPY_POET_DISCOVER = ["crawler.pages", "tests.support.script_pages"]
BROWSER_BOUNDS = json.loads(os.environ.get("NEWSDESK_TEST_BOUNDS", "{}"))
RETRY_TIMES = int(os.environ.get("NEWSDESK_TEST_RETRIES", "1"))
EXTENSIONS = {**EXTENSIONS, "tests.support.script_spider.ModulesExtension": 100}
ARTICLES = os.environ.get("NEWSDESK_TEST_RENDER_ARTICLES", "1") == "1"
DIRECT = os.environ.get("NEWSDESK_TEST_DIRECT", "1") == "1"


class ModulesExtension:
    """Says which of the browser's packages a crawl has loaded: "test/modules"."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        crawler.signals.connect(self.engine_stopped, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def engine_stopped(self) -> None:
        loaded = {"playwright", "scrapy_playwright", "crawler.browser.renderer"} & set(sys.modules)
        self._stats.set_value("test/modules", " ".join(sorted(loaded)))


def identify(url: str) -> Identity:
    """What stands below /article/; its last part is the key."""
    path = urlsplit(url).path
    if not path.startswith("/article/"):
        return NotAnArticleUrl(url=url, reason="other_page")
    return ArticleUrl(site="scripted", key=path.rpartition("/")[2], url=url)


def rendered_list(name: str, more: str | None) -> RenderedList:
    return RenderedList(
        name=name,
        title=name,
        url=f"{HOME}/{name}",
        entry="#list > li",
        time="span",
        more=more,
        ask_directly=DIRECT,
    )


class ScriptedSpider(NewsSpider):
    """Crawls lists and articles that scripts make."""

    name = "scripted"
    site = Site(
        key="scripted",
        title="Scripted",
        home=HOME,
        domains=("script.example",),
        ports=range(1, 65536),
        identify=identify,
        rendered_articles=RenderedArticle(ready="article h1") if ARTICLES else None,
        sources=(
            LinkPage(name="home", title="Home", url=HOME + "/"),
            rendered_list("clicks", "#more"),
            rendered_list("scroll", None),
            RenderedList(name="nothing", title="N", url=f"{HOME}/nothing", entry="#list > li"),
        ),
    )
