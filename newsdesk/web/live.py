"""Tells open pages that something has changed, so that they ask for what they show anew."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from attrs import define, field

from pipelines.storage.exceptions import StorageError

LOOK_SECONDS = 2.0
"""How often MongoDB is looked at, once for all pages, while any is open."""
TICK_SECONDS = 30.0
"""A page hears at least so often, since it says how long ago things were."""
LONGEST_SECONDS = 600.0
"""After so long a browser asks anew, and so shows again who it is."""
MOST_LISTENERS = 100


@define(eq=False)
class Pulse:
    """look: returns what is another text after a change; it blocks."""

    look: Callable[[], str]
    _listeners: set[asyncio.Event] = field(factory=set)
    _watching: asyncio.Task[None] | None = None
    _over: bool = False

    @property
    def is_full(self) -> bool:
        return len(self._listeners) >= MOST_LISTENERS

    async def events(self, last: str | None) -> AsyncIterator[bytes]:
        """Yields server-sent events named `changed`. last: what a browser heard before, if its
        connection was lost; it may have missed something."""
        heard = asyncio.Event()
        self._listeners.add(heard)
        if last is not None:
            heard.set()
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        end = time.monotonic() + LONGEST_SECONDS
        try:
            yield b": begins\n\n"
            while time.monotonic() < end and not self._over:
                with suppress(TimeoutError):
                    await asyncio.wait_for(heard.wait(), TICK_SECONDS)
                heard.clear()
                yield b"event: changed\nid: 1\ndata: \n\n"
        finally:
            self._listeners.discard(heard)

    def close(self) -> None:
        """Ends all streams, so that nothing waits for them when the console stops."""
        self._over = True
        for each in self._listeners:
            each.set()

    async def _watch(self) -> None:
        """Looks as long as anybody listens."""
        seen = await asyncio.to_thread(self._mark)
        while self._listeners:
            await asyncio.sleep(LOOK_SECONDS)
            now = await asyncio.to_thread(self._mark)
            if now != seen:
                for each in self._listeners:
                    each.set()
            seen = now

    def _mark(self) -> str:
        try:
            return self.look()
        except StorageError:
            return "away"
