"""What taking and restoring have in common: one at a time, and a database that may be away."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import BackupError
from pipelines.storage.retries import retry
from pipelines.storage.server import client as clients

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""
Ask = Callable[[Callable[[Database[Document]], Any]], Any]


@contextmanager
def asking(settings: Settings) -> Iterator[Ask]:
    """Gives what asks the database as it is, once more if the connection is lost.

    Its schema is left as it is: a backup before an upgrade holds what there was before it.
    """
    with clients.connect(settings) as client, clients.explained(settings):
        database = clients.database(client, settings)
        yield lambda operation: retry(lambda: operation(database), clients.reviver(settings))


@contextmanager
def locked(path: Path, busy: str) -> Iterator[None]:
    """Holds a lock that ends with this process.

    Raises:
        BackupError: another one holds it; `busy` says so.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(busy) from None
        yield
