"""Lets Python's garbage collector look less often, and not at what stays for the whole crawl.

Scrapy's modules and ours are some hundred thousand objects, which the collector would look through
again and again; what a page leaves behind is freed without it, since nothing of it forms a circle.
"""

from __future__ import annotations

import gc
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

THRESHOLDS = (20_000, 20, 20)
"""New objects until a look at the youngest (700), looks until the next older ones (10, 10)."""


class GarbageExtension:
    """Sets the collector when the spider has opened: all that stays is there by then."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self) -> None:
        gc.collect()
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
