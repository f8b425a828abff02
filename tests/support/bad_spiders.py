"""Spiders that go wrong in every way, run as jobs. As a program it is Scrapy with these spiders."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.http import Response

from crawler.settings import *  # noqa: F403 - these are Scrapy's settings, a few of them replaced
from crawler.settings import EXTENSIONS as _EXTENSIONS

SPIDER_MODULES = ["tests.support.bad_spiders"]
NEWSPIDER_MODULE = SPIDER_MODULES[0]
ITEM_PIPELINES = {}
EXTENSIONS = {
    name: order for name, order in _EXTENSIONS.items() if "jobstats" in name or "supervisor" in name
}
DOWNLOAD_HANDLERS = {"data": "scrapy.core.downloader.handlers.datauri.DataURIDownloadHandler"}
DOWNLOADER_MIDDLEWARES = {}
PAGE = "data:text/html;charset=utf-8,<html>a page</html>"


class BadSpider(scrapy.Spider):
    """Asks for one page and does its worst with it."""

    page = PAGE

    async def start(self) -> AsyncIterator[Any]:
        self.crawler.stats.set_value("newsdesk/found", 30)
        self.crawler.stats.set_value("newsdesk/requested", 1)
        yield scrapy.Request(self.page)

    def parse(self, response: Response) -> None:
        raise NotImplementedError


class HungSpider(BadSpider):
    """Blocks in its callback."""

    name = "hung"

    def parse(self, response: Response) -> None:
        while True:
            time.sleep(1)


class ForkingSpider(BadSpider):
    """Leaves children behind that ignore every signal but one, in sessions of their own."""

    name = "forking"

    def parse(self, response: Response) -> None:
        script = "import signal, time\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\n"
        for _ in range(3):
            subprocess.Popen(
                [sys.executable, "-S", "-c", script + "time.sleep(600)"], start_new_session=True
            )
        while True:
            time.sleep(1)


class EatingSpider(BadSpider):
    """Holds more and more."""

    name = "eating"

    def parse(self, response: Response) -> None:
        held = []
        while True:
            held.append(os.urandom(1 << 20))
            time.sleep(0.005)


class FailingSpider(BadSpider):
    """Every request fails; Scrapy ends with exit code 0."""

    name = "failing"
    page = "data:broken"

    async def start(self) -> AsyncIterator[Any]:
        self.crawler.stats.set_value("newsdesk/found", 4)
        for number in range(4):
            self.crawler.stats.inc_value("newsdesk/requested")
            yield scrapy.Request(f"ftp://127.0.0.1/{number}", errback=self.failed)

    def failed(self, failure: object) -> None:
        self.crawler.stats.inc_value("newsdesk/failed")
        self.crawler.stats.inc_value("newsdesk/failed/connection")


if __name__ == "__main__":
    from scrapy.cmdline import execute

    os.environ["SCRAPY_SETTINGS_MODULE"] = "tests.support.bad_spiders"
    execute(["scrapy", *sys.argv[1:]])
