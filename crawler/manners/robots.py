"""Obeys robots.txt as RFC 9309 has it: where it cannot be had, nothing is asked of its host.

Scrapy's own middleware goes on where the answer is an error, or none at all.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Self

from attrs import define
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.manners.politeness import politeness_of
from crawler.network.exceptions import (
    NotRecorded,
    OffSite,
    RedirectLoop,
    RobotsForbidden,
    RobotsUnreachable,
)
from crawler.network.failures import failure_of

LARGEST = 500 * 1024
"""Bytes of a robots.txt that are read: as many as the RFC demands."""
PRIORITY = 1000
IS_ROBOTS_TXT = "is_robots_txt"
"""Key in the meta of a request for a robots.txt."""

logger = logging.getLogger(__name__)


@define(frozen=True, kw_only=True)
class RobotsRules:
    """What one host allows.

    parser: None where there is no robots.txt, which allows everything. closed: why nothing is
    asked of the host; empty if something may be.
    """

    parser: RobotParser | None = None
    closed: str = ""


class RobotsMiddleware:
    """Asks each host for its robots.txt once a crawl, before any other page of it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, asyncio.Future[RobotsRules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if IS_ROBOTS_TXT in request.meta:
            return
        address = urlparse_cached(request)
        if address.netloc not in self._rules:
            url = f"{address.scheme}://{address.netloc}/robots.txt"
            self._rules[address.netloc] = asyncio.ensure_future(self._ask(url))
        rules = await self._rules[address.netloc]
        if rules.closed:
            raise RobotsUnreachable(rules.closed)
        if rules.parser is not None and not rules.parser.allowed(request.url, self._agent):
            raise RobotsForbidden(f"{address.netloc}/robots.txt forbids {request.url}")

    async def _ask(self, url: str) -> RobotsRules:
        request = Request(url, priority=PRIORITY, callback=NO_CALLBACK, meta={IS_ROBOTS_TXT: True})
        try:
            response = await self._crawler.engine.download_async(request)
        except (NotRecorded, OffSite, RedirectLoop):
            return RobotsRules()
        except Exception as error:
            failure = failure_of(error)
            if failure.bug:
                raise
            rules = _closed(url, f"could not be had ({failure.reason}: {failure.detail})")
        else:
            rules = self._read(response)
        if rules.closed:
            logger.error(rules.closed)
        return rules

    def _read(self, response: Response) -> RobotsRules:
        """Reads an answer; 429 counts as none, since it means that too much was asked already."""
        if response.status == 429 or response.status >= 500:
            return _closed(response.url, f"answered {response.status}")
        if not 200 <= response.status < 300:
            return RobotsRules()
        parser = ProtegoRobotParser.from_crawler(self._crawler, response.body[:LARGEST])
        pause = pause_wanted(parser, self._agent)
        if pause and (politeness := politeness_of(self._crawler)):
            politeness.crawl_delay(pause, response.url)
        return RobotsRules(parser=parser)


def pause_wanted(parser: ProtegoRobotParser, agent: str) -> float:
    """Returns the seconds between two requests by Crawl-delay or Request-rate; 0 without either."""
    rate = parser.rp.request_rate(agent)
    by_rate = rate.seconds / rate.requests if rate and rate.requests else 0.0
    return max(float(parser.rp.crawl_delay(agent) or 0), by_rate)


def _closed(url: str, why: str) -> RobotsRules:
    return RobotsRules(closed=f"{url} {why}, so nothing is asked of that host in this run")
