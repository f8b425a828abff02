"""Decides how one crawl treats its site: what may be asked now, and what follows from answers.

`gate` asks before each request, `answers` tells of each answer, and `persistence` keeps what later
crawls must know.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from attrs import define, field
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.manners.breaker import LONGEST_WORD, Breaker
from crawler.manners.budget import Pace, pace_of
from crawler.manners.slot import SiteSlot
from crawler.network.exceptions import BreakerOpen, LeftAlone
from crawler.network.failures import Failure, report_of
from crawler.site import Site, site_of
from pipelines.config import Settings, load_settings
from pipelines.counting import counters
from pipelines.items import PageReport
from pipelines.records import LeaveReason, SiteStanding
from pipelines.timing.beijing import SECONDS, beijing_time
from pipelines.timing.clock import now

WALLS_IN_A_ROW = 3
"""A single article may be behind a wall; so many in a row mean that the whole site is."""
FORBIDDEN_IN_A_ROW = 5
FIRST_BACK_OFF = 10
"""How many delays long a site is left alone that says "too fast" without a time; then doubled."""
SLOWEST = 8
"""Times its delay is the slowest pace to which a site that says "too fast" slows a crawl down."""
FIRST_BLOCK = timedelta(hours=1)
LONGEST_BLOCK = timedelta(hours=12)
"""Shorter than from one night to the next, so that each night tries once."""

logger = logging.getLogger(__name__)


@define(kw_only=True)
class Politeness:
    """The rules and their state in one crawl.

    pace: the budget in force. slot: the queue in which the site's requests wait. standing: what
    later crawls are told of the site. breakers: by host. unsaved_requests: those in
    `standing.requests` that are not in the database yet. unsaved_hosts: those whose breaker has
    changed since it was saved. leave_reason: set when nothing more is asked of the site.
    """

    crawler: Crawler
    site: Site
    pace: Pace
    settings: Settings
    slot: SiteSlot
    standing: SiteStanding = field(factory=SiteStanding)
    breakers: dict[str, Breaker] = field(factory=dict)
    unsaved_requests: int = 0
    unsaved_hosts: set[str] = field(factory=set)
    leave_reason: LeaveReason | None = None
    _asked: int = 0
    _throttled: int = 0
    _forbidden: int = 0
    _walls: int = 0
    _ending: asyncio.Task[None] | None = None

    # Before a request.

    def admit(self, host: str) -> None:
        """Lets a request to `host` pass, and counts it.

        Raises:
            LeftAlone: nothing is asked of the site now; the crawl ends.
            BreakerOpen: the host has not answered lately.
        """
        moment = now()
        if self.leave_reason is None:
            self._check_site(moment)
        if self.leave_reason is not None:
            raise LeftAlone(f"{self.site.key} is left alone for now ({self.leave_reason})")
        breaker = self.breakers.get(host)
        until = breaker.standing.open_until if breaker is not None else None
        if breaker is not None and until is not None and breaker.state(moment) == "open":
            raise BreakerOpen(
                f"{host} did not answer ({breaker.standing.reason}) and is left alone until "
                f"{beijing_time(until, SECONDS)}"
            )
        self._asked += 1
        self.standing.requests += 1
        self.unsaved_requests += 1

    def _check_site(self, moment: datetime) -> None:
        standing, night = self.standing, self.pace.night(moment)
        if standing.night != night:
            standing.night, standing.requests, self.unsaved_requests = night, 0, 0
        quiet = self.pace.quiet_until(moment)
        most = self.pace.requests_per_night
        if quiet is not None:
            self.leave("quiet_hours", f"{self.pace.quiet_hours} in {self.pace.zone}", quiet)
        elif standing.come_back_at is not None and moment < standing.come_back_at:
            self._wait(moment, min(standing.come_back_at, moment + LONGEST_WORD))
        elif self._asked >= self.pace.requests_per_run:
            self.leave("budget_spent", f"{self._asked} in one run", None)
        elif most is not None and standing.requests >= most:
            self.leave("budget_spent", f"{most} from noon to noon", self.pace.night_ends(moment))

    def _wait(self, moment: datetime, until: datetime) -> None:
        """Pauses until the time that the site has named; leaves if that is too long."""
        seconds = (until - moment).total_seconds()
        reason = self.standing.come_back_reason or "come_back_later"
        if reason == "blocked" or seconds > self.settings.patience_seconds:
            self.leave(reason, self.standing.come_back_why or "an earlier crawl was told so", until)
        else:
            self.slot.pause(seconds)

    # After an answer.

    def answered(self, host: str, status: int) -> None:
        """Notes an answer: the host works, and below 400 it lets us in."""
        if status < 400:
            self._throttled = self._forbidden = 0
        breaker = self.breakers.get(host)
        if breaker is not None and breaker.succeed(now()):
            self.unsaved_hosts.add(host)
            logger.info("%s answers again", host)

    def failed(self, host: str, reason: str) -> None:
        """Notes that the host does not work: no connection, no answer, an error of its own."""
        breaker = self.breakers.setdefault(host, Breaker())
        if breaker.fail(now(), reason, self.settings.breaker_failures):
            self.unsaved_hosts.add(host)
            counters.BREAKER_OPENED.add_by(self.crawler.stats, host)
            until = breaker.standing.open_until
            logger.warning("%s is left alone until %s: %s", host, until, reason)

    def throttled(self, response: Response, seconds: float | None, *, is_list: bool) -> None:
        """Pauses or leaves: the site says "too fast" or "not now". seconds: if it says how long.

        Lists and the host of the front page speak for the whole site, other hosts for themselves.
        """
        counters.THROTTLED.add(self.crawler.stats)
        if response.status == 429:
            self.slot.slow_down(min(self.slot.delay * 2, self.pace.delay_seconds * SLOWEST))
        patience = self.settings.patience_seconds
        if seconds is None:
            times = FIRST_BACK_OFF * 2 ** min(self._throttled, 5)
            seconds = min(patience, self.pace.delay_seconds * times)
            self._throttled += 1
        why = f"{response.url} answered {response.status} and asks for {seconds:.0f} s"
        moment, host = now(), urlsplit(response.url).hostname or ""
        until = moment + timedelta(seconds=seconds)
        if seconds > patience and not (is_list or host == urlsplit(self.site.home).hostname):
            self.breakers.setdefault(host, Breaker()).hold(moment, seconds, why)
            self.unsaved_hosts.add(host)
            counters.BREAKER_OPENED.add_by(self.crawler.stats, host)
            counters.LEFT_ALONE.set(self.crawler.stats, why)
            logger.warning("%s is left alone until %s: %s", host, until, why)
            return
        if seconds > patience:
            self.leave("come_back_later", why, until)
        else:
            counters.WAITED_SECONDS.add(self.crawler.stats, round(seconds))
            self.slot.pause(seconds)
        self._come_back(until, "come_back_later", why)

    def crawl_delay(self, seconds: float, where: str) -> None:
        """Slows down as a robots.txt wants it; leaves if that is more than our patience."""
        if seconds > self.settings.patience_seconds:
            why = f"{where} wants {seconds:g} s between two requests"
            self.leave("come_back_later", f"{why}, NEWSDESK_PATIENCE_SECONDS is less", None)
        elif seconds > self.slot.delay:
            self.slot.slow_down(seconds)
            counters.CRAWL_DELAY.set(self.crawler.stats, seconds)
            logger.info("%s wants %g s between two requests", where, seconds)

    # Walls.

    def forbidden(self, response: Response, *, is_list: bool) -> None:
        """Notes a 403; several in a row mean this crawl and not a page, so they end it."""
        self._forbidden += 1
        if self._forbidden >= FORBIDDEN_IN_A_ROW:
            counters.WALLS.by("forbidden").add(self.crawler.stats)
            what = f"{self._forbidden} answers in a row were 403, the last for {response.url}"
            self.block(what, response if is_list else None)

    def met_wall(self, kind: str, response: Response, *, is_list: bool) -> None:
        """Notes a wall (visitor page, captcha, login); in place of a list it ends the crawl."""
        counters.WALLS.by(kind).add(self.crawler.stats)
        if is_list:
            self.block(f"{response.url} answered with a wall ({kind})", response)

    def page_read(self, *, wall: bool) -> None:
        """Notes an article that was read, or a wall in its place; several walls end the crawl."""
        if not wall:
            self._walls = 0
            self.standing.blocks = 0
            return
        self._walls += 1
        if self._walls >= WALLS_IN_A_ROW:
            self.block(f"{self._walls} articles in a row were walls, the last is kept", None)

    def block(self, what: str, evidence: Response | None) -> None:
        """Ends the crawl of a site that turns us away; later crawls stay away for hours."""
        if self.leave_reason is not None:
            return
        self.standing.blocks += 1
        pause = min(FIRST_BLOCK * 2 ** min(self.standing.blocks - 1, 10), LONGEST_BLOCK)
        until = now() + pause
        self._come_back(until, "blocked", what)
        report = None
        if evidence is not None:
            failure = Failure(reason="wall", detail=what, state="unreadable")
            report = report_of(self.site.key, evidence.url, None, failure, evidence)
        self.leave("blocked", what, until, report)

    def leave(
        self,
        reason: LeaveReason,
        why: str,
        until: datetime | None,
        report: PageReport | None = None,
    ) -> None:
        """Ends the crawl with what is under way; nothing more is asked. report: stored first."""
        if self.leave_reason is not None:
            return
        self.leave_reason = reason
        counters.LEFT_ALONE.set(self.crawler.stats, why)
        if until is not None:
            counters.COME_BACK_AT.set(self.crawler.stats, until.isoformat())
        logger.error("%s is left alone until %s (%s): %s", self.site.key, until, reason, why)
        if reason != "budget_spent":  # what was let through is part of the budget
            self.slot.drop(LeftAlone(f"{self.site.key} is left alone for now ({reason})"))

        async def end() -> None:
            if report is not None:
                await self.crawler.engine.scraper.start_itemproc_async(report, response=None)
            await self.crawler.engine.close_spider_async(reason=reason)

        self._ending = asyncio.ensure_future(end())

    def _come_back(self, until: datetime, reason: LeaveReason, why: str) -> None:
        standing = self.standing
        if standing.come_back_at is None or until > standing.come_back_at:
            standing.come_back_at, standing.come_back_reason = until, reason
            standing.come_back_why = why[:500]


_of_crawls: dict[Crawler, Politeness] = {}
"""A process runs one crawl."""


def politeness_of(crawler: Crawler) -> Politeness | None:
    """Returns the politeness of a crawl whose spider is open; None for imports and replays."""
    site = site_of(crawler.spider)
    if site is None or crawler.settings["NEWSDESK_REPLAY"]:
        return None
    if crawler not in _of_crawls:
        settings, downloader = load_settings(), crawler.engine.downloader
        pace = pace_of(site.budget, site.zone, settings, site.key)
        slot = SiteSlot(downloader, site.key, pace.delay_seconds, pace.concurrency)
        _of_crawls[crawler] = Politeness(
            crawler=crawler, site=site, pace=pace, settings=settings, slot=slot
        )
    return _of_crawls[crawler]
