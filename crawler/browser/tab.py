"""One page in the browser: loads it, asks it for more, and reads it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from attrs import define, field
from playwright.async_api import Dialog, Page, Request, Response
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError

from crawler.browser.bounds import Bounds
from crawler.browser.scripts import BACK, LOOK, MORE, SOURCE
from crawler.network.exceptions import BrowserGone, HostilePage, NotAPage, TooLarge
from crawler.network.rendering import Call, Rendered, Rendering

POLL_SECONDS = 0.1
QUIET_SECONDS = 1.0
"""A list that makes no request for so long after an action has come to its end."""
UNWANTED = ("Font", "Image", "Media")
_SCRIPTED = frozenset({"xhr", "fetch", "script"})
_DROPPED_HEADERS = frozenset({"host", "connection", "content-length", "accept-encoding"})

logger = logging.getLogger(__name__)


@define(kw_only=True, eq=False, slots=False)  # Playwright sets attributes of its own
class Tab:
    """A page from its load to its close.

    may_ask: whether the host of a URL may be asked; requests to other hosts are not waited for.
    trouble: gets an exception when the page has to be given up. step: steps done so far, of which
    the first is the load. answer: to the request for the page itself. leads_to: the address of
    its latest navigation. parked_at: when its latest step ended (`time.monotonic`).
    """

    page: Page
    bounds: Bounds
    may_ask: Callable[[str], bool]
    trouble: asyncio.Future[None]
    step: int = 0
    answer: Response | None = None
    leads_to: str = ""
    parked_at: float = 0.0
    _listens: bool = False
    _popups: int = 0
    _dialogs: int = 0
    _pending: set[Request] = field(factory=set)
    _failed: str = ""
    _requested_at: float = 0.0
    _heard: list[tuple[int, Response]] = field(factory=list)
    _calls: list[Call] = field(factory=list)
    _tasks: set[asyncio.Task[Any]] = field(factory=set)

    async def prepare(self, wanted: Rendering) -> None:
        """Blocks resources that nobody reads, and listens to what the page does."""
        page = self.page
        page.on("crash", lambda _page: self.give_up(BrowserGone("the page's process ended")))
        page.on("popup", self._popup)
        page.on("dialog", self._dialog)
        page.on("download", lambda _download: self.give_up(NotAPage("a download began")))
        page.on("request", self._requested)
        page.on("requestfailed", self._not_answered)
        if wanted.walk is not None:
            page.on("requestfinished", self._answered)
        page.on("response", self._note)
        self._listens = wanted.listen
        session = await page.context.new_cdp_session(page)
        session.on(
            "Fetch.requestPaused",
            lambda event: self._do(
                session.send(
                    "Fetch.failRequest",
                    {"requestId": event["requestId"], "errorReason": "BlockedByClient"},
                )
            ),
        )
        await session.send(
            "Fetch.enable", {"patterns": [{"resourceType": kind} for kind in UNWANTED]}
        )

    async def load(self, url: str, wanted: Rendering, *, last: bool) -> None:
        """Opens the page and waits until it shows what `wanted.ready` selects.

        last: the request will not be tried again, so the page is taken as it is.

        Raises:
            DownloadFailedError: it never showed that, and one of its scripts got no answer.
        """
        self.step = 1
        self.leads_to = url
        self.answer = await self.page.goto(
            url, wait_until="commit", timeout=self.bounds.answer_seconds * 1000
        )
        if self.answer is None or self.answer.status >= 400:
            return
        try:
            await self.page.wait_for_selector(
                wanted.ready, state="attached", timeout=self.bounds.ready_seconds * 1000
            )
        except PlaywrightTimeoutError:
            if self._failed and not last:
                raise DownloadFailedError(f"{url}: {self._failed}") from None
        else:
            if wanted.walk is not None:
                await self._settle(await self._look(wanted), wanted)

    async def ask_for_more(self, wanted: Rendering) -> None:
        """Clicks or scrolls, and waits until the page shows more.

        Raises:
            DownloadTimeoutError, DownloadFailedError: the page asked its server for more and got
                nothing, so nobody can say whether the list has ended.
        """
        self.step += 1
        before = await self._look(wanted)
        if not before["more"]:
            return
        self._failed = ""
        began = self._requested_at = time.monotonic()
        await self.page.evaluate(MORE, [wanted.ready, wanted.more])
        while True:
            await asyncio.sleep(POLL_SECONDS)
            seen = await self._look(wanted)
            if seen["shown"] != before["shown"]:
                if wanted.more is None:
                    await self.page.evaluate(BACK)
                await self._settle(seen, wanted)
                return
            if self._failed:
                raise DownloadFailedError(f"{self.page.url}: asked for more: {self._failed}")
            moment = time.monotonic()
            if not self._pending and moment - self._requested_at > QUIET_SECONDS:
                return
            if moment - began > self.bounds.ready_seconds:
                raise DownloadTimeoutError(f"{self.page.url} was asked for more; nothing came")

    async def read(self, wanted: Rendering) -> tuple[str, Rendered]:
        """Returns the page as it is now, and what goes with it.

        Raises:
            TooLarge: the page has outgrown its bound.
        """
        seen = await self.page.evaluate(SOURCE, [wanted.ready, wanted.more, self.bounds.page_bytes])
        if seen["source"] is None:
            raise TooLarge(f"{self.page.url} has grown over {self.bounds.page_bytes} characters")
        rendered = Rendered(
            more=seen["more"],
            calls=await self._read_calls() if wanted.listen else (),
            screenshot=None if seen["there"] else await self._photograph(),
        )
        return seen["source"], rendered

    def give_up(self, why: Exception) -> None:
        """Ends the request that is at work on the page."""
        if not self.trouble.done():
            self.trouble.set_exception(why)

    async def close(self) -> None:
        """Closes the page.

        Raises:
            TimeoutError: it does not close; something in the browser hangs.
        """
        for task in self._tasks:
            task.cancel()
        if self.trouble.done():
            self.trouble.exception()  # else asyncio warns that nobody has looked at it
        with suppress(PlaywrightError):
            async with asyncio.timeout(self.bounds.close_seconds):
                await self.page.close()

    async def _look(self, wanted: Rendering) -> dict[str, Any]:
        seen: dict[str, Any] = await self.page.evaluate(LOOK, [wanted.ready, wanted.more])
        return seen

    async def _settle(self, seen: dict[str, Any], wanted: Rendering) -> None:
        """Waits until a list that is being filled changes no more."""
        end = time.monotonic() + self.bounds.ready_seconds
        while time.monotonic() < end:
            await asyncio.sleep(POLL_SECONDS)
            before, seen = seen, await self._look(wanted)
            if seen["shown"] == before["shown"] and not self._pending:
                return

    async def _photograph(self) -> bytes | None:
        try:
            for quality in (50, 15):
                picture = await self.page.screenshot(
                    type="jpeg", quality=quality, timeout=self.bounds.close_seconds * 1000
                )
                if len(picture) <= self.bounds.screenshot_bytes:
                    return picture
        except PlaywrightError as error:
            logger.warning("No screenshot of %s: %s", self.page.url, error.message[:200])
        return None

    # What the page does.

    def _popup(self, popup: Page) -> None:
        self._popups += 1
        self._do(popup.close())
        if self._popups > self.bounds.popups:
            self.give_up(HostilePage(f"opened more than {self.bounds.popups} windows"))

    def _dialog(self, dialog: Dialog) -> None:
        self._dialogs += 1
        if self._dialogs > self.bounds.dialogs:
            self.give_up(HostilePage(f"showed more than {self.bounds.dialogs} dialogs"))
        else:
            self._do(dialog.dismiss())

    def _requested(self, request: Request) -> None:
        if request.is_navigation_request():
            if request.frame == self.page.main_frame:
                self.leads_to = request.url
        elif request.resource_type in _SCRIPTED and self.may_ask(request.url):
            self._pending.add(request)
            self._requested_at = time.monotonic()

    def _answered(self, request: Request) -> None:
        self._pending.discard(request)
        self._requested_at = time.monotonic()

    def _not_answered(self, request: Request) -> None:
        if request in self._pending:
            self._pending.discard(request)
            self._failed = f"{request.url[:200]} {request.failure}"

    def _note(self, response: Response) -> None:
        request = response.request
        if request not in self._pending:
            return
        if not response.ok:
            self._failed = f"{response.url[:200]} answered {response.status}"
        elif self._listens and _may_be_a_list(request) and len(self._heard) < self.bounds.calls:
            self._heard.append((self.step, response))

    async def _read_calls(self) -> tuple[Call, ...]:
        heard, self._heard = self._heard, []
        for step, response in heard:
            with suppress(PlaywrightError):
                headers, body = await response.all_headers(), await response.body()
                if len(body) <= self.bounds.call_bytes and len(self._calls) < self.bounds.calls:
                    asked = await response.request.all_headers()
                    call = Call(
                        step=step,
                        url=response.url,
                        headers={
                            name: value
                            for name, value in asked.items()
                            if name not in _DROPPED_HEADERS and not name.startswith((":", "sec-"))
                        },
                        content_type=headers.get("content-type", ""),
                        body=body,
                    )
                    self._calls.append(call)
        return tuple(self._calls)

    def _do(self, work: Awaitable[object]) -> None:
        """Does something without waiting for it; the page may be gone by then."""

        async def quietly() -> None:
            with suppress(PlaywrightError):
                await work

        task = asyncio.ensure_future(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _may_be_a_list(request: Request) -> bool:
    """Whether a script's request may be for data: by XHR, fetch or JSONP."""
    return request.method == "GET" and (request.resource_type != "script" or "?" in request.url)
