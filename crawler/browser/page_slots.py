"""A bounded number of pages at the same time, or one page that is alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class PageSlots:
    """Hands out slots in the order in which they were asked for. taken: those in use."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._free = asyncio.Semaphore(number)
        self._turn = asyncio.Lock()
        self.taken = 0

    @asynccontextmanager
    async def one(self, *, alone: bool) -> AsyncIterator[None]:
        """Waits for a slot and holds it; alone: holds all of them."""
        got = 0
        try:
            async with self._turn:  # else who waits for all slots could be overtaken for ever
                for _ in range(self._number if alone else 1):
                    await self._free.acquire()
                    got += 1
            self.taken += 1
            try:
                yield
            finally:
                self.taken -= 1
        finally:
            for _ in range(got):
                self._free.release()
