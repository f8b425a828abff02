"""A crawl of items that need no page, through given pipelines; prints what Scrapy counted.

As a program: SETTINGS, a JSON object of Scrapy settings, and ITEMS, the name of a function that
makes the items ("package.module.function").
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.utils.misc import load_object

EXTENSIONS_BASE = {"scrapy.extensions.corestats.CoreStats": 0}


class OfflineSpider(scrapy.Spider):
    """Yields the items from the answer of a `data:` URL, so that they have a response."""

    name = "offline"
    items = ""

    async def start(self) -> AsyncIterator[Any]:
        yield scrapy.Request("data:text/html;charset=utf-8,<html>the page</html>")

    async def parse(self, response: Response) -> AsyncIterator[Any]:
        for item in load_object(self.items)():
            yield item


def main() -> None:
    """Crawl and print the statistics as JSON."""
    settings, items = json.loads(sys.argv[1]), sys.argv[2]
    process = AsyncCrawlerProcess({"EXTENSIONS_BASE": EXTENSIONS_BASE, **settings})
    crawler = process.create_crawler(OfflineSpider)
    process.crawl(crawler, items=items)
    process.start()
    print(json.dumps(crawler.stats.get_stats(), default=str))


if __name__ == "__main__":
    main()
