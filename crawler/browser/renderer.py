"""Keeps one browser for a crawl: begins it when a page needs it, replaces it, ends it."""

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

from crawler.browser.bounds import Bounds
from crawler.browser.egress.guard import Guard
from crawler.browser.egress.proxy import GuardProxy
from crawler.browser.egress.upstream import connections_for
from crawler.browser.page_slots import PageSlots
from crawler.browser.program import NoBrowser, find_browser
from crawler.browser.session import BrowserSession, Task
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
from pipelines.config import load_settings

ALONE = "rendered_alone"
"""In a request's meta: what it shared the browser with, or it itself, has ended that browser."""

TIDY_SECONDS = 1.0
CANCEL_SECONDS = 2.0
MOST_FAILED_STARTS = 3
PEAK = "newsdesk/browser_peak"

logger = logging.getLogger(__name__)


class Renderer:
    """Renders within `Bounds`.

    A browser that ends while several pages are open says nothing about which of them ended it:
    each is tried again by itself, so that one bad page cannot take another with it twice.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._bounds = Bounds(**crawler.settings.getdict("BROWSER_BOUNDS"))
        self._names = CheckedResolver(loopback=crawler.settings.getbool("NEWSDESK_ALLOW_LOOPBACK"))
        domains = tuple(getattr(crawler.spider, "allowed_domains", ()))
        self._guard = Guard(domains=domains, names=self._names)
        self._proxy: GuardProxy | None = None
        self._life: BrowserSession | None = None
        self._starting = asyncio.Lock()
        self._failed_starts = 0
        self._seats = PageSlots(self._bounds.pages)
        self._used_at = time.monotonic()
        self._parked: dict[str, Tab] = {}
        self._tidying: asyncio.Task[None] | None = None

    async def render(self, request: Request) -> Response:
        """A page as it is once its scripts have run.

        Raises:
            Refused: it is not worth another try.
            DownloadTimeoutError, DownloadFailedError: it is.
        """
        wanted: Rendering = request.meta[RENDERING]
        self._used_at = time.monotonic()
        self._guard.hosts |= set(wanted.hosts)
        async with self._seats.one(alone=bool(request.meta.get(ALONE)) or self._worn_out()):
            life = await self._living()
            visit = await self._opened(life, wanted)
            task = Task(
                steps=wanted.step,
                last=request.meta.get("retry_times", 0)
                >= self._crawler.settings.getint("RETRY_TIMES"),
                pause=self._crawler.settings.getfloat("DOWNLOAD_DELAY"),
                ours=self._guard.allows,
                visit=visit,
            )
            try:
                response = await self._rendered(life, request, task)
            except BaseException:
                await self._clear(life, task.visit)
                raise
            if wanted.walk is not None and task.visit is not None and request.meta[RENDERED].more:
                self._parked[wanted.walk] = task.visit
            else:
                await self._clear(life, task.visit)
            self._used_at = time.monotonic()
            self._count("rendered")
            if visit is None and wanted.walk is not None:
                self._count(f"rendered/{wanted.walk}")
            return response

    async def close(self) -> None:
        """End the browser, and with it everything that was begun for it."""
        if self._tidying is not None:
            self._tidying.cancel()
        if self._life is not None:
            await self._end_life(self._life, "the crawl has ended", kindly=True)
        if self._proxy is not None:
            await self._proxy.close()
            self._proxy = None

    # One page.

    async def _rendered(self, life: BrowserSession, request: Request, task: Task) -> Response:
        done_steps = task.visit.step if task.visit else 0
        further = max(0, task.steps - done_steps - 1)
        seconds = self._bounds.request_seconds + further * (self._bounds.ready_seconds + task.pause)
        work = asyncio.ensure_future(life.render(request, task))
        try:
            ends: set[asyncio.Future[Any]] = {work, life.gone, task.trouble}
            await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.trouble.done():
                task.trouble.result()
            if not work.done() and not life.gone.done():
                if task.visit is None:
                    await self._end_life(life, "it hangs")
                raise DownloadTimeoutError(f"{request.url} was not rendered in {seconds:g} s")
            if not work.done():
                raise BrowserGone("the browser is gone")
            response = work.result()
            self._judge_end(response)
            return response
        except (PlaywrightError, DownloadFailedError, RuntimeError) as error:
            raise await self._explained(error, life, request, task) from error
        finally:
            await _cancelled(work)

    async def _explained(
        self, error: Exception, life: BrowserSession, request: Request, task: Task
    ) -> Exception:
        """An error of the browser as what it means for the page."""
        if isinstance(error, PlaywrightTimeoutError):
            return DownloadTimeoutError(f"{request.url}: {error.message.splitlines()[0]}")
        life.look()
        if life.gone.done():
            alone = request.meta.get(ALONE)
            request.meta[ALONE] = True
            await self._end_life(life, life.gone.result())
            if life.too_heavy and alone:
                return TooHeavy(f"{request.url}: {life.gone.result()}")
            return BrowserGone(f"{request.url}: the browser: {life.gone.result()}")
        if isinstance(error, DownloadFailedError | RuntimeError):  # of uvloop: a closed pipe
            if isinstance(error, BrowserGone):
                request.meta[ALONE] = True
            return error
        refused = self._refusal(task.visit.leads_to if task.visit else request.url)
        if refused is not None:
            return refused
        message = getattr(error, "message", str(error)).splitlines()[0][:300]
        if "Download is starting" in message:
            return NotAPage(f"{request.url} is a file to be downloaded")
        return DownloadFailedError(f"{request.url}: {message}")

    def _judge_end(self, response: Response) -> None:
        """Raise `Refused` if a page has led away to where it may not."""
        address = urlsplit(response.url)
        if address.scheme not in {"http", "https"}:
            raise OffSite(f"a page led to {response.url[:200]}, neither http nor https")
        refused = self._refusal(response.url)
        if refused is not None:
            raise refused

    def _refusal(self, url: str) -> Refused | None:
        host = urlsplit(url).hostname or ""
        try:
            self._guard.judge(host)
        except Refused as error:
            return error
        return self._proxy.refused.get(host) if self._proxy else None

    async def _opened(self, life: BrowserSession, wanted: Rendering) -> Tab | None:
        """The open page of a list that is asked for more; any other makes room."""
        visit = self._parked.pop(wanted.walk, None) if wanted.walk and wanted.step > 1 else None
        if visit is not None and (visit.page.is_closed() or visit.step >= wanted.step):
            await self._clear(life, visit)
            visit = None
        for walk in list(self._parked):
            await self._clear(life, self._parked.pop(walk))
        return visit

    async def _clear(self, life: BrowserSession, visit: Tab | None) -> None:
        if visit is None or life.gone.done():
            return
        try:
            await visit.close()
        except TimeoutError:
            await self._end_life(life, "a page did not close: it hangs")

    # The browser.

    def _worn_out(self) -> bool:
        return self._life is not None and self._life.loads >= self._bounds.life_pages

    async def _living(self) -> BrowserSession:
        """The browser; a new one if there is none, or it has done its work."""
        async with self._starting:
            if self._life is not None and self._life.gone.done():
                await self._end_life(self._life, self._life.gone.result())
            elif self._life is not None and self._worn_out() and self._seats.taken == 1:
                await self._end_life(self._life, "it has had its pages", kindly=True)
            while self._life is None:  # no page is to blame for a start that fails
                self._life = await self._begun()
            return self._life

    async def _begun(self) -> BrowserSession | None:
        """A new browser; None if it has not started and is worth another try."""
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
        life = BrowserSession(
            self._crawler,
            program=program,
            bounds=self._bounds,
            port=self._proxy.port,
            own_tls=self._proxy.connections.own_tls,
        )
        try:
            await life.start()
        except BrowserGone as error:
            self._failed_starts += 1
            logger.warning("%s", error)
            return None
        self._failed_starts = 0
        self._count("browser_started")
        logger.info("Browser started: %s", program)
        return life

    async def _new_proxy(self) -> GuardProxy:
        proxy = GuardProxy(
            judge=self._guard.judge,
            connections=connections_for(self._crawler, self._names),
            on_refused=lambda error: self._count(f"browser_refused/{error.reason}"),
        )
        await proxy.start()
        return proxy

    async def _end_life(self, life: BrowserSession, why: str, *, kindly: bool = False) -> None:
        """End this one, and not one that has been begun in its place meanwhile."""
        if self._life is life:
            self._life = None
            self._parked.clear()
            if not kindly:
                self._count("browser_lost")
                logger.warning("The browser is ended: %s", why)
        await life.end(why, kindly=kindly)
        peak = max(self._crawler.stats.get_value(PEAK, 0), life.peak)
        self._crawler.stats.set_value(PEAK, peak)

    async def _tidy(self) -> None:
        """End what nobody uses, and what has ended by itself."""
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            life = self._life
            if life is None or self._seats.taken:
                continue
            moment = time.monotonic()
            for walk, visit in list(self._parked.items()):
                if moment - visit.touched_at > self._bounds.parked_seconds:
                    await self._clear(life, self._parked.pop(walk))
            if life.gone.done():
                await self._end_life(life, life.gone.result())
            elif not self._parked and moment - self._used_at > self._bounds.idle_seconds:
                await self._end_life(life, "nobody needs it", kindly=True)

    def _count(self, name: str) -> None:
        self._crawler.stats.inc_value(f"newsdesk/{name}")


async def _cancelled(work: asyncio.Future[Response]) -> None:
    """Cancel; what it still had to say is of no matter."""
    work.cancel()
    await asyncio.wait({work}, timeout=CANCEL_SECONDS)
    if work.done() and not work.cancelled():
        work.exception()
