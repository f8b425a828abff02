"""The console as it is served, and a browser that looks at its pages as people do."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn
from attrs import define
from fastapi import APIRouter
from playwright.async_api import Browser, ConsoleMessage, Page, Request

from newsdesk.answers.settings import console_address
from newsdesk.web.app import create_app
from pipelines.config import Settings
from tests.support.ports import free_port

AXE = Path(__file__).parent / "axe" / "axe.min.js"
SCREENSHOTS = "LOOKER_PICTURES"
"""Folder into which the tests put a picture of each page that they look at."""
WIDTHS = {1440: 900, 1024: 768, 390: 844}
THEMES = ("light", "dark")
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
FAULTS = """
() => {
  const wide = document.scrollingElement.scrollWidth - window.innerWidth;
  const out = [...document.querySelectorAll("main *")].filter((each) => {
    const box = each.getBoundingClientRect();
    return box.width && box.right > window.innerWidth + 1 && !each.closest("svg, .scrolls");
  });
  return wide > 0 ? out.slice(0, 5).map((each) => each.outerHTML.slice(0, 120)) : [];
}
"""
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]}}


@define
class Answer:
    """What the console answered."""

    status: int
    text: str
    headers: Any


@define
class Client:
    """A browser without a screen: it keeps cookies."""

    url: str
    session: aiohttp.ClientSession

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.ask("GET", path, headers=headers)

    async def ask(self, method: str, path: str, **given: Any) -> Answer:
        async with self.session.request(
            method, self.url + path, allow_redirects=False, **given
        ) as answer:
            return Answer(answer.status, await answer.text(), answer.headers)

    async def post(self, path: str, *, page: str = "/", **fields: str) -> Answer:
        """Sends a form as a page would, with the token that stands in that page."""
        html = (await self.get(page)).text
        token = re.search(r'name="csrf" value="([^"]+)"', html)
        data = {"csrf": token[1] if token else "", **fields}
        return await self.ask("POST", path, data=data)

    async def log_in(self, name: str, password: str) -> Answer:
        return await self.post("/login", page="/login", name=name, password=password)


@define
class Served:
    """A console that is served on loopback."""

    settings: Settings
    url: str

    @asynccontextmanager
    async def client(self, **headers: str) -> AsyncIterator[Client]:
        jar = aiohttp.CookieJar(unsafe=True)  # else it keeps none of an address
        timeout = aiohttp.ClientTimeout(total=30)
        async with aiohttp.ClientSession(
            headers={"Accept": "text/html", **headers}, cookie_jar=jar, timeout=timeout
        ) as session:
            yield Client(self.url, session)


@contextmanager
def served(settings: Settings, *routers: APIRouter) -> Iterator[Served]:
    """Serves the console of these settings while the block lasts, in a thread. routers: more."""
    settings = settings.model_copy(update={"web_port": free_port()})
    app = create_app(settings)
    for router in routers:
        app.include_router(router)
    config = uvicorn.Config(app, port=settings.web_port, log_config=None, lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 60
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert server.started
        yield Served(settings, console_address(settings))
    finally:
        server.should_exit = True
        thread.join(20)


def looks(widths: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    """Width, theme and language of each look: any two of them come together at least once, and all
    three where pictures are wanted. All of them each time would double what the tests take."""
    for number, width in enumerate(widths):
        languages = [*LANGUAGES][:: -1 if number % 2 else 1]
        for theme, language in zip(THEMES, languages, strict=True):
            yield width, theme, language
            if os.environ.get(SCREENSHOTS):
                yield width, theme, next(each for each in languages if each != language)


@define
class Looker:
    """Looks at pages in a real Chromium: no error, nothing cut off, nothing that only some see."""

    browser: Browser
    console: Served

    @asynccontextmanager
    async def page(
        self, width: int = 1440, theme: str = "light", language: str = "zh", scripts: bool = True
    ) -> AsyncIterator[tuple[Page, list[str]]]:
        """A tab, and what went wrong in it so far."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": WIDTHS.get(width, 900)},
            color_scheme="dark" if theme == "dark" else "light",
            locale=LANGUAGES[language],
            java_script_enabled=scripts,
            has_touch=width < 500,
        )
        page, faults = await context.new_page(), list[str]()

        def hear(said: ConsoleMessage) -> None:
            if said.type == "error":
                faults.append(said.text)

        page.on("console", hear)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("requestfailed", lambda asked: faults.extend(_unless_left(asked)))
        try:
            yield page, faults
        finally:
            await context.close()

    async def at(
        self, path: str, name: str, *, widths: Sequence[int] = tuple(WIDTHS), status: int = 200
    ) -> None:
        """Looks at a page in each width, by day and by night, in both languages (see `looks`)."""
        found: list[str] = []
        for width, theme, language in looks(widths):
            where = f"{name}-{width}-{theme}-{language}"
            async with self.page(width, theme, language) as (page, faults):
                answer = await page.goto(self.console.url + path)
                assert answer is not None
                assert answer.status == status, where
                seen = [each for each in faults if f"status of {status}" not in each]
                seen += [f"cut off: {each}" for each in await page.evaluate(FAULTS)]
                if width in (max(widths), min(widths)):
                    seen += await self.unheard(page)
                await self._picture(page, where)
            found += [f"{where}: {each}" for each in seen]
        assert not found, "\n".join(found)

    async def unheard(self, page: Page) -> list[str]:
        """What axe-core says that some people cannot use."""
        await page.evaluate(AXE.read_text(encoding="utf-8"))
        result = await page.evaluate("rules => axe.run(document, rules)", RULES)
        return [
            f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
            for each in result["violations"]
            for node in each["nodes"][:3]
        ]

    async def _picture(self, page: Page, name: str) -> None:
        if folder := os.environ.get(SCREENSHOTS):
            await page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def _unless_left(asked: Request) -> list[str]:
    """What failed, unless it was given up because the reader left the page."""
    left = "ERR_ABORTED" in (asked.failure or "")
    return [] if left else [f"{asked.url}: {asked.failure}"]
