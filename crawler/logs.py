"""Formats log lines that name an item instead of printing all of it."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class ShortLogFormatter(LogFormatter):
    """Writes one line per item; an article can be as long as a book."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        # Else Scrapy's loggers make two records a page that its handler then drops.
        logging.getLogger("scrapy.core").setLevel(crawler.settings["LOG_LEVEL"])
        return super().from_crawler(crawler)

    def scraped(
        self, item: object, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return _line(logging.DEBUG, "Read %(item)s", item)

    def dropped(
        self,
        item: object,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        return _line(logging.DEBUG, "Rejected %(item)s: %(reason)s", item, str(exception))

    def item_error(
        self,
        item: object,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        return _line(logging.ERROR, "Error in Newsdesk's pipelines over %(item)s", item)


def _line(level: int, message: str, item: object, reason: str = "") -> LogFormatterResult:
    name = getattr(item, "id", type(item).__name__)
    return {"level": level, "msg": message, "args": {"item": name, "reason": reason[:200]}}
