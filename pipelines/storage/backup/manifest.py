"""What a backup says of itself: the file `backup.json`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from attrs import asdict, define, field
from attrs.validators import instance_of, optional
from bson import json_util
from bson.errors import BSONError
from bson.timestamp import Timestamp

from pipelines.storage.exceptions import NoBackup
from pipelines.storage.schema.migrations import SCHEMA_VERSION

NAME: Final = "backup.json"
DUMP: Final = "dump"
"""Folder within a backup that `mongorestore` reads."""
DIFFERING: Final = "differing"
OPLOG: Final = "dump/oplog.bson"
FORMAT: Final = 1
_JSON = json_util.CANONICAL_JSON_OPTIONS.with_options(tz_aware=True, tzinfo=UTC)


@define(frozen=True, kw_only=True)
class Member:
    """A part of a file of documents that is packed by itself. last: `_id` of its last document.
    end: where in the file it ends."""

    last: Any
    end: int = field(validator=instance_of(int))


@define(kw_only=True)
class TakenOver:
    """How the file of an earlier backup is compared with the database. compared: how many members
    were. documents: how many differ, of `most`. size: of the file that lists them."""

    most: int = field(validator=instance_of(int))
    compared: int = field(default=0, validator=instance_of(int))
    documents: int = field(default=0, validator=instance_of(int))
    size: int = field(default=0, validator=instance_of(int))


@define(kw_only=True)
class Dumped:
    """How far a collection is written, and what it then holds.

    taken_over: if its file is one of an earlier backup. documents, digest: of the collection at the
    backup's point in time.
    """

    members: list[Member] = field(factory=list, validator=instance_of(list))
    taken_over: TakenOver | None = None
    is_done: bool = field(default=False, validator=instance_of(bool))
    documents: int = field(default=0, validator=instance_of(int))
    digest: str = field(default="", validator=instance_of(str))


@define(kw_only=True)
class Manifest:
    """A backup. since: the moment from which changes are collected. at: its point in time, once it
    is whole. bytes: of all documents, unpacked."""

    id: str = field(validator=instance_of(str))
    database: str = field(validator=instance_of(str))
    server: str = field(validator=instance_of(str))
    schema: int = field(validator=instance_of(int))
    began_at: datetime = field(validator=instance_of(datetime))
    since: Timestamp = field(validator=instance_of(Timestamp))
    at: Timestamp | None = field(default=None, validator=optional(instance_of(Timestamp)))
    changes: int = field(default=0, validator=instance_of(int))
    bytes: int = field(default=0, validator=instance_of(int))
    collections: dict[str, Dumped] = field(factory=dict)
    files: dict[str, dict[str, Any]] = field(factory=dict, validator=instance_of(dict))

    @property
    def is_whole(self) -> bool:
        return self.at is not None and bool(self.files)

    @property
    def moment(self) -> datetime:
        """The point in time, to the second."""
        if self.at is None:
            raise NoBackup("The backup is not finished.")
        return self.at.as_datetime()

    @property
    def documents(self) -> int:
        return sum(each.documents for each in self.collections.values())


def data_file(manifest: Manifest, name: str) -> str:
    """Where the documents of a collection stand in the folder."""
    return f"{DUMP}/{manifest.database}/{name}.bson.gz"


def differing_file(name: str) -> str:
    """Where the ids of what differs from a file that was taken over stand until the end."""
    return f"{DIFFERING}/{name}.bson.gz"


def metadata_file(manifest: Manifest, name: str) -> str:
    """Where the options and indexes of a collection stand in the folder."""
    return f"{DUMP}/{manifest.database}/{name}.metadata.json.gz"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes what is known of a backup, so that a power cut leaves the old state or the new."""
    written = {"format": FORMAT} | asdict(manifest)
    write_whole(folder / NAME, json_util.dumps(written, json_options=_JSON, indent=1).encode())


def read_manifest(folder: Path) -> Manifest:
    """Returns what a backup says of itself.

    Raises:
        NoBackup: there is none, or it cannot be read.
    """
    try:
        text = (folder / NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise NoBackup(f"{folder} holds no backup: there is no {NAME} in it.") from None
    except OSError as error:
        raise NoBackup(f"{folder / NAME} cannot be read: {error.strerror}.") from None
    try:
        written = json_util.loads(text.decode(), json_options=_JSON)
        return _made(written)
    except (AttributeError, BSONError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise NoBackup(
            f"{folder / NAME} cannot be read ({type(error).__name__}): take another backup."
        ) from None


def finished(folder: Path) -> Manifest:
    """Returns the manifest of a backup that can be restored.

    Raises:
        NoBackup: there is none, it is not finished, or a newer Newsdesk made it.
    """
    manifest = read_manifest(folder)
    if not manifest.is_whole:
        raise NoBackup(
            f"The backup in {folder} is not finished: call newsdesk backup take "
            f"{folder.parent} again, and it goes on."
        )
    if manifest.schema > SCHEMA_VERSION:
        raise NoBackup(
            f"The backup in {folder} has schema version {manifest.schema} and this Newsdesk knows "
            f"{SCHEMA_VERSION}: restore it with the newer Newsdesk that made it."
        )
    return manifest


def _made(written: Mapping[str, Any]) -> Manifest:
    if written["format"] != FORMAT:
        raise ValueError(f"format {written['format']}")
    values = {name: written[name] for name in _NAMES if name in written}
    for name in (values["database"], *written["collections"], *values.get("files", ())):
        if not _is_inside(name):
            raise ValueError("a name leads out of the folder")
    values["collections"] = {name: _dumped(said) for name, said in written["collections"].items()}
    return Manifest(**values)


def _dumped(said: Mapping[str, Any]) -> Dumped:
    """Backups of earlier releases name no members; they are restored without."""
    values = {name: said[name] for name in ("is_done", "documents", "digest")}
    members = [Member(**each) for each in said.get("members", ())]
    taken = said.get("taken_over")
    return Dumped(members=members, taken_over=TakenOver(**taken) if taken else None, **values)


def _is_inside(name: str) -> bool:
    path = Path(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\0" not in name


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file that only its owner reads, all of it or nothing."""
    fresh = path.with_name(f"{path.name}.new")
    with open(fresh, "wb", opener=private) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def private(path: str, flags: int) -> int:
    """Opens a file that only its owner may read."""
    return os.open(path, flags, 0o600)


_NAMES = tuple(each.name for each in Manifest.__attrs_attrs__)
