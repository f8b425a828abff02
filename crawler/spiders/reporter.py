"""Counts, logs and reports what becomes of a site's pages."""

from __future__ import annotations

import logging

from attrs import define
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from crawler.network.failures import Failure, failure_of, report_of
from crawler.pages.budget import PAGE_SECONDS
from crawler.site import Site
from crawler.urls import ArticleUrl
from pipelines.counting import counters
from pipelines.items import PageReport


@define(frozen=True, kw_only=True, eq=False)
class Reporter:
    """What the parts of a spider report through: statistics, log, page reports."""

    site: Site
    crawler: Crawler

    @property
    def logger(self) -> logging.Logger:
        """The spider's logger."""
        return logging.getLogger(self.site.key)

    @property
    def stats(self) -> StatsCollector:
        """The crawl's statistics; Scrapy makes them after the spider."""
        return self.crawler.stats

    @property
    def page_seconds(self) -> float:
        """CPU time that reading one page may take."""
        return self.crawler.settings.getfloat("NEWSDESK_PAGE_SECONDS", PAGE_SECONDS)

    def report(
        self, article: ArticleUrl, failure: Failure, response: Response | None = None
    ) -> PageReport:
        """Reports what became of an article's URL; keeps the page if it could not be read."""
        return report_of(self.site.key, article.url, article.key, failure, response)

    def judge(self, error: BaseException | None, url: str) -> Failure:
        """Explains an error of a request or callback; logs the traceback if it is a bug of ours."""
        failure = failure_of(error)
        if failure.bug:
            self._note_bug(url, error)
        return failure

    def _note_bug(self, url: str, error: BaseException | None) -> None:
        counters.SPIDER_ERRORS.add(self.stats)
        counters.SPIDER_ERRORS_BY_CLASS.by(type(error).__name__).add(self.stats)
        self.logger.error("Error in Newsdesk's code over %s", url, exc_info=error)
