"""The part of a spider that says what went wrong: counted, logged, and told of each article."""

from __future__ import annotations

from typing import ClassVar

import scrapy
from scrapy.http import Response

from crawler.network.failures import Setback, report_of, setback_of
from crawler.site import Site
from crawler.urls import ArticleUrl
from pipelines.items import PageReport


class ReportingSpider(scrapy.Spider):
    """Counts, judges and reports."""

    site: ClassVar[Site]

    def count(self, name: str) -> None:
        """Add one to the counter newsdesk/`name`."""
        self.crawler.stats.inc_value(f"newsdesk/{name}")

    def report(
        self, article: ArticleUrl, setback: Setback, response: Response | None = None
    ) -> PageReport:
        """What became of an article's URL; the page is kept if it could not be read."""
        return report_of(self.site.key, article.url, article.key, setback, response)

    def judge(self, error: BaseException | None, url: str) -> Setback:
        """What an errback was handed or a callback raised; our own errors are logged in full."""
        setback = setback_of(error)
        if setback.bug:
            self.note_bug(url, error)
        return setback

    def note_bug(self, url: str, error: BaseException | None) -> None:
        """Log and count an error in our own code."""
        self.crawler.stats.inc_value("spider_exceptions/count")
        self.crawler.stats.inc_value(f"spider_exceptions/{type(error).__name__}")
        self.logger.error("Error in Newsdesk's code over %s", url, exc_info=error)
