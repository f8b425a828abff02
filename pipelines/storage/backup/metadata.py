"""What a collection is besides its documents: options and indexes, as mongodump writes them."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any, Final

from bson import json_util
from pymongo.database import Database

from pipelines.storage.backup.manifest import write_whole
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import BackupDamaged

_JSON: Final = json_util.CANONICAL_JSON_OPTIONS
LARGEST: Final = 4 * 1024 * 1024
"""Bytes, unpacked; a hundred times what a collection of ours has."""
_OF_THE_SERVER = ("ns", "background")


def collections_of(database: Database[Document]) -> dict[str, Document]:
    """Returns the options of each collection that holds data."""
    found = database.list_collections(filter={"type": "collection"})
    options = {each["name"]: each["options"] for each in found}
    return {name: options[name] for name in sorted(options) if not name.startswith("system.")}


def indexes_of(database: Database[Document], name: str) -> list[Document]:
    """Returns the indexes of a collection as `createIndexes` takes them."""
    found = [dict(index) | {"key": dict(index["key"])} for index in database[name].list_indexes()]
    return [{key: index[key] for key in index if key not in _OF_THE_SERVER} for index in found]


def write_metadata(path: Path, name: str, options: Document, indexes: list[Document]) -> None:
    """Writes what a collection is besides its documents."""
    written = {
        "options": options,
        "indexes": indexes,
        "collectionName": name,
        "type": "collection",
    }
    text = json_util.dumps(written, json_options=_JSON)
    write_whole(path, gzip.compress(text.encode(), mtime=0))


def read_metadata(path: Path) -> tuple[Document, list[Document]]:
    """Returns options and indexes.

    Raises:
        BackupDamaged: they cannot be read.
    """
    try:
        with gzip.open(path) as file:
            return _read(file.read(LARGEST + 1))
    except (OSError, EOFError, ValueError, KeyError, RecursionError, TypeError) as error:
        raise BackupDamaged(f"{path} cannot be read: {error}.") from None


def _read(text: bytes) -> tuple[Document, list[Document]]:
    if len(text) > LARGEST:
        raise ValueError(f"it unpacks to more than {LARGEST} bytes")
    written: Any = json_util.loads(text.decode())
    options, indexes = dict(written["options"]), list(written["indexes"])
    if "viewOn" in options or not all("name" in index for index in indexes):
        raise ValueError("it describes no collection")
    return options, indexes
