"""Puts a backup into a database: documents, changes, a comparison with the backup, indexes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from bson.raw_bson import RawBSONDocument
from pymongo import DeleteOne, InsertOne, ReplaceOne
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.backup.bson_files import RAW, Reading, sum_of
from pipelines.storage.backup.manifest import (
    OPLOG,
    Manifest,
    data_file,
    finished,
    metadata_file,
)
from pipelines.storage.backup.metadata import collections_of, indexes_of, read_metadata
from pipelines.storage.backup.sealing import collection_of, problems_of
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import BackupDamaged, NoRoom, NotTheSame, RestoreRefused
from pipelines.storage.retries import retry
from pipelines.storage.schema.migrations import long_step
from pipelines.storage.server import client as clients

Progress = Callable[[str, int, int], None]
MARK: Final = "unfinished_restore"
"""Collection that stands in a database as long as a backup is being put into it."""
_BATCH_BYTES: Final = 8 * 1024 * 1024
_BATCH: Final = 1000
_EMPTY: Final = frozenset({"meta", "leases", MARK})
"""Collections that say nothing about whether a database is in use as a store."""
Write = InsertOne[Any] | ReplaceOne[Any] | DeleteOne


def restore_backup(
    settings: Settings, folder: Path, progress: Progress, *, replace: bool = False
) -> Manifest:
    """Puts a backup into the database of the settings, and compares it with the backup.

    replace: whatever stands there is dropped first. Blocks. One that was interrupted is done again
    from the beginning.

    Raises:
        NoBackup, BackupDamaged: it cannot be used; nothing was changed.
        RestoreRefused: the database holds something, or is in use; nothing was changed.
        NoRoom: the disk of the embedded server has too little room; nothing was changed.
        NotTheSame: what stands in the database afterwards is not what the backup holds.
        StorageError, PyMongoError: MongoDB is away or refuses.
    """
    manifest = finished(folder)
    if problems := problems_of(folder, manifest, progress):
        raise BackupDamaged(f"The backup in {folder} is damaged: {problems[0]}")
    _check_room(settings, manifest)
    with clients.connect(settings) as client, clients.explained(settings):
        database = clients.database(client, settings)
        _check_free(database, replace=replace)
        retry(lambda: client.drop_database(database.name), clients.reviver(settings))
        database[MARK].insert_one({"_id": manifest.id})
        for name in manifest.collections:
            _fill(database, folder, manifest, name, progress)
        _apply_changes(database, folder, manifest, progress)
        _compare(database, manifest, progress)
        for name in manifest.collections:
            progress(f"indexes of {name}", 0, 1)
            _make_indexes(database, folder, manifest, name)
        database[MARK].drop()
    return manifest


def _check_room(settings: Settings, manifest: Manifest) -> None:
    """Only for the embedded server: what disk another one has is not known here."""
    if settings.mongodb_uri is not None:
        return
    free = shutil.disk_usage(settings.data_dir).free if settings.data_dir.exists() else None
    if free is not None and free < manifest.bytes:
        raise NoRoom(
            f"{settings.data_dir} has room for {free // 1024**2:,} MB and the backup holds "
            f"{manifest.bytes // 1024**2:,} MB: free some, or set NEWSDESK_DATA_DIR to a folder on "
            "a larger disk."
        )


def _check_free(database: Database[Document], *, replace: bool) -> None:
    names = set(collections_of(database))
    now = {"$expr": {"$gt": ["$until", "$$NOW"]}}
    if "leases" in names and (lease := database["leases"].find_one(now)):
        raise RestoreRefused(
            f"A service or crawl is at work on the database {database.name} ({lease['owner']}): "
            "stop it, wait half a minute, and try again."
        )
    if replace or MARK in names:
        return
    held = [name for name in sorted(names - _EMPTY) if database[name].find_one({}, {"_id": 1})]
    if held:
        raise RestoreRefused(
            f"The database {database.name} holds {', '.join(held[:3])}: restore into another one "
            f"(--into NAME), or drop what it holds (--replace {database.name})."
        )


def _fill(
    database: Database[Document], folder: Path, manifest: Manifest, name: str, progress: Progress
) -> None:
    options, _indexes = read_metadata(folder / metadata_file(manifest, name))
    database.command("create", name, **options)
    total, done = manifest.collections[name].documents, 0
    documents = Reading(folder / data_file(manifest, name)).documents()
    for batch in _batches(documents):
        _write(database, name, [InsertOne(each) for each in batch])
        done += len(batch)
        progress(name, done, max(total, done))


def _apply_changes(
    database: Database[Document], folder: Path, manifest: Manifest, progress: Progress
) -> None:
    waiting: dict[str, list[Write]] = {}
    for done, entry in enumerate(Reading(folder / OPLOG).documents(), 1):
        name = collection_of(entry, manifest)
        waiting.setdefault(name, []).append(_write_of(entry))
        if len(waiting[name]) >= _BATCH // 10:
            _write(database, name, waiting.pop(name))
            progress("changed meanwhile", done, manifest.changes)
    for name, batch in waiting.items():
        _write(database, name, batch)


def _write_of(entry: RawBSONDocument) -> Write:
    wanted = {"_id": entry["o"]["_id"]}
    if entry["op"] == "i":
        return ReplaceOne(wanted, entry["o"], upsert=True)
    return DeleteOne(wanted)


def _write(database: Database[Document], name: str, batch: Sequence[Write]) -> None:
    """Writes documents as they are: those of years ago need not fit today's validator."""
    raw = database.get_collection(name, RAW)
    raw.bulk_write(batch, ordered=False, bypass_document_validation=True)


def _batches(documents: Iterable[RawBSONDocument]) -> Iterator[list[RawBSONDocument]]:
    batch: list[RawBSONDocument] = []
    size = 0
    for document in documents:
        batch.append(document)
        size += len(document.raw)
        if size >= _BATCH_BYTES or len(batch) >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _compare(database: Database[Document], manifest: Manifest, progress: Progress) -> None:
    """Reads all that was written. Before there are indexes: one of them lets MongoDB delete what
    has expired since."""
    for number, (name, dumped) in enumerate(manifest.collections.items()):
        progress("comparing", number, len(manifest.collections))
        stored: Any = database.get_collection(name, RAW).find()
        found = sum_of(stored)
        if (found.documents, found.digest) != (dumped.documents, dumped.digest):
            raise NotTheSame(
                f"{name} in {database.name} holds {found.documents:,} documents that are not the "
                f"{dumped.documents:,} of the backup: somebody else writes there. Restore again, "
                "into a database that nobody uses."
            )


def _make_indexes(
    database: Database[Document], folder: Path, manifest: Manifest, name: str
) -> None:
    _options, indexes = read_metadata(folder / metadata_file(manifest, name))
    wanted = [index for index in indexes if index["name"] != "_id_"]
    if wanted:
        with long_step(database):
            database.command("createIndexes", name, indexes=wanted)
    if indexes_of(database, name) != indexes:
        raise NotTheSame(f"The indexes of {name} in {database.name} are not those of the backup.")
