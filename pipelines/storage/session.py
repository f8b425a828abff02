"""One connection to MongoDB for everything in a process, opened when it is first needed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pymongo import AsyncMongoClient, ReadPreference
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import AutoReconnect, PyMongoError

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import DatabaseUnavailable, StorageError
from pipelines.storage.faults import is_passing
from pipelines.storage.schema.ensure import ensure_schema_async
from pipelines.storage.server import client as clients

ATTEMPTS = 3
PAUSE_SECONDS = 0.5
QUIET_SECONDS = 5.0
"""After MongoDB was found away, questions are answered "away" for so long without asking it."""

T = TypeVar("T")
Operation = Callable[[AsyncDatabase[Document]], Awaitable[T]]


class StorageSession:
    """A lazy async client with the schema ensured; it survives a restart of the server.

    With the embedded server, losing the connection starts the server again (in a thread). Bound
    to the event loop of its first use.
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
        """Do something with the database, again if the connection is lost in between.

        The operation must be repeatable. Where nobody listens this takes 10 to 20 s. `ask_again`:
        even if MongoDB was found away just now.

        Raises:
            DatabaseUnavailable: MongoDB is away, or it was less than 5 s ago.
            StorageError: it cannot be used for a reason that does not pass by itself.
            PyMongoError: it refuses the operation.
        """
        if self.is_away and self._away is not None and not ask_again:
            raise DatabaseUnavailable(str(self._away)) from self._away
        try:
            with clients.explained(self.settings):
                result = await self._attempt(operation)
        except StorageError as error:
            self._away, self._away_since = error, time.monotonic()
            raise
        self._away = None
        return result

    async def close(self) -> None:
        """Close the connection; the next use opens one again."""
        client, self._client, self._database = self._client, None, None
        if client is not None:
            await client.close()

    async def _attempt(self, operation: Operation[T]) -> T:
        revive = clients.reviver(self.settings)
        attempts = ATTEMPTS if revive else ATTEMPTS - 1
        for attempt in range(1, attempts):
            try:
                return await self._once(operation)
            except PyMongoError as error:
                if not is_passing(error):
                    raise
            await asyncio.sleep(PAUSE_SECONDS * attempt)
            if revive is not None:
                await asyncio.to_thread(revive)
        try:
            return await self._once(operation)
        except PyMongoError as error:
            if isinstance(error, AutoReconnect) or not is_passing(error):
                raise
            raise DatabaseUnavailable(
                f"MongoDB takes no writes now ({str(error)[:300]}): look at its log, and at the "
                "room on its disk."
            ) from error

    async def _once(self, operation: Operation[T]) -> T:
        return await operation(await self._opened())

    async def _opened(self) -> AsyncDatabase[Document]:
        async with self._opening:
            if self._database is None:
                if self._client is None:
                    self._client = await clients.connect_async(self.settings)
                database = clients.database_async(self._client, self.settings)
                await ensure_schema_async(database)
                # What has just been written must be seen, whatever MONGODB_URI says of reading.
                self._database = database.with_options(read_preference=ReadPreference.PRIMARY)
            return self._database
