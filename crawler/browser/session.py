"""One life of the browser: started, watched, and ended with everything that belongs to it.

scrapy-playwright makes the pages. What it does when something ends unexpectedly is not relied on:
a life that has lost its browser, or its driver, is over, and the renderer begins another.
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
from crawler.browser.program import NOT_WANTED, environment, switches
from crawler.browser.scripts import NO_SIDE_DOORS
from crawler.browser.tab import Tab
from crawler.network.exceptions import BrowserGone
from crawler.network.rendering import RENDERED, RENDERING

MEGABYTE = 1024 * 1024
RECOUNT_SECONDS = 1.0
"""How often new processes are looked for; those that are known are watched more closely."""
VIEW = {"width": 1280, "height": 1600}
TASK = "newsdesk_task"
_NOT_OURS = ("Content-Encoding", "Content-Length", "Transfer-Encoding", "Content-Type")

# It writes tracebacks about what is reported by its cause anyway.
logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)
# So does asyncio when Playwright takes back a call to a driver that has just ended.
logging.getLogger("asyncio").addFilter(
    lambda record: "Connection.send_message_to_server." not in record.getMessage()
)


@define(kw_only=True, eq=False)
class Task:
    """What is to be done for one request: `steps` on its page. last: it is not tried again.

    visit: the page; given where it is open already, set as soon as there is one. pause: seconds
    between two steps.
    """

    steps: int
    last: bool
    pause: float
    ours: Callable[[str], bool]
    visit: Tab | None = None
    trouble: asyncio.Future[None] = field(
        factory=lambda: asyncio.get_running_loop().create_future()
    )
    """Done, with an exception, when the page has to be given up."""


class BrowserSession(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # it has no types
    """A browser with its driver. gone: done, with the reason, as soon as it cannot be used.

    loads: pages opened so far. peak: the most bytes that its processes have held together.
    """

    def __init__(
        self, crawler: Crawler, *, program: str, bounds: Bounds, port: int, own_tls: bool
    ) -> None:
        super().__init__(crawler)
        self.bounds = bounds
        self.gone: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.loads = 0
        self.peak = 0
        self.family = ProcessTree(mark=f"{os.getpid()}-{secrets.token_hex(4)}")
        self.too_heavy = False
        self._ending: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self.config.max_pages_per_context = bounds.pages + 2
        self.config.target_closed_max_retries = 0
        self.config.restart_disconnected_browser = False
        self.config.launch_options = {
            "executable_path": program,
            "args": switches(bounds.script_mb),
            "ignore_default_args": NOT_WANTED,
            "chromium_sandbox": os.geteuid() != 0,  # as root Chromium starts only without
            "proxy": {"server": f"http://127.0.0.1:{port}", "bypass": "<-loopback>"},
            "env": {**environment(), MARK: self.family.mark},
            "timeout": bounds.start_seconds * 1000,
            "handle_sigint": False,
            "handle_sigterm": False,
            "handle_sighup": False,
        }
        self._context = {
            "accept_downloads": False,
            "ignore_https_errors": own_tls,
            "locale": "zh-CN",
            "permissions": [],
            "service_workers": "block",
            "user_agent": crawler.settings["USER_AGENT"],
            "viewport": VIEW,
        }

    async def start(self) -> None:
        """Start driver and browser.

        Raises:
            BrowserGone: they don't start; what of them did has been ended.
        """
        before = {child.pid for child in psutil.Process().children()}
        try:
            async with asyncio.timeout(self.bounds.start_seconds):
                await self._launch()
                self.family.note_driver(before)
                await self._maybe_launch_browser()
                self.family.note_browser()
                made = await self._create_browser_context("default", self._context)
                await made.context.add_init_script(NO_SIDE_DOORS)
        except Exception as error:  # Playwright says by a bare one that its driver has ended
            if self.family.driver is None:
                self.family.note_driver(before)
            await self.end("it did not start")
            raise BrowserGone(f"the browser did not start: {str(error)[:300]}") from error
        self._watching = asyncio.ensure_future(self._watch())

    async def render(self, request: Request, task: Task) -> Response:
        """Load a page, or go on with an open one; it stays open.

        Raises:
            whatever the visit raises, PlaywrightError, BrowserGone.
        """
        self.loads += task.visit is None
        asked = request.replace(
            meta={
                **request.meta,
                "playwright": True,
                "playwright_context": "default",
                "playwright_include_page": True,  # else it is closed for us, without a bound
                "playwright_page": task.visit.page if task.visit else None,
                TASK: task,
            }
        )
        response: Response = await self.download_request(asked)
        for name in (RENDERED, "redirect_times", "redirect_urls", "redirect_reasons"):
            if name in asked.meta:
                request.meta[name] = asked.meta[name]
        return response

    def look(self) -> None:
        """Notice now what `gone` would say a moment later."""
        if not self.family.alive:
            self._note_gone("its process ended")

    async def end(self, why: str, *, kindly: bool = False) -> None:
        """End all of it; nothing of it runs afterwards. kindly: it may close by itself first."""
        self._note_gone(why)
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._end(kindly=kindly))
        await asyncio.shield(self._ending)

    async def _end(self, *, kindly: bool) -> None:
        if self._watching is not None:
            self._watching.cancel()
        if kindly:
            await self._bounded(self.browser.close())
        else:
            await asyncio.to_thread(self.family.kill)
        provider = getattr(self, "browser_provider", None)
        if provider is not None:
            await self._bounded(provider.close())
        await asyncio.to_thread(self.family.kill)
        await asyncio.to_thread(self.family.forget_profile)

    async def _download_request_with_page(
        self, request: Request, page: Page, spider: Spider
    ) -> Response:
        """What is done with a page that scrapy-playwright has made, or got back."""
        task: Task = request.meta[TASK]
        wanted = request.meta[RENDERING]
        await page.unroute("**")  # every request would be handed to us; the proxy judges them
        visit = task.visit
        if visit is None:
            visit = task.visit = Tab(
                page=page, bounds=self.bounds, ours=task.ours, trouble=task.trouble
            )
            await visit.prepare(wanted)
            await visit.load(request.url, wanted, last=task.last)
        visit.trouble = task.trouble
        for _step in range(visit.step, task.steps):
            if visit.step > 1:
                await asyncio.sleep(task.pause)
            await visit.ask_for_more(wanted)
        source, rendered = await visit.read(wanted)
        request.meta[RENDERED] = rendered
        headers = Headers()
        if visit.answer is not None:
            headers.update(await visit.answer.all_headers())
            await _set_redirect_meta(request=request, response=visit.answer)
        if page.url.partition("#")[0] != request.url.partition("#")[0]:  # also led by a script
            request.meta.setdefault("redirect_times", 1)
            request.meta.setdefault("redirect_urls", [request.url])
        for name in _NOT_OURS:
            headers.pop(name, None)
        headers["Content-Type"] = "text/html; charset=utf-8"
        return HtmlResponse(
            url=page.url,
            status=visit.answer.status if visit.answer is not None else 200,
            headers=headers,
            body=source.encode("utf-8", errors="replace"),
            encoding="utf-8",
            flags=["rendered"],
        )

    async def _watch(self) -> None:
        """Notice that the browser or its driver has ended, or takes too much."""
        recount_at = 0.0
        while True:
            await asyncio.sleep(self.bounds.watch_seconds)
            self.look()
            if self.gone.done():
                return
            if time.monotonic() >= recount_at:
                self.family.recount()
                recount_at = time.monotonic() + RECOUNT_SECONDS
            sizes = self.family.sizes()
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
