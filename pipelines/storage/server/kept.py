"""One client for a process that asks often: the console. Others open and close one a question.

Made for many threads. While MongoDB is away, questions fail at once instead of waiting in a row;
when it is back, the next one is answered. With the embedded server, a lost connection starts it
again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from attrs import define, field
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import DatabaseUnavailable, EmbeddedServerError, StorageError
from pipelines.storage.server import client

QUIET_SECONDS = 3.0
"""After MongoDB was found away, questions fail at once for so long."""

_kept: dict[Hashable, KeptClient] = {}


@define(eq=False)
class KeptClient:
    """A client that is opened at the first question and shared by all threads."""

    settings: Settings
    _opening: threading.Lock = field(factory=threading.Lock)
    _client: MongoClient[Document] | None = None
    _old: list[MongoClient[Document]] = field(factory=list)
    _uri: str = ""
    _doubtful: bool = False
    _away: StorageError | None = None
    _away_since: float = 0.0

    @contextmanager
    def database(self, settings: Settings) -> Iterator[Database[Document]]:
        """Gives the database for the length of the block.

        Raises:
            StorageError: MongoDB is away, or was a moment ago.
        """
        away = self._away
        if away is not None and time.monotonic() - self._away_since < QUIET_SECONDS:
            raise DatabaseUnavailable(str(away)) from away
        try:
            with client.explained(settings):
                yield client.database(self._opened(), settings)
        except (DatabaseUnavailable, EmbeddedServerError) as error:
            self._doubtful, self._away, self._away_since = True, error, time.monotonic()
            raise
        self._away = None

    def close(self) -> None:
        """Closes every client that was opened."""
        for each in (*self._old, self._client):
            if each is not None:
                each.close()

    def _opened(self) -> MongoClient[Document]:
        """Returns the client. A lost embedded server is started again, perhaps on another address;
        the client of the old one is not closed, since other threads may wait for it."""
        with self._opening:
            if self._client is None or self._doubtful:
                uri = client.resolve_uri(self.settings)
                if self._client is not None and uri != self._uri:
                    self._old.append(self._client)
                    self._client = None
                if self._client is None:
                    self._client = client.connect(self.settings, hasty=True)
                self._uri, self._doubtful = uri, False
            return self._client


@contextmanager
def kept_open(settings: Settings) -> Iterator[None]:
    """Lets all questions of this process to this MongoDB share one client while the block lasts."""
    key, kept = _key(settings), KeptClient(settings)
    _kept[key] = kept
    try:
        yield
    finally:
        _kept.pop(key, None)
        kept.close()


def kept_client(settings: Settings) -> KeptClient | None:
    """Returns the client that is kept open for this MongoDB; None if none is."""
    return _kept.get(_key(settings))


def _key(settings: Settings) -> Hashable:
    uri = settings.mongodb_uri.get_secret_value() if settings.mongodb_uri else None
    return uri, settings.data_dir, settings.db_port
