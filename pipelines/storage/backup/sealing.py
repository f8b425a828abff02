"""Reads a whole backup: what it adds up to is written into it, or compared with what it says."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path

import bson
from bson.errors import InvalidBSON
from bson.raw_bson import RawBSONDocument

from pipelines.storage.backup.bson_files import Reading, Sum, key_of, sum_of
from pipelines.storage.backup.changes import Changed
from pipelines.storage.backup.manifest import (
    NAME,
    OPLOG,
    Manifest,
    data_file,
    metadata_file,
    write_manifest,
)
from pipelines.storage.backup.metadata import read_metadata
from pipelines.storage.backup.working import Progress
from pipelines.storage.exceptions import BackupDamaged

READING = "reading it again"


def seal(folder: Path, manifest: Manifest, progress: Progress) -> None:
    """Reads all that was written, and writes counts and digests into the manifest: from then on
    the backup is whole.

    Raises:
        BackupDamaged: what was written cannot be read.
    """
    files, sums = _read(folder, manifest, progress)
    for name, found in sums.items():
        manifest.collections[name].documents = found.documents
        manifest.collections[name].digest = found.digest
    manifest.bytes = sum(found.bytes for found in sums.values())
    manifest.files = files
    write_manifest(folder, manifest)


def problems_of(folder: Path, manifest: Manifest, progress: Progress) -> list[str]:
    """Reads a whole backup; returns a sentence for each difference from what it says of itself."""
    missing = [name for name in manifest.files if not (folder / name).is_file()]
    if missing:
        return [f"{name} is missing." for name in missing]
    try:
        files, sums = _read(folder, manifest, progress)
    except BackupDamaged as error:
        return [str(error)]
    problems = [
        f"{name} is not the file that was written: its digest differs."
        for name, said in manifest.files.items()
        if name in files and files[name] != said
    ]
    return problems + [
        f"{name} holds {found.documents:,} documents that are not the "
        f"{manifest.collections[name].documents:,} of the backup."
        for name, found in sums.items()
        if (found.documents, found.digest)
        != (manifest.collections[name].documents, manifest.collections[name].digest)
    ]


def _read(
    folder: Path, manifest: Manifest, progress: Progress
) -> tuple[dict[str, dict[str, object]], dict[str, Sum]]:
    """Returns size and digest of each file, and what each collection adds up to."""
    total = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
    seen = 0

    def count(size: int) -> None:
        nonlocal seen
        seen += size
        progress(READING, seen // 1024, total // 1024)

    files: dict[str, dict[str, object]] = {}

    def opened(name: str) -> Reading:
        return Reading(folder / name, count)

    def note(name: str, reading: Reading) -> None:
        files[name] = {"size": reading.size, "sha256": reading.sha256}

    oplog = opened(OPLOG)
    changed, sums = _changes(oplog, manifest)
    note(OPLOG, oplog)
    for name in manifest.collections:
        reading = opened(data_file(manifest, name))
        found = sum_of(unchanged(reading.documents(), changed.get(name, set())))
        sums[name] = found.plus(sums.get(name, Sum()))
        note(data_file(manifest, name), reading)
        read_metadata(folder / metadata_file(manifest, name))
    for name in _others(folder, files):
        reading = opened(name)
        for _piece in reading.pieces():
            pass
        note(name, reading)
    return files, sums


def _others(folder: Path, files: Container[str]) -> list[str]:
    """The files of a backup besides those, and besides what says what it holds."""
    found = (each.relative_to(folder) for each in folder.rglob("*") if each.is_file())
    return sorted(str(each) for each in found if str(each) != NAME and str(each) not in files)


def _changes(reading: Reading, manifest: Manifest) -> tuple[Changed, dict[str, Sum]]:
    """Which documents changed meanwhile, and what their last states add up to."""
    changed: Changed = {}
    sums: dict[str, Sum] = {}
    for entry in reading.documents():
        _check_entry(entry)
        name = collection_of(entry, manifest)
        changed.setdefault(name, set()).add(key_of(entry["o"]["_id"]))
        if entry["op"] == "i":
            sums.setdefault(name, Sum()).add(entry["o"])
    return changed, sums


def _check_entry(entry: RawBSONDocument) -> None:
    """Raises `BackupDamaged` for what is no change that a backup holds."""
    try:
        is_change = entry["op"] in {"i", "d"} and "_id" in entry["o"]
    except (InvalidBSON, KeyError, TypeError):
        is_change = False
    if not is_change:
        raise BackupDamaged(f"{OPLOG} holds something that is no change of a document.")


def collection_of(entry: RawBSONDocument, manifest: Manifest) -> str:
    """Returns the collection that an entry of the oplog is about.

    Raises:
        BackupDamaged: it is none of this backup.
    """
    name: str = str(entry["ns"]).removeprefix(f"{manifest.database}.")
    if name not in manifest.collections:
        raise BackupDamaged(f"{OPLOG} names a collection that the backup does not have.")
    return name


def unchanged(
    documents: Iterator[RawBSONDocument], changed: set[bytes]
) -> Iterator[RawBSONDocument]:
    """Yields the documents that did not change until the backup's moment."""
    for document in documents:
        if changed and "_id" not in document:
            raise BackupDamaged("A collection of the backup holds a document without an _id.")
        if not changed or bson.encode({"_id": document["_id"]}) not in changed:
            yield document
