"""Takes over the documents of the last backup: only what differs from them is written anew.

A file of documents never changes, so several backups can have it in common, by hard links: each is
whole by itself, and what differs from the file stands in its own `oplog.bson`. Nothing that was
remembered is believed: all documents of the database are read, and compared with those of the file,
one member after the other with what the database has between the same ids. So a file in which so
much as one bit has changed costs a few entries more, and no document.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bson.raw_bson import RawBSONDocument
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from pipelines.storage.backup.bson_files import RAW, Reading, append_member, key_of
from pipelines.storage.backup.changes import Changed
from pipelines.storage.backup.manifest import (
    Dumped,
    Manifest,
    Member,
    TakenOver,
    data_file,
    differing_file,
    write_manifest,
)
from pipelines.storage.backup.working import Ask, Progress
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import BackupDamaged

SMALLEST: Final = 256 * 1024
"""Bytes of a file from which on it is worth to be taken over."""
SHARE: Final = 4
MOST: Final = 100_000
"""A collection is written anew once one in `SHARE` of its documents differs, or so many: all of
them have to be read at one moment of the last five minutes."""
MAJORITY: Final = ReadConcern("majority")


def take_over(last: tuple[Path, Manifest], folder: Path, manifest: Manifest) -> None:
    """Gives a backup that begins the files of the last one, as far as the disk has hard links."""
    source, before = last
    for name, dumped in manifest.collections.items():
        found = before.collections.get(name, Dumped())
        if not found.members or found.members[-1].end < SMALLEST:
            continue
        try:
            os.link(source / data_file(before, name), folder / data_file(manifest, name))
        except OSError:  # a disk without hard links, or the file is gone: it is written anew
            continue
        dumped.members = [*found.members]
        dumped.taken_over = TakenOver(most=min(found.documents // SHARE, MOST))
    write_manifest(folder, manifest)


def compare(ask: Ask, folder: Path, manifest: Manifest, name: str, progress: Progress) -> None:
    """Finds the documents of a collection that differ from the file that was taken over.

    If there are too many, it is as if nothing had been taken over.
    """
    dumped = manifest.collections[name]
    taken = dumped.taken_over
    while taken is not None and not dumped.is_done:
        progress(f"comparing {name}", taken.compared, len(dumped.members))
        differing = ask(lambda db: _differing(db, folder, manifest, name))
        if differing is None:
            manifest.collections[name] = Dumped()
            taken = None
        else:
            path = folder / differing_file(name)
            path.parent.mkdir(exist_ok=True, mode=0o700)
            entries = (RawBSONDocument(key, RAW) for key in differing)
            taken.size = append_member(path, taken.size, entries)
            taken.documents += len(differing)
            taken.compared += 1
            dumped.is_done = taken.compared == len(dumped.members)
        write_manifest(folder, manifest)


def all_differing(folder: Path, manifest: Manifest) -> Changed:
    """Returns what was found to differ, of all collections."""
    return {
        name: {key_of(each["_id"]) for each in Reading(folder / differing_file(name)).documents()}
        for name, dumped in manifest.collections.items()
        if dumped.taken_over is not None
    }


def _differing(
    database: Database[Document], folder: Path, manifest: Manifest, name: str
) -> set[bytes] | None:
    """Of the next member: the ids of the documents that only one of both has in this form. None if
    there are too many, or the file is damaged."""
    dumped = manifest.collections[name]
    taken = dumped.taken_over or TakenOver(most=0)
    number, most = taken.compared, taken.most - taken.documents
    before, member = [Member(last=None, end=0), *dumped.members][number : number + 2]
    file = Reading(folder / data_file(manifest, name), start=before.end, end=member.end)
    try:
        here = {each.raw for each in file.documents()}
    except BackupDamaged:
        return None
    upto = None if member is dumped.members[-1] else member.last
    found: set[bytes] = set()
    for document in _between(database, name, before.last, upto):
        if document.raw in here:
            here.remove(document.raw)
        else:
            found.add(key_of(document["_id"]))
        if len(found) > most:
            return None
    found.update(key_of(RawBSONDocument(raw, RAW)["_id"]) for raw in here)
    return found if len(found) <= most else None


def _between(
    database: Database[Document], name: str, after: object, upto: object
) -> Iterator[RawBSONDocument]:
    """Yields the documents whose ids stand in the index behind one, up to another and with it;
    None: from the first, to the last."""
    collection: Any = database.get_collection(name, RAW, read_concern=MAJORITY)
    # Bounds of the index, since a comparison would only find ids of the same type.
    found = collection.find().sort("_id", 1).hint("_id_")
    if after is not None:
        found = found.min([("_id", after)])
    if upto is not None:
        found = found.max([("_id", upto)])
    with found:
        for document in found:
            if after is None or document["_id"] != after:
                yield document
    if upto is not None:
        yield from collection.find({"_id": upto})
