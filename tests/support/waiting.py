"""Wait until something is so, within a bound."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import psutil

SECONDS = 60.0
PAUSE_SECONDS = 0.05


async def until(holds: Callable[[], object], seconds: float = SECONDS) -> None:
    """Return when `holds` says yes; fail when it has not within `seconds`."""
    for _ in range(round(seconds / PAUSE_SECONDS)):
        if holds():
            return
        await asyncio.sleep(PAUSE_SECONDS)
    raise AssertionError(f"not so within {seconds:.0f} s: {holds}")


def until_now(holds: Callable[[], object], seconds: float = SECONDS) -> None:
    """The same for tests without an event loop. Blocks."""
    for _ in range(round(seconds / PAUSE_SECONDS)):
        if holds():
            return
        time.sleep(PAUSE_SECONDS)
    raise AssertionError(f"not so within {seconds:.0f} s: {holds}")


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or a zombie after which its parent has not asked yet."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
