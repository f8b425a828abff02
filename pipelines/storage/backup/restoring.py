"""Puts a backup into a database: documents, changes, a comparison with the backup, indexes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from attrs import define
from bson.raw_bson import RawBSONDocument
from pymongo import DeleteOne, InsertOne, ReplaceOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from pipelines.config import Settings
from pipelines.storage.backup.bson_files import RAW, Reading, Sum, sum_of
from pipelines.storage.backup.manifest import (
    OPLOG,
    Manifest,
    data_file,
    finished,
    metadata_file,
)
from pipelines.storage.backup.metadata import collections_of, indexes_of, read_metadata
from pipelines.storage.backup.restore_note import (
    Noted,
    Stage,
    begin,
    note,
    noted,
    spoil,
    unfinished,
)
from pipelines.storage.backup.sealing import collection_of, problems_of
from pipelines.storage.backup.working import Ask, Progress, asking, locked
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import BackupDamaged, NoRoom, NotTheSame, RestoreRefused
from pipelines.storage.retries import DUPLICATE_KEY, failed_operations
from pipelines.storage.schema.ensure import RESTORING
from pipelines.storage.schema.migrations import long_step

_BATCH_BYTES: Final = 8 * 1024 * 1024
_BATCH: Final = 1000
_EMPTY: Final = frozenset({"meta", "leases", RESTORING})
"""Collections that say nothing about whether a database is in use as a store."""
_LAST: Final = frozenset({"meta"})
"""Put in after all others: it says that the database can be used."""
Write = InsertOne[Any] | ReplaceOne[Any] | DeleteOne


def restore_backup(
    settings: Settings,
    folder: Path,
    progress: Progress,
    *,
    replace: bool = False,
    beside: Callable[[], object] = lambda: None,
) -> Manifest:
    """Puts a backup into the database of the settings, and compares it with the backup.

    replace: whatever stands there is dropped first, unless it is a part of this backup. beside:
    restores what does not belong into the database; may be repeated. Blocks. May be stopped, or
    killed, at any time, as may MongoDB: the next call goes on.

    Raises:
        NoBackup, BackupDamaged: it cannot be used.
        RestoreRefused: the database holds something, or is in use; nothing was changed.
        NoRoom: the disk of the embedded server has too little room; nothing was changed.
        NotTheSame: what stands in the database afterwards is not what the backup holds.
        StorageError, PyMongoError: MongoDB is away or refuses.
    """
    manifest = finished(folder)
    busy = f"A backup is being restored into {settings.database} already: wait for it."
    lock = settings.data_dir / f".restoring-{settings.database}"
    with locked(lock, busy), asking(settings) as ask:
        if not ask(lambda db: _is_begun(db, manifest, replace=replace)):
            _check(settings, folder, manifest, progress)
            ask(lambda db: _begin(db, folder, manifest))
        _Restoring(ask, folder, manifest, progress, ask(noted)).run()
        beside()
        ask(lambda db: db[RESTORING].drop())
    return manifest


def _is_begun(database: Database[Document], manifest: Manifest, *, replace: bool) -> bool:
    """Returns whether this backup is to be gone on with; False if the database is free for it."""
    names = set(collections_of(database))
    now = {"$expr": {"$gt": ["$until", "$$NOW"]}}
    if "leases" in names and (lease := database["leases"].find_one(now)):
        raise RestoreRefused(
            f"A service or crawl is at work on the database {database.name} ({lease['owner']}): "
            "stop it, wait half a minute, and try again."
        )
    if RESTORING in names:
        other = unfinished(database)
        if other is None or other["backup"] == manifest.id:
            return other is not None
        if not replace:
            raise RestoreRefused(
                f"The database {database.name} holds a part of another backup: finish that "
                f"(newsdesk restore {other['folder']}), or drop it (--replace {database.name})."
            )
    held = [name for name in sorted(names - _EMPTY) if database[name].find_one({}, {"_id": 1})]
    if held and not replace:
        raise RestoreRefused(
            f"The database {database.name} holds {', '.join(held[:3])}: restore into another one "
            f"(--into NAME), or drop what it holds (--replace {database.name})."
        )
    return False


def _check(settings: Settings, folder: Path, manifest: Manifest, progress: Progress) -> None:
    """Makes sure that the backup is whole, and that there is room for it."""
    if problems := problems_of(folder, manifest, progress):
        raise BackupDamaged(f"The backup in {folder} is damaged: {problems[0]}")
    if settings.mongodb_uri is not None:
        return  # what disk that server has is not known here
    free = shutil.disk_usage(settings.data_dir).free
    if free < manifest.bytes:
        raise NoRoom(
            f"{settings.data_dir} has room for {free // 1024**2:,} MB and the backup holds "
            f"{manifest.bytes // 1024**2:,} MB: free some, or set NEWSDESK_DATA_DIR to a folder on "
            "a larger disk."
        )


def _begin(database: Database[Document], folder: Path, manifest: Manifest) -> None:
    database.client.drop_database(database.name)
    begin(database, folder, manifest)


@define(frozen=True)
class _Restoring:
    """One backup on its way into a database. Each step is noted, and may be repeated."""

    ask: Ask
    folder: Path
    manifest: Manifest
    progress: Progress
    noted: dict[str, Noted]

    def run(self) -> None:
        """Does what is not done yet."""
        last = [name for name in self.manifest.collections if name in _LAST]
        first = [name for name in self.manifest.collections if name not in _LAST]
        for names in (first, last):
            self._each(names, Stage.FILLED, self._fill)
            if any(self._stage(name) < Stage.CHANGED for name in names):
                self._apply_changes(frozenset(names))
            self._each(names, Stage.CHANGED, lambda _name: None)
            self._each(names, Stage.COMPARED, self._compare)
            self._each(names, Stage.INDEXED, self._make_indexes)

    def _each(self, names: Sequence[str], stage: Stage, work: Callable[[str], None]) -> None:
        for name in names:
            if self._stage(name) < stage:
                work(name)
                self._note(name, stage)

    def _note(self, name: str, stage: Stage, written: int = 0) -> None:
        self.noted[name] = Noted(stage, written)
        self.ask(lambda db: note(db, name, self.noted[name]))

    def _stage(self, name: str) -> Stage:
        return self.noted.get(name, Noted()).stage

    def _fill(self, name: str) -> None:
        options, _indexes = read_metadata(self.folder / metadata_file(self.manifest, name))
        self.ask(lambda db: _create(db, name, options))
        total = self.manifest.collections[name].documents
        done = self.noted.get(name, Noted()).written
        documents = Reading(self.folder / data_file(self.manifest, name)).documents()
        for batch in _batches(islice(documents, done, None)):
            self._write(name, [InsertOne(each) for each in batch])
            done += len(batch)
            self._note(name, Stage.BEGUN, done)
            self.progress(name, done, max(total, done))

    def _apply_changes(self, names: frozenset[str]) -> None:
        waiting: dict[str, list[Write]] = {}
        for done, entry in enumerate(Reading(self.folder / OPLOG).documents(), 1):
            name = collection_of(entry, self.manifest)
            if name not in names:
                continue
            waiting.setdefault(name, []).append(_write_of(entry))
            if len(waiting[name]) >= _BATCH // 10:
                self._write(name, waiting.pop(name))
                self.progress("changed meanwhile", done, self.manifest.changes)
        for name, batch in waiting.items():
            self._write(name, batch)

    def _write(self, name: str, batch: Sequence[Write]) -> None:
        self.ask(lambda db: _write(db, name, batch))

    def _compare(self, name: str) -> None:
        """Reads all that was written. Before there are indexes: one of them lets MongoDB delete
        what has expired since."""
        self.progress(f"comparing {name}", 0, 1)
        said = self.manifest.collections[name]
        found: Sum = self.ask(lambda db: sum_of(_stored(db, name)))
        if (found.documents, found.digest) != (said.documents, said.digest):
            self.ask(spoil)
            raise NotTheSame(
                f"{name} holds {found.documents:,} documents that are not the "
                f"{said.documents:,} of the backup: somebody else writes there. Restore again, "
                "into a database that nobody uses."
            )

    def _make_indexes(self, name: str) -> None:
        _options, indexes = read_metadata(self.folder / metadata_file(self.manifest, name))
        self.progress(f"indexes of {name}", 0, 1)
        if self.ask(lambda db: _indexed(db, name, indexes)) != indexes:
            self.ask(spoil)
            raise NotTheSame(f"The indexes of {name} are not those of the backup: restore again.")


def _create(database: Database[Document], name: str, options: Document) -> None:
    if name not in database.list_collection_names(filter={"name": name}):
        database.command("create", name, **options)


def _stored(database: Database[Document], name: str) -> Iterator[RawBSONDocument]:
    found: Any = database.get_collection(name, RAW).find()
    yield from found


def _indexed(
    database: Database[Document], name: str, indexes: Sequence[Document]
) -> list[Document]:
    """Makes indexes, or waits for those that are being made; returns which there are."""
    wanted = [index for index in indexes if index["name"] != "_id_"]
    if wanted:
        with long_step(database):
            database.command("createIndexes", name, indexes=wanted)
    return indexes_of(database, name)


def _write_of(entry: RawBSONDocument) -> Write:
    wanted = {"_id": entry["o"]["_id"]}
    if entry["op"] == "i":
        return ReplaceOne(wanted, entry["o"], upsert=True)
    return DeleteOne(wanted)


def _write(database: Database[Document], name: str, batch: Sequence[Write]) -> None:
    """Writes documents as they are: those of years ago need not fit today's validator."""
    raw = database.get_collection(name, RAW)
    try:
        raw.bulk_write(batch, ordered=False, bypass_document_validation=True)
    except BulkWriteError as error:
        # What is there already was written before an interruption; the comparison proves it.
        if any(code != DUPLICATE_KEY for _, code, _ in failed_operations(error)):
            raise


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
