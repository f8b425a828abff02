"""Which of the driver's errors pass by themselves, and which document a bulk write refused."""

from __future__ import annotations

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
)

DUPLICATE_KEY = 11000
# HostUnreachable, HostNotFound, MaxTimeMSExpired, WriteConcernFailed, NetworkTimeout,
# ShutdownInProgress, WriteConflict, PrimarySteppedDown, ExceededTimeLimit, SocketException,
# NotWritablePrimary, InterruptedAtShutdown, InterruptedDueToReplStateChange,
# NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary, OutOfDiskSpace.
_PASSING = {6, 7, 50, 64, 89, 91, 112, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 14031}
_LONGEST_MESSAGE = 500


def is_passing(error: PyMongoError) -> bool:
    """Whether the same operation may succeed later: lost connection, election, full disk."""
    if isinstance(error, ConnectionFailure | WriteConcernError) or error.timeout:
        return True
    if isinstance(error, BulkWriteError):
        return bool(error.details.get("writeConcernErrors")) or any(
            failed["code"] in _PASSING for failed in error.details.get("writeErrors", ())
        )
    return isinstance(error, OperationFailure) and error.code in _PASSING


def failed_operations(error: BulkWriteError) -> list[tuple[int, int, str]]:
    """Index, code and message of each operation that the server refused for what it holds.

    Raises:
        BulkWriteError: the bulk failed, whole or in part, for a reason that passes.
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
