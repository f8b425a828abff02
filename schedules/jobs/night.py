"""Operations on jobs, slots, leases and alerts in MongoDB from an event loop, in threads."""

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
    """Runs an operation on MongoDB. Raises: StorageError."""

    def __call__(self, operation: Callable[[NightStore], T], /) -> Awaitable[T]: ...


@define(eq=False)
class NightConnection:
    """One MongoDB connection per process, opened at the first use."""

    settings: Settings
    _connection: Connection = field(init=False)
    _store: Callable[[Any], NightStore] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._connection = Connection(self.settings)
        self._store = lru_cache(maxsize=1)(NightStore)  # making it costs a quarter of a question

    async def ask(self, operation: Callable[[NightStore], T]) -> T:
        """Runs an operation in a thread, a second time if the connection is lost meanwhile.

        Raises:
            StorageError: MongoDB is away.
        """
        return await asyncio.to_thread(
            self._connection.run, lambda database: operation(self._store(database))
        )

    async def close(self) -> None:
        """Closes the connection; the next use opens it again."""
        await asyncio.to_thread(self._connection.close)
