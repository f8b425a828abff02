"""The blocking connection to MongoDB of a process that runs for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from pymongo import MongoClient, ReadPreference
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.retries import retry
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.server import client as clients

T = TypeVar("T")
Operation = Callable[[Database[Document]], T]


class Connection:
    """A client with an up-to-date schema, shared by threads. It survives a restart of the server.

    Opens with the first use. With the embedded server, a lost connection starts the server again.
    Close it at the end.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._opening = threading.Lock()
        self._client: MongoClient[Document] | None = None
        self._database: Database[Document] | None = None

    def run(self, operation: Operation[T]) -> T:
        """Calls an operation that may be repeated; repeats it if the connection is lost. Blocks.

        Raises:
            StorageError: MongoDB cannot be started, does not answer or refuses the user.
            PyMongoError: MongoDB refuses the operation.
        """
        with clients.explained(self.settings):
            return retry(lambda: operation(self._opened()), clients.reviver(self.settings))

    def close(self) -> None:
        """Closes the client; the next use opens one again."""
        with self._opening:
            client, self._client, self._database = self._client, None, None
        if client is not None:
            client.close()

    def _opened(self) -> Database[Document]:
        with self._opening:
            if self._database is None:
                if self._client is None:
                    self._client = clients.connect(self.settings)
                database = clients.database(self._client, self.settings)
                ensure_schema(database)
                # Reads must see what was just written, whatever MONGODB_URI says.
                self._database = database.with_options(read_preference=ReadPreference.PRIMARY)
            return self._database
