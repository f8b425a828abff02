"""Playwright alone: opens the addresses of a file, two at once, and takes each page's content.

`python -m tests.benchmarks.bare_browser BROWSER TARGET READY ADDRESSES`
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import BrowserContext, async_playwright

PAGES = 2


async def take(context: BrowserContext, url: str, ready: str, room: asyncio.Semaphore) -> None:
    """One page."""
    async with room:
        page = await context.new_page()
        await page.goto(url, wait_until="commit")
        await page.wait_for_selector(ready, state="attached")
        await page.content()
        await page.close()


async def main(browser: str, target: str, ready: str, urls: Sequence[str]) -> None:
    """All of them."""
    room = asyncio.Semaphore(PAGES)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", f"--host-resolver-rules=MAP * {target}"]
        )
        context = await running.new_context()
        await asyncio.gather(*(take(context, url, ready, room) for url in urls))
        await running.close()


if __name__ == "__main__":
    program, target, ready, addresses = sys.argv[1:]
    listed = Path(addresses).read_text(encoding="utf-8").split()
    asyncio.run(main(program, target, ready, listed))
