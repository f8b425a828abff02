"""Asking MongoDB from an event loop: every operation on jobs, slots and alerts runs in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from attrs import define, field

from pipelines.config import Settings
from pipelines.storage.connection import Connection
from pipelines.storage.operations.repositories import NightStore

T = TypeVar("T")


class Ask(Protocol):
    """Does something with MongoDB. Raises: StorageError."""

    def __call__(self, operation: Callable[[NightStore], T], /) -> Awaitable[T]: ...


@define(eq=False)
class NightConnection:
    """One connection for all of a process; opened at the first use, and again after `close`."""

    settings: Settings
    _connection: Connection = field(init=False)
    _store: Callable[[Any], NightStore] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._connection = Connection(self.settings)
        self._store = lru_cache(maxsize=1)(NightStore)  # making it costs a quarter of a question

    async def ask(self, operation: Callable[[NightStore], T]) -> T:
        """Do something with MongoDB; it may be done twice if the connection is lost in between.

        Raises:
            StorageError: MongoDB is away.
        """
        return await asyncio.to_thread(
            self._connection.run, lambda database: operation(self._store(database))
        )

    async def close(self) -> None:
        """Close the connection."""
        await asyncio.to_thread(self._connection.close)
