"""The one policy of retries: which errors of MongoDB pass, and how often an operation is repeated.

The driver itself repeats a read or write once. Where that is not enough, an operation is tried
`ATTEMPTS` times in all, if the error is one that passes: lost connection, election, full disk.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WriteConcernError,
)

ATTEMPTS = 3
SEARCHES = 2
"""Attempts when no server is found: each time the driver has already looked for one for seconds."""
FIRST_PAUSE_SECONDS = 0.5

DUPLICATE_KEY = 11000
# HostUnreachable, HostNotFound, MaxTimeMSExpired, WriteConcernFailed, NetworkTimeout,
# ShutdownInProgress, WriteConflict, PrimarySteppedDown, ExceededTimeLimit, SocketException,
# NotWritablePrimary, InterruptedAtShutdown, InterruptedDueToReplStateChange,
# NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary, OutOfDiskSpace.
_PASSING = {6, 7, 50, 64, 89, 91, 112, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 14031}
_LONGEST_MESSAGE = 500

T = TypeVar("T")
Revive = Callable[[], object] | None
"""Called before each further attempt: starts the embedded server again. It blocks."""


def retry(operation: Callable[[], T], revive: Revive = None) -> T:
    """Calls an operation that may be repeated until it succeeds or the policy ends.

    Raises:
        PyMongoError: the error of the last attempt, or one that does not pass.
    """
    attempt = 1
    while True:
        try:
            return operation()
        except PyMongoError as error:
            if _is_last(attempt, error, revive):
                raise
        time.sleep(_pause(attempt))
        if revive is not None:
            revive()
        attempt += 1


async def retry_async(operation: Callable[[], Awaitable[T]], revive: Revive = None) -> T:
    """As `retry`, for a coroutine function; calls `revive` in a thread."""
    attempt = 1
    while True:
        try:
            return await operation()
        except PyMongoError as error:
            if _is_last(attempt, error, revive):
                raise
        await asyncio.sleep(_pause(attempt))
        if revive is not None:
            await asyncio.to_thread(revive)
        attempt += 1


def _is_last(attempt: int, error: PyMongoError, revive: Revive) -> bool:
    searched = isinstance(error, ServerSelectionTimeoutError) and revive is None
    return not is_passing(error) or attempt >= (SEARCHES if searched else ATTEMPTS)


def _pause(attempt: int) -> float:
    return FIRST_PAUSE_SECONDS * attempt * random.uniform(0.5, 1.0)  # noqa: S311  only spreads them


def is_passing(error: PyMongoError) -> bool:
    """Returns whether the operation may succeed later: connection lost, election, disk full."""
    if isinstance(error, ConnectionFailure | WriteConcernError) or error.timeout:
        return True
    if isinstance(error, BulkWriteError):
        return bool(error.details.get("writeConcernErrors")) or any(
            failed["code"] in _PASSING for failed in error.details.get("writeErrors", ())
        )
    return isinstance(error, OperationFailure) and error.code in _PASSING


def failed_operations(error: BulkWriteError) -> list[tuple[int, int, str]]:
    """Returns index, code and message of each operation that the server refused for its content.

    Raises:
        BulkWriteError: the bulk failed, in whole or in part, for a reason that passes.
    """
    if is_passing(error):
        raise error
    return [
        (
            failed["index"],
            failed["code"],
            f"{failed['errmsg']} {failed.get('errInfo', '')}".strip()[:_LONGEST_MESSAGE],
        )
        for failed in error.details["writeErrors"]
    ]
