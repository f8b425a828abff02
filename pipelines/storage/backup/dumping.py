"""Takes a backup: reads all collections while others write, then what changed meanwhile."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

from bson.raw_bson import RawBSONDocument
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.backup.bson_files import MEMBER_BYTES, RAW, append_member
from pipelines.storage.backup.changes import moment_now, reaches_back, write_changes
from pipelines.storage.backup.manifest import (
    DIFFERING,
    DUMP,
    NAME,
    OPLOG,
    Dumped,
    Manifest,
    Member,
    data_file,
    metadata_file,
    read_manifest,
    write_manifest,
)
from pipelines.storage.backup.metadata import collections_of, indexes_of, write_metadata
from pipelines.storage.backup.sealing import seal
from pipelines.storage.backup.taking_over import MAJORITY, all_differing, compare, take_over
from pipelines.storage.backup.working import Ask, Progress, asking, locked
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import BackupError, NoBackup, NoRoom
from pipelines.storage.schema.ensure import RESTORING, STATE
from pipelines.storage.server import client as clients
from pipelines.timing import clock

SPARE_BYTES: Final = 64 * 1024 * 1024
_LOCK: Final = ".lock"
_GOING: Final = ".removed-"


def take_backup(
    settings: Settings,
    parent: Path,
    progress: Progress,
    beside: Callable[[Path], object] = lambda _folder: None,
) -> tuple[Path, Manifest]:
    """Takes a backup in a folder of its own below `parent`, or goes on with an unfinished one.

    beside: writes further files into its folder, after the moment that the backup is true for.
    Blocks. Crawls may write meanwhile. May be stopped, or killed, at any time.

    Raises:
        BackupError: it cannot be taken; the message says what to do.
        StorageError, PyMongoError: MongoDB is away or refuses.
        OSError: the folder cannot be written.
    """
    busy = f"Another backup is being taken in {parent}: wait for it."
    with locked(parent / _LOCK, busy):
        with asking(settings) as ask:
            folder, manifest = ask(lambda db: _begun(db, settings, parent))
            _check_room(ask(_stored_bytes), folder)
            for name in list(manifest.collections):
                compare(ask, folder, manifest, name, progress)
                _dump(ask, folder, manifest, name, progress)
            if manifest.at is None:
                ask(lambda db: _finish(db, folder, manifest, progress))
        if (folder / DIFFERING).is_dir():
            shutil.rmtree(folder / DIFFERING)
        beside(folder)
        seal(folder, manifest, progress)
    return folder, manifest


def backups_in(parent: Path) -> list[tuple[Path, Manifest]]:
    """Returns the backups in a folder that can be read, the oldest first; unfinished ones, too."""
    return looked_at(parent)[0]


def looked_at(parent: Path) -> tuple[list[tuple[Path, Manifest]], list[str]]:
    """Returns the same, and a sentence for each that cannot be read."""
    found, problems = [], []
    for path in sorted(parent.glob(f"[!.]*/{NAME}")):
        try:
            found.append((path.parent, read_manifest(path.parent)))
        except NoBackup as error:
            problems.append(str(error))
    return sorted(found, key=lambda each: (each[1].began_at, each[0].name)), problems


def forget_older(parent: Path, database: str, keep: int) -> list[Path]:
    """Removes finished backups of a database but for the last `keep`; returns what it removed.

    Others have what they share with them as before. None is ever seen in part, also after a kill.
    """
    old = [path for path, _ in _whole(parent, database)[:-keep]]
    for path in old:
        path.rename(parent / f"{_GOING}{path.name}")
    for path in parent.glob(f"{_GOING}*"):
        shutil.rmtree(path)
    return old


def _whole(parent: Path, database: str) -> list[tuple[Path, Manifest]]:
    return [
        each for each in backups_in(parent) if each[1].is_whole and each[1].database == database
    ]


def _begun(database: Database[Document], settings: Settings, parent: Path) -> tuple[Path, Manifest]:
    """Returns the unfinished backup to go on with, or one that begins now."""
    server = clients.address(settings)
    for folder, manifest in backups_in(parent):
        if manifest.is_whole or (manifest.database, manifest.server) != (database.name, server):
            continue
        if manifest.at is not None or reaches_back(database, manifest.since):
            return folder, manifest
        shutil.rmtree(folder)  # what changed since then is not known any more: it is of no use
    collections = collections_of(database)
    if RESTORING in collections:
        raise BackupError(
            f"A backup is being restored into {database.name}, which is not whole before that: let "
            "newsdesk restore end first."
        )
    now = clock.now()
    manifest = Manifest(
        id=uuid.uuid4().hex,
        database=database.name,
        server=server,
        schema=(database["meta"].find_one(STATE) or {}).get("version", 0),
        began_at=now,
        since=moment_now(database),
        collections={name: Dumped() for name in collections},
    )
    folder = _fresh(parent, f"{database.name}-{now:%Y-%m-%dT%H-%M-%SZ}")
    for below in (folder / DUMP, folder / DUMP / database.name):
        below.mkdir(mode=0o700)
    write_manifest(folder, manifest)
    for last in _whole(parent, database.name)[-1:]:
        take_over(last, folder, manifest)
    return folder, manifest


def _fresh(parent: Path, name: str) -> Path:
    for number in count(1):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise AssertionError("numbers do not end")


def _stored_bytes(database: Database[Document]) -> int:
    return int(database.command("dbStats")["storageSize"])


def _check_room(stored: int, folder: Path) -> None:
    """Refuses to begin what will not fit. What MongoDB stores is packed about as well as ours."""
    written = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
    needed = max(0, stored - written) + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoRoom(
            f"{folder.parent} has room for {free // 1024**2:,} MB and the backup may take "
            f"{needed // 1024**2:,} MB: name a folder on a larger disk, or remove old backups."
        )


def _dump(ask: Ask, folder: Path, manifest: Manifest, name: str, progress: Progress) -> None:
    """Writes the documents of a collection, in the order of their ids."""
    dumped = manifest.collections[name]
    path = folder / data_file(manifest, name)
    total = ask(lambda db: db[name].estimated_document_count())
    while not dumped.is_done:
        part = ask(lambda db: _Part(db, name, dumped).write(path))
        dumped.members.append(Member(last=part.last, end=part.size))
        dumped.is_done = part.is_last
        dumped.documents += part.documents
        write_manifest(folder, manifest)
        progress(name, dumped.documents, max(total, dumped.documents))


class _Part:
    """The next documents of a collection, some megabytes. Repeated if the connection is lost."""

    def __init__(self, database: Database[Document], name: str, dumped: Dumped) -> None:
        self._collection = database.get_collection(name, RAW, read_concern=MAJORITY)
        before = dumped.members[-1] if dumped.members else Member(last=None, end=0)
        self._before = before
        self.last, self.size, self.documents = before.last, before.end, 0
        self.is_last = False

    def write(self, path: Path) -> _Part:
        """Writes them behind what stands in the file."""
        self.size = append_member(path, self._before.end, self._documents())
        return self

    def _documents(self) -> Iterator[RawBSONDocument]:
        found: Any = self._collection.find().sort("_id", 1).hint("_id_")
        if self._before.end:
            # Bounds of the index, since a comparison would only find ids of the same type.
            found = found.min([("_id", self._before.last)])
        size = 0
        with found:
            for document in found:
                if self._before.end and document["_id"] == self._before.last:
                    continue
                yield document
                self.last = document["_id"]
                self.documents += 1
                size += len(document.raw)
                if size >= MEMBER_BYTES:
                    return
        self.is_last = True


def _finish(
    database: Database[Document], folder: Path, manifest: Manifest, progress: Progress
) -> None:
    """Writes what changed meanwhile, and what the collections are; that is the backup's moment."""
    moment, manifest.changes = write_changes(
        folder / OPLOG,
        database,
        manifest.since,
        all_differing(folder, manifest),
        lambda done, total: progress("changed meanwhile", done, total),
    )
    options = collections_of(database)
    for name in options:
        if name not in manifest.collections:  # it has come since: all of it is among the changes
            append_member(folder / data_file(manifest, name), 0, ())
            manifest.collections[name] = Dumped(is_done=True)
    for name in manifest.collections:
        path = folder / metadata_file(manifest, name)
        write_metadata(path, name, options[name], indexes_of(database, name))
    manifest.at = moment
    write_manifest(folder, manifest)
