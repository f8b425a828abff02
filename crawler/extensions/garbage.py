"""Makes Python's garbage collector run less often, and leave out what stays for the whole crawl.

Scrapy's modules and ours are some hundred thousand objects, which the collector would look through
again and again. What a page leaves behind is freed without it: nothing of it forms a cycle.
"""

from __future__ import annotations

import gc
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

THRESHOLDS = (20_000, 20, 20)
"""Of `gc.set_threshold`; Python's defaults are 700, 10, 10."""


class GarbageExtension:
    """Sets the collector when the spider has opened; all that stays is loaded by then."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self) -> None:
        gc.collect()
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.enable()  # off since the start (see `crawler.__main__`)
