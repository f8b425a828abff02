"""The asynchronous connection to MongoDB of a crawl or a command."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Self, TypeVar

from pymongo import AsyncMongoClient, ReadPreference
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import DatabaseUnavailable, StorageError
from pipelines.storage.retries import retry_async
from pipelines.storage.schema.ensure import STATE, ensure_schema, is_current
from pipelines.storage.server import client as clients

QUIET_SECONDS = 5.0
"""After MongoDB was found away, `run` fails at once for so long, without asking again."""

T = TypeVar("T")
Operation = Callable[[AsyncDatabase[Document]], Awaitable[T]]


class StorageSession:
    """An async client with an up-to-date schema. It survives a restart of the server.

    Opens with the first use and belongs to the event loop of that use. With the embedded server, a
    lost connection starts the server again (in a thread).
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._client: AsyncMongoClient[Document] | None = None
        self._database: AsyncDatabase[Document] | None = None
        self._opening = asyncio.Lock()
        self._away: StorageError | None = None
        self._away_since = 0.0

    @property
    def is_away(self) -> bool:
        """Whether MongoDB did not answer when it was last asked, less than 5 s ago."""
        return self._away is not None and time.monotonic() - self._away_since < QUIET_SECONDS

    async def run(self, operation: Operation[T], *, ask_again: bool = False) -> T:
        """Calls an operation that may be repeated; repeats it if the connection is lost.

        Takes 10 to 20 s where nobody listens. ask_again: even if MongoDB was found away just now.

        Raises:
            DatabaseUnavailable: MongoDB is away, or was away less than 5 s ago.
            StorageError: MongoDB cannot be used, for a reason that does not pass by itself.
            PyMongoError: MongoDB refuses the operation.
        """
        if self.is_away and self._away is not None and not ask_again:
            raise DatabaseUnavailable(str(self._away)) from self._away
        try:
            with clients.explained(self.settings):
                result = await retry_async(
                    lambda: self._once(operation), clients.reviver(self.settings)
                )
        except StorageError as error:
            self._away, self._away_since = error, time.monotonic()
            raise
        self._away = None
        return result

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the client; the next use opens one again."""
        client, self._client, self._database = self._client, None, None
        if client is not None:
            await client.close()

    async def _once(self, operation: Operation[T]) -> T:
        return await operation(await self._opened())

    async def _opened(self) -> AsyncDatabase[Document]:
        async with self._opening:
            if self._database is None:
                try:
                    self._database = await self._open()
                except (StorageError, OperationFailure):  # refused: nobody will use the client
                    await self.close()
                    raise
            return self._database

    async def _open(self) -> AsyncDatabase[Document]:
        if self._client is None:
            self._client = await clients.connect_async(self.settings)
        database = clients.database_async(self._client, self.settings)
        # Reads must see what was just written, whatever read preference MONGODB_URI asks for.
        database = database.with_options(read_preference=ReadPreference.PRIMARY)
        if not is_current(await database["meta"].find_one(STATE), database.name):
            await asyncio.to_thread(_prepare, self.settings)
        return database


def _prepare(settings: Settings) -> None:
    with clients.connect(settings) as client:
        ensure_schema(clients.database(client, settings))
