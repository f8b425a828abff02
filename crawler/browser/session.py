"""One session of the browser: started, watched, and ended with all its processes.

scrapy-playwright makes the pages, but hangs when the browser under it dies. So a session that has
lost its browser or its driver is ended, never repaired, and the renderer starts another.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import psutil
from attrs import define, field
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Headers, HtmlResponse, Response
from scrapy_playwright._utils import _set_redirect_meta
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.browser.bounds import Bounds
from crawler.browser.processes import MARK, ProcessTree
from crawler.browser.program import DROPPED_SWITCHES, environment, switches
from crawler.browser.scripts import NO_SIDE_DOORS
from crawler.browser.tab import Tab
from crawler.network.exceptions import BrowserGone
from crawler.network.rendering import RENDERED, RENDERING

MEGABYTE = 1024 * 1024
RECOUNT_SECONDS = 1.0
"""Between two searches for new processes; known ones are measured every `watch_seconds`."""
VIEW = {"width": 1280, "height": 1600}
TASK = "newsdesk_task"
_NOT_OF_THE_PAGE = ("Content-Encoding", "Content-Length", "Transfer-Encoding", "Content-Type")

# It logs tracebacks of errors that are reported anyway, by their cause.
logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)
# So does asyncio when Playwright cancels a call to a driver that has just ended.
logging.getLogger("asyncio").addFilter(
    lambda record: "Connection.send_message_to_server." not in record.getMessage()
)


@define(kw_only=True, eq=False)
class PageTask:
    """What is to be done for one request.

    steps: on its page; the first loads it. last: the request is not tried again. pause: seconds
    between two steps. may_ask: whether the host of a URL may be asked. tab: the request's page;
    given if it is open already, set as soon as it is opened.
    """

    steps: int
    last: bool
    pause: float
    may_ask: Callable[[str], bool]
    tab: Tab | None = None
    trouble: asyncio.Future[None] = field(
        factory=lambda: asyncio.get_running_loop().create_future()
    )
    """Done, with an exception, when the page has to be given up."""


class BrowserSession(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # it has no types
    """A running browser with its driver.

    gone: done, with the reason, as soon as the browser cannot be used. loads: pages opened so far.
    peak: the most bytes that its processes have held together.
    """

    def __init__(self, crawler: Crawler, *, program: str, bounds: Bounds, proxy_port: int) -> None:
        super().__init__(crawler)
        self.bounds = bounds
        self.gone: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.loads = 0
        self.peak = 0
        self.processes = ProcessTree(mark=f"{os.getpid()}-{secrets.token_hex(4)}")
        self.too_heavy = False
        self._ending: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self.config.max_pages_per_context = bounds.pages + 2
        self.config.target_closed_max_retries = 0
        self.config.restart_disconnected_browser = False
        self.config.launch_options = {
            "executable_path": program,
            "args": switches(bounds.script_mb),
            "ignore_default_args": DROPPED_SWITCHES,
            "chromium_sandbox": os.geteuid() != 0,  # as root Chromium starts only without
            "proxy": {"server": f"http://127.0.0.1:{proxy_port}", "bypass": "<-loopback>"},
            "env": {**environment(), MARK: self.processes.mark},
            "timeout": bounds.start_seconds * 1000,
            "handle_sigint": False,
            "handle_sigterm": False,
            "handle_sighup": False,
        }
        self._context = {
            "accept_downloads": False,
            "locale": "zh-CN",
            "permissions": [],
            "service_workers": "block",
            "user_agent": crawler.settings["USER_AGENT"],
            "viewport": VIEW,
            **crawler.settings.getdict("BROWSER_CONTEXT"),
        }

    async def start(self) -> None:
        """Starts driver and browser.

        Raises:
            BrowserGone: they did not start; whatever of them did is ended.
        """
        before = {child.pid for child in psutil.Process().children()}
        try:
            async with asyncio.timeout(self.bounds.start_seconds):
                await self._launch()
                self.processes.note_driver(before)
                await self._maybe_launch_browser()
                self.processes.note_browser()
                made = await self._create_browser_context("default", self._context)
                await made.context.add_init_script(NO_SIDE_DOORS)
        except Exception as error:  # Playwright raises a bare one when its driver has ended
            if self.processes.driver is None:
                self.processes.note_driver(before)
            await self.end("it did not start")
            raise BrowserGone(f"the browser did not start: {str(error)[:300]}") from error
        self._watching = asyncio.ensure_future(self._watch())

    async def render(self, request: Request, task: PageTask) -> Response:
        """Loads a page, or goes on with an open one; the page stays open.

        Raises:
            PlaywrightError, BrowserGone, and whatever the tab raises.
        """
        self.loads += task.tab is None
        asked = request.replace(
            meta={
                **request.meta,
                "playwright": True,
                "playwright_context": "default",
                "playwright_include_page": True,  # else it is closed for us, without a bound
                "playwright_page": task.tab.page if task.tab else None,
                TASK: task,
            }
        )
        response: Response = await self.download_request(asked)
        for name in (RENDERED, "redirect_times", "redirect_urls", "redirect_reasons"):
            if name in asked.meta:
                request.meta[name] = asked.meta[name]
        return response

    def check(self) -> None:
        """Notices at once that a process has ended; the watch would a moment later."""
        if not self.processes.alive:
            self._note_gone("its process ended")

    async def end(self, why: str, *, gracefully: bool = False) -> None:
        """Ends driver and browser for good. gracefully: the browser may close by itself first."""
        self._note_gone(why)
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._end(gracefully=gracefully))
        await asyncio.shield(self._ending)

    async def _end(self, *, gracefully: bool) -> None:
        if self._watching is not None:
            self._watching.cancel()
        if gracefully:
            await self._bounded(self.browser.close())
        else:
            await asyncio.to_thread(self.processes.kill)
        provider = getattr(self, "browser_provider", None)
        if provider is not None:
            await self._bounded(provider.close())
        await asyncio.to_thread(self.processes.kill)
        await asyncio.to_thread(self.processes.delete_profile)

    async def _download_request_with_page(
        self, request: Request, page: Page, spider: Spider
    ) -> Response:
        """Does a request's steps on a page that scrapy-playwright has made, or got back."""
        task: PageTask = request.meta[TASK]
        wanted = request.meta[RENDERING]
        await page.unroute("**")  # every request would be handed to us; the proxy judges them
        tab = task.tab
        if tab is None:
            tab = task.tab = Tab(
                page=page, bounds=self.bounds, may_ask=task.may_ask, trouble=task.trouble
            )
            await tab.prepare(wanted)
            await tab.load(request.url, wanted, last=task.last)
        tab.trouble = task.trouble
        for _step in range(tab.step, task.steps):
            if tab.step > 1:
                await asyncio.sleep(task.pause)
            await tab.ask_for_more(wanted)
        source, rendered = await tab.read(wanted)
        request.meta[RENDERED] = rendered
        headers = Headers()
        if tab.answer is not None:
            headers.update(await tab.answer.all_headers())
            await _set_redirect_meta(request=request, response=tab.answer)
        if page.url.partition("#")[0] != request.url.partition("#")[0]:  # also led by a script
            request.meta.setdefault("redirect_times", 1)
            request.meta.setdefault("redirect_urls", [request.url])
        for name in _NOT_OF_THE_PAGE:
            headers.pop(name, None)
        headers["Content-Type"] = "text/html; charset=utf-8"
        return HtmlResponse(
            url=page.url,
            status=tab.answer.status if tab.answer is not None else 200,
            headers=headers,
            body=source.encode("utf-8", errors="replace"),
            encoding="utf-8",
            flags=["rendered"],
        )

    async def _watch(self) -> None:
        """Notices that browser or driver has ended, or that they take too much memory."""
        recount_at = 0.0
        while True:
            await asyncio.sleep(self.bounds.watch_seconds)
            self.check()
            if self.gone.done():
                return
            if time.monotonic() >= recount_at:
                self.processes.recount()
                recount_at = time.monotonic() + RECOUNT_SECONDS
            sizes = self.processes.sizes()
            self.peak = max(self.peak, sum(sizes.values()))
            heaviest = max(sizes.values(), default=0)
            page_too_heavy = heaviest > self.bounds.page_mb * MEGABYTE
            if page_too_heavy or sum(sizes.values()) > self.bounds.browser_mb * MEGABYTE:
                self.too_heavy = True
                self._note_gone("it took too much memory")
                return

    def _browser_disconnected_callback(self) -> None:
        self._note_gone("it ended")

    def _note_gone(self, why: str) -> None:
        if not self.gone.done():
            self.gone.set_result(why)

    async def _bounded(self, work: Awaitable[object]) -> None:
        with suppress(PlaywrightError, OSError, TimeoutError):
            async with asyncio.timeout(self.bounds.close_seconds):
                await work
