"""Newsdesk without a store, and spiders whose pages a browser renders, for measurements."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from attrs import evolve
from scrapy import Request
from scrapy.http import Response

from crawler.sites.guancha.site import GUANCHA
from crawler.sources.json_items import JsonItems
from crawler.sources.rendered_article import RenderedArticle
from crawler.spiders.news import NewsSpider
from tests.support.loopback_settings import *  # noqa: F403 - these are Scrapy's settings
from tests.support.script_site import API_HOST, HOME, TOKEN
from tests.support.script_spider import ScriptedSpider

SPIDER_MODULES = ["tests.benchmarks.browser_settings"]
ITEM_PIPELINES = {}
ADDRESSES = [
    address
    for name in filter(None, [os.environ.get("NEWSDESK_TEST_ADDRESSES")])
    for address in Path(name).read_text(encoding="utf-8").split()
]
NEWSDESK_MEMORY = "crawler.spiders.memory.NothingKnown"
EXTENSIONS = {"crawler.extensions.jobstats.JobStatsExtension": 900}
READY = "div.all-txt"
DIRECT = JsonItems(
    name="direct",
    title="Direct",
    url=f"https://{API_HOST}/clicks?page={{page}}&token={TOKEN}",
    items=("result", "items"),
    time="time",
    headers={"Referer": f"{HOME}/clicks"},
)


class RenderedSpider(NewsSpider):
    """Renders the addresses of a file and looks at nothing."""

    name = "rendered"
    site = evolve(GUANCHA, rendered_articles=RenderedArticle(ready=READY))

    async def start(self) -> AsyncIterator[Request]:
        for url in ADDRESSES:
            yield Request(url, callback=self.look, meta=self.site.rendering_for(url))

    def look(self, response: Response) -> None:
        """Only what was wanted counts."""
        if response.css(READY):
            self.crawler.stats.inc_value("newsdesk/looked_at")


class ListedSpider(ScriptedSpider):
    """Walks a list and asks for none of its articles."""

    name = "listed"
    site = evolve(ScriptedSpider.site, sources=(*ScriptedSpider.site.sources, DIRECT))

    def idle(self) -> None:
        self.harvest.next_articles(sys.maxsize)
        super().idle()
