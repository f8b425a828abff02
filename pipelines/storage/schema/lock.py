"""The lock in `meta` that lets one process at a time change the schema."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from attrs import define, field
from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect, DuplicateKeyError

LEASE_SECONDS = 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOCK = {"_id": "schema_lock"}


@define
class SchemaLock:
    """The lock for one holder. A lease that is not renewed runs out by the server's clock."""

    meta: Collection[dict[str, Any]]
    owner: str
    taken_at: float = field(default=0.0, init=False)

    def take(self) -> bool:
        """Takes or renews the lock; returns False if another owner holds it."""
        idle = {"owner": {"$ifNull": ["$owner", ""]}, "until": {"$ifNull": ["$until", _EPOCH]}}
        with suppress(DuplicateKeyError):  # another process made the document in the same moment
            self.meta.update_one(_LOCK, [{"$set": idle}], upsert=True)
        until = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": LEASE_SECONDS}}
        free = {"$expr": {"$lte": ["$until", "$$NOW"]}}
        found = self.meta.find_one_and_update(
            {**_LOCK, "$or": [{"owner": self.owner}, free]},
            [{"$set": {"owner": {"$literal": self.owner}, "until": until}}],
            return_document=ReturnDocument.AFTER,
        )
        self.taken_at = time.monotonic()
        return found is not None

    def renew(self) -> None:
        """Renews the lease well before it runs out. Call it between steps."""
        if time.monotonic() - self.taken_at > LEASE_SECONDS / 3:
            self.take()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Releases the lock after the block. After a lost connection the lock stays, for the same
        owner's next attempt."""
        try:
            yield
        except AutoReconnect:
            raise
        except BaseException:
            self._release()
            raise
        self._release()

    def _release(self) -> None:
        free = {"$set": {"owner": "", "until": _EPOCH}}
        self.meta.update_one({**_LOCK, "owner": self.owner}, free)


def new_owner() -> str:
    """Returns a name for a holder, shared by all its attempts: machine, process and a
    random part."""
    return f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"
