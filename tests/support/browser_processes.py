"""The browser of a running crawl, from outside: its processes, to be killed and to be missed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Container, Iterator
from contextlib import suppress
from typing import Literal

import psutil

from crawler.browser.processes import MARK

Part = Literal["browser", "renderer", "driver"]
PATIENCE_SECONDS = 60.0


def parts(crawl: int) -> Iterator[tuple[Part, psutil.Process]]:
    """The crawl's browser, as far as it runs now."""
    with suppress(psutil.Error):
        for process in psutil.Process(crawl).children(recursive=True):
            with suppress(psutil.Error):
                words = process.cmdline()
                if "run-driver" in words:
                    yield "driver", process
                elif "--type=renderer" in words:
                    yield "renderer", process
                elif "--remote-debugging-pipe" in words:
                    yield "browser", process


async def part_of(
    crawl: int, part: Part, *, other_than: Container[psutil.Process] = ()
) -> psutil.Process:
    """The process, once there is one; `other_than` some that are on their way out."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        found = [
            process for name, process in parts(crawl) if name == part and process not in other_than
        ]
        if found:
            return found[0]  # its children look the same until they have begun
        await asyncio.sleep(0.05)
    raise AssertionError(f"no {part} was started")


async def kill(crawl: int, part: Part) -> None:
    """kill -9 of one such process that is there to be killed."""
    while True:
        victim = await part_of(crawl, part)
        try:
            victim.kill()
            return
        except psutil.NoSuchProcess:  # pages come and go
            await asyncio.sleep(0.01)


async def left_of(crawl: int) -> list[psutil.Process]:
    """Processes of an ended crawl's browsers that still run; [] as soon as none does."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        left = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                mark = process.environ().get(MARK, "")
                if mark.startswith(f"{crawl}-") and process.status() != psutil.STATUS_ZOMBIE:
                    left.append(process)
        if not left or time.monotonic() > end:
            return left
        await asyncio.sleep(0.05)
