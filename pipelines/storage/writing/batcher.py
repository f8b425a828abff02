"""Collects entries and passes them on in batches; no entry waits for its batch to be stored."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

SIZE = 100
SECONDS = 1.0
LIMIT = 400

T = TypeVar("T")


class Batcher(Generic[T]):
    """Calls `flush` when there are `size` entries, or `seconds` after the first of fewer.

    Runs one flush at a time; the next takes all that has come meanwhile, because a batch makes the
    same number of round trips whatever its size, and each is long where the loop is busy. While
    `limit` entries wait, `put` waits too, which slows the caller down to the speed of `flush`. An
    error of `flush` ends the batcher: `put` and `close` raise it, and `left` counts what was not
    passed on.
    """

    def __init__(
        self,
        flush: Callable[[Sequence[T]], Awaitable[None]],
        *,
        size: int = SIZE,
        seconds: float = SECONDS,
        limit: int = LIMIT,
    ) -> None:
        self._flush = flush
        self._size = size
        self._seconds = seconds
        self._limit = limit
        self._entries: list[T] = []
        self._some = asyncio.Event()
        self._enough = asyncio.Event()
        self._room = asyncio.Event()
        self._closing = False
        self._worker: asyncio.Task[None] | None = None

    @property
    def left(self) -> int:
        """Entries that no flush has taken without an error."""
        return len(self._entries)

    async def put(self, entry: T) -> None:
        """Takes an entry; returns at once unless too many wait.

        Raises: what `flush` has raised.
        """
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        self._entries.append(entry)
        self._some.set()
        if len(self._entries) >= self._size:
            self._enough.set()
        while len(self._entries) >= self._limit and not self._worker.done():
            self._room.clear()
            await self._room.wait()
        if self._worker.done():
            self._worker.result()

    async def close(self) -> None:
        """Passes on what is left.

        Raises: what `flush` has raised.
        """
        self._closing = True
        self._some.set()
        self._enough.set()
        if self._worker is not None:
            await self._worker

    async def _work(self) -> None:
        try:
            while self._entries or not self._closing:
                await self._some.wait()
                if not self._closing and len(self._entries) < self._size:
                    await self._wait_for_more()
                batch = self._entries[: self._limit]
                if batch:
                    await self._flush(batch)
                    del self._entries[: len(batch)]
                self._room.set()
                self._prepare()
        finally:
            self._room.set()

    async def _wait_for_more(self) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await self._enough.wait()
        except TimeoutError:
            return

    def _prepare(self) -> None:
        """Sets the events to match the entries that are left."""
        if not self._entries and not self._closing:
            self._some.clear()
        if len(self._entries) < self._size and not self._closing:
            self._enough.clear()
