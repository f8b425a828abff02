"""What changed while the collections were read, and the moment that all of it is true for.

MongoDB keeps old states for minutes only, too short to read a database of years at one moment. So
the collections are read as they are, and afterwards one moment is chosen. A change stream tells
which documents were changed from the beginning on; these, and no others, are read once more, as
they were at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import bson
from bson.int64 import Int64
from bson.raw_bson import RawBSONDocument
from bson.timestamp import Timestamp
from pymongo.database import Database
from pymongo.errors import OperationFailure

from pipelines.storage.backup.bson_files import RAW, append_member, key_of
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import BackupError, BackupTooLong

Changed = dict[str, set[bytes]]
"""By collection the `_id`s, packed."""
Progress = Callable[[int, int], None]
_CHANGES: Final = ("insert", "update", "replace", "delete")
_ENDS: Final = ("drop", "rename", "dropDatabase", "invalidate")
_LOST: Final = {136, 280, 286}  # CappedPositionLost, ChangeStreamFatalError, ...HistoryLost
_TOO_OLD: Final = {239, 246}  # SnapshotTooOld, SnapshotUnavailable
_BATCH: Final = 100
_ATTEMPTS: Final = 3


def moment_now(database: Database[Document]) -> Timestamp:
    """Returns the latest moment of which the majority of the replica set knows everything."""
    found = database.command(
        "find", "meta", limit=1, singleBatch=True, readConcern={"level": "snapshot"}
    )
    moment: Timestamp = found["cursor"]["atClusterTime"]
    return moment


def reaches_back(database: Database[Document], since: Timestamp) -> bool:
    """Returns whether MongoDB still knows what changed since then."""
    try:
        with database.watch(start_at_operation_time=since, max_await_time_ms=1) as stream:
            stream.try_next()
    except OperationFailure as error:
        if error.code in _LOST:
            return False
        raise
    return True


def changed_between(database: Database[Document], since: Timestamp, until: Timestamp) -> Changed:
    """Returns which documents were written, changed or deleted in that time; some later ones, too.

    Raises:
        BackupTooLong: MongoDB does not know any more.
        BackupError: a collection was dropped or renamed.
    """
    shown = {"operationType": 1, "ns": 1, "documentKey": 1, "clusterTime": 1}
    steps: list[Document] = [
        {"$match": {"operationType": {"$in": [*_CHANGES, *_ENDS]}}},
        {"$project": shown},
    ]
    found: Changed = {}
    try:
        with database.watch(steps, start_at_operation_time=since, max_await_time_ms=100) as stream:
            # It was opened after `until`: with an empty answer all up to then has come.
            while (change := stream.try_next()) is not None and change["clusterTime"] <= until:
                if change["operationType"] in _ENDS:
                    raise BackupError(
                        "A collection was dropped or renamed while the backup was taken: remove "
                        "the unfinished backup and take another one."
                    )
                ids = found.setdefault(change["ns"]["coll"], set())
                ids.add(key_of(change["documentKey"]["_id"]))
    except OperationFailure as error:
        if error.code not in _LOST:
            raise
        raise BackupTooLong(
            "More was written while the backup was taken than MongoDB's oplog holds: take it when "
            "fewer crawls run, or give MongoDB a larger oplog (replSetResizeOplog)."
        ) from None
    return found


def write_changes(
    path: Path,
    database: Database[Document],
    since: Timestamp,
    differing: Changed,
    progress: Progress,
) -> tuple[Timestamp, int]:
    """Writes what changed since then, and what differs from the files anyway, as entries of an
    oplog; returns the backup's moment, and how many there are.

    Raises: as `changed_between`.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        moment = moment_now(database)
        changed = changed_between(database, since, moment)
        for name, ids in differing.items():
            changed[name] = changed.get(name, set()) | ids
        total = sum(map(len, changed.values()))
        try:
            append_member(path, 0, _entries(database, changed, moment, progress))
        except OperationFailure as error:
            if error.code not in _TOO_OLD or attempt == _ATTEMPTS:
                raise
        else:
            return moment, total
    raise AssertionError("the last attempt returns or raises")


def _entries(
    database: Database[Document], changed: Changed, moment: Timestamp, progress: Progress
) -> Iterator[RawBSONDocument]:
    total, done = sum(map(len, changed.values())), 0
    for name in sorted(changed):
        every = sorted(changed[name])
        for start in range(0, len(every), _BATCH):
            keys = every[start : start + _BATCH]
            yield from _states(database, name, keys, moment)
            done += len(keys)
            progress(done, total)


def _states(
    database: Database[Document], name: str, keys: list[bytes], moment: Timestamp
) -> Iterator[RawBSONDocument]:
    """Yields an insertion for each of these documents that there was, a deletion for the others.

    An insertion that meets the document replaces it, in `mongorestore` as with us.
    """
    where = {"ts": moment, "t": Int64(1), "v": Int64(2), "ns": f"{database.name}.{name}"}
    missing = set(keys)
    ids = [bson.decode(key, RAW.with_options(document_class=dict))["_id"] for key in keys]
    for document in documents_at(database, name, moment, {"_id": {"$in": ids}}):
        missing.discard(key_of(document["_id"]))
        yield _raw({**where, "op": "i", "o": document})
    for key in sorted(missing):
        yield _raw({**where, "op": "d", "o": bson.decode(key)})


def documents_at(
    database: Database[Document], name: str, moment: Timestamp, wanted: Document
) -> Iterator[RawBSONDocument]:
    """Yields documents as they were at a moment of the last minutes."""
    concern = {"level": "snapshot", "atClusterTime": moment}
    raw: Database[Any] = database.with_options(codec_options=RAW)
    yield from raw.cursor_command("find", name, filter=wanted, readConcern=concern)


def _raw(entry: Document) -> RawBSONDocument:
    return RawBSONDocument(bson.encode(entry), RAW)
