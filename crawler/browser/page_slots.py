"""Room for so many pages at once, or for one that is to be alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class PageSlots:
    """First come, first served. taken: pages that have theirs now."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._free = asyncio.Semaphore(number)
        self._gate = asyncio.Lock()
        self.taken = 0

    @asynccontextmanager
    async def one(self, *, alone: bool) -> AsyncIterator[None]:
        """A seat; alone: all of them."""
        got = 0
        try:
            async with self._gate:  # who waits for all is not overtaken for ever
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
