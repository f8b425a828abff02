"""Renders requests by one browser, which is started when a page needs it and replaced in time."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.misc import load_object

from crawler.browser.bounds import Bounds
from crawler.browser.egress.guard import Guard
from crawler.browser.egress.proxy import GuardProxy
from crawler.browser.page_slots import PageSlots
from crawler.browser.program import NoBrowser, find_browser
from crawler.browser.session import BrowserSession, PageTask
from crawler.browser.tab import Tab
from crawler.network.exceptions import (
    BrowserGone,
    NoBrowserHere,
    NotAPage,
    OffSite,
    Refused,
    TooHeavy,
)
from crawler.network.rendering import RENDERED, RENDERING, Rendering
from crawler.network.resolver import CheckedResolver
from crawler.site import WEB_PORTS, site_of
from pipelines.config import load_settings
from pipelines.counting import counters

ALONE = "rendered_alone"
"""Key in a request's meta: render it alone, since the browser died while its page was open."""
TIDY_SECONDS = 1.0
CANCEL_SECONDS = 2.0
MOST_FAILED_STARTS = 3

logger = logging.getLogger(__name__)


class Renderer:
    """Renders within `Bounds`.

    When a browser dies while several pages are open, nobody can say which of them killed it. Each
    is tried again alone, so that a bad page takes others with it only once.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._bounds = Bounds(**crawler.settings.getdict("BROWSER_BOUNDS"))
        self._resolver = CheckedResolver(
            loopback=crawler.settings.getbool("NEWSDESK_ALLOW_LOOPBACK")
        )
        site = site_of(crawler.spider)
        self._guard = Guard(
            domains=tuple(getattr(crawler.spider, "allowed_domains", ())),
            resolver=self._resolver,
            ports=site.ports if site else WEB_PORTS,
        )
        self._proxy: GuardProxy | None = None
        self._session: BrowserSession | None = None
        self._starting = asyncio.Lock()
        self._failed_starts = 0
        self._slots = PageSlots(self._bounds.pages)
        self._used_at = time.monotonic()
        self._parked: dict[str, Tab] = {}
        """Open pages of rendered lists, by list, until the next step is asked for."""
        self._tidying: asyncio.Task[None] | None = None

    async def render(self, request: Request) -> Response:
        """Returns a page as it is once its scripts have run.

        Raises:
            Refused: the request is not worth another try.
            DownloadTimeoutError, DownloadFailedError: it is.
        """
        wanted: Rendering = request.meta[RENDERING]
        self._used_at = time.monotonic()
        self._guard.hosts |= set(wanted.hosts)
        async with self._slots.one(alone=bool(request.meta.get(ALONE)) or self._worn_out()):
            session = await self._running_session()
            parked = await self._parked_tab(session, wanted)
            task = self._task(request, wanted, parked)
            try:
                response = await self._rendered(session, request, task)
            except BaseException:
                await self._close_tab(session, task.tab)
                raise
            if wanted.walk is not None and task.tab is not None and request.meta[RENDERED].more:
                task.tab.parked_at = time.monotonic()
                self._parked[wanted.walk] = task.tab
            else:
                await self._close_tab(session, task.tab)
            self._used_at = time.monotonic()
            counters.RENDERED.add(self._crawler.stats)
            if parked is None and wanted.walk is not None:
                counters.RENDERED.by(wanted.walk).add(self._crawler.stats)
            return response

    async def close(self) -> None:
        """Ends the browser and its proxy."""
        if self._tidying is not None:
            self._tidying.cancel()
        if self._session is not None:
            await self._end(self._session, "the crawl has ended", gracefully=True)
        if self._proxy is not None:
            await self._proxy.close()
            self._proxy = None

    # One page.

    def _task(self, request: Request, wanted: Rendering, parked: Tab | None) -> PageTask:
        settings = self._crawler.settings
        return PageTask(
            steps=wanted.step,
            last=request.meta.get("retry_times", 0) >= settings.getint("RETRY_TIMES"),
            pause=settings.getfloat("DOWNLOAD_DELAY"),
            may_ask=self._guard.allows,
            tab=parked,
        )

    async def _rendered(
        self, session: BrowserSession, request: Request, task: PageTask
    ) -> Response:
        """Renders a page, unless the browser ends or time runs out meanwhile."""
        done_steps = task.tab.step if task.tab else 0
        further = max(0, task.steps - done_steps - 1)
        seconds = self._bounds.request_seconds + further * (self._bounds.ready_seconds + task.pause)
        work = asyncio.ensure_future(session.render(request, task))
        try:
            ends: set[asyncio.Future[Any]] = {work, session.gone, task.trouble}
            await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.trouble.done():
                task.trouble.result()
            if not work.done() and not session.gone.done():
                if task.tab is None:
                    await self._end(session, "it hangs")
                raise DownloadTimeoutError(f"{request.url} was not rendered in {seconds:g} s")
            if not work.done():
                raise BrowserGone("the browser is gone")
            response = work.result()
            self._judge_landing(response)
            return response
        except (PlaywrightError, DownloadFailedError, RuntimeError) as error:
            raise await self._explained(error, session, request, task) from error
        finally:
            await _cancelled(work)

    async def _explained(
        self, error: Exception, session: BrowserSession, request: Request, task: PageTask
    ) -> Exception:
        """Returns what an error of the browser means for the page."""
        if isinstance(error, PlaywrightTimeoutError):
            return DownloadTimeoutError(f"{request.url}: {error.message.splitlines()[0]}")
        session.check()
        if session.gone.done():
            alone = request.meta.get(ALONE)
            request.meta[ALONE] = True
            await self._end(session, session.gone.result())
            if session.too_heavy and alone:
                return TooHeavy(f"{request.url}: {session.gone.result()}")
            return BrowserGone(f"{request.url}: the browser: {session.gone.result()}")
        if isinstance(error, DownloadFailedError | RuntimeError):  # of uvloop: a closed pipe
            if isinstance(error, BrowserGone):
                request.meta[ALONE] = True
            return error
        refused = self._refusal(task.tab.leads_to if task.tab else request.url)
        if refused is not None:
            return refused
        message = getattr(error, "message", str(error)).splitlines()[0][:300]
        if "Download is starting" in message:
            return NotAPage(f"{request.url} is a file to be downloaded")
        return DownloadFailedError(f"{request.url}: {message}")

    def _judge_landing(self, response: Response) -> None:
        """Raises `Refused` if a page has led away to an address that may not be asked."""
        address = urlsplit(response.url)
        if address.scheme not in {"http", "https"}:
            raise OffSite(f"a page led to {response.url[:200]}, neither http nor https")
        refused = self._refusal(response.url)
        if refused is not None:
            raise refused

    def _refusal(self, url: str) -> Refused | None:
        host = urlsplit(url).hostname or ""
        try:
            self._guard.judge_url(url)
        except Refused as error:
            return error
        return self._proxy.refused.get(host) if self._proxy else None

    async def _parked_tab(self, session: BrowserSession, wanted: Rendering) -> Tab | None:
        """Returns the open page of the list that is asked for more; closes all others."""
        tab = self._parked.pop(wanted.walk, None) if wanted.walk and wanted.step > 1 else None
        if tab is not None and (tab.page.is_closed() or tab.step >= wanted.step):
            await self._close_tab(session, tab)
            tab = None
        for walk in list(self._parked):
            await self._close_tab(session, self._parked.pop(walk))
        return tab

    async def _close_tab(self, session: BrowserSession, tab: Tab | None) -> None:
        if tab is None or session.gone.done():
            return
        try:
            await tab.close()
        except TimeoutError:
            await self._end(session, "a page did not close: it hangs")

    # The browser.

    def _worn_out(self) -> bool:
        return self._session is not None and self._session.loads >= self._bounds.session_pages

    async def _running_session(self) -> BrowserSession:
        """Returns the browser that runs; starts one if none does, or if it is worn out."""
        async with self._starting:
            if self._session is not None and self._session.gone.done():
                await self._end(self._session, self._session.gone.result())
            elif self._session is not None and self._worn_out() and self._slots.taken == 1:
                await self._end(self._session, "it has had its pages", gracefully=True)
            while self._session is None:  # no page is to blame for a start that fails
                self._session = await self._started()
            return self._session

    async def _started(self) -> BrowserSession | None:
        """Starts a browser; None if that failed and is worth another try."""
        if self._failed_starts >= MOST_FAILED_STARTS:
            raise NoBrowserHere(f"the browser did not start {self._failed_starts} times in a row")
        try:
            program = find_browser(load_settings().browser)
        except NoBrowser as error:
            raise NoBrowserHere(str(error)) from error
        if self._proxy is None:
            self._proxy = await self._new_proxy()
        if self._tidying is None:
            self._tidying = asyncio.ensure_future(self._tidy())
        session = BrowserSession(
            self._crawler, program=program, bounds=self._bounds, proxy_port=self._proxy.port
        )
        try:
            await session.start()
        except BrowserGone as error:
            self._failed_starts += 1
            logger.warning("%s", error)
            return None
        self._failed_starts = 0
        counters.BROWSER_STARTED.add(self._crawler.stats)
        logger.info("Browser started: %s", program)
        return session

    async def _new_proxy(self) -> GuardProxy:
        stats = self._crawler.stats
        connections = load_object(self._crawler.settings["BROWSER_CONNECTIONS"])
        proxy = GuardProxy(
            judge=self._guard.judge,
            connections=connections(self._crawler, self._resolver),
            on_refused=lambda error: counters.BROWSER_REFUSED.by(error.reason).add(stats),
        )
        await proxy.start()
        return proxy

    async def _end(self, session: BrowserSession, why: str, *, gracefully: bool = False) -> None:
        """Ends this browser, even if another one has been started in its place."""
        if self._session is session:
            self._session = None
            self._parked.clear()
            if not gracefully:
                counters.BROWSER_LOST.add(self._crawler.stats)
                logger.warning("The browser is ended: %s", why)
        await session.end(why, gracefully=gracefully)
        counters.BROWSER_PEAK.raise_to(self._crawler.stats, session.peak)

    async def _tidy(self) -> None:
        """Ends a browser that nobody uses, or that has ended by itself; closes forgotten pages."""
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            session = self._session
            if session is None or self._slots.taken:
                continue
            moment = time.monotonic()
            for walk, tab in list(self._parked.items()):
                if moment - tab.parked_at > self._bounds.parked_seconds:
                    await self._close_tab(session, self._parked.pop(walk))
            if session.gone.done():
                await self._end(session, session.gone.result())
            elif not self._parked and moment - self._used_at > self._bounds.idle_seconds:
                await self._end(session, "nobody needs it", gracefully=True)


async def _cancelled(work: asyncio.Future[Response]) -> None:
    """Cancels work whose result and errors no longer matter."""
    work.cancel()
    await asyncio.wait({work}, timeout=CANCEL_SECONDS)
    if work.done() and not work.cancelled():
        work.exception()
