"""How far the restoring of a backup has come: a note in the database that it goes into.

It is written after what it speaks of, and both by the majority: after a kill of whomever, what is
noted is there. What was written since the last note is written once more, which changes nothing.
"""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from attrs import define
from pymongo.database import Database

from pipelines.storage.backup.manifest import Manifest
from pipelines.storage.documents import Document
from pipelines.storage.schema.ensure import RESTORING
from pipelines.timing import clock

_BACKUP: Final = "backup"


class Stage(IntEnum):
    """What of a collection is done."""

    BEGUN = 0
    FILLED = 1
    CHANGED = 2
    COMPARED = 3
    INDEXED = 4


@define(frozen=True)
class Noted:
    """What is noted of a collection. written: how many of the documents in its file."""

    stage: Stage = Stage.BEGUN
    written: int = 0


def unfinished(database: Database[Document]) -> Document | None:
    """Returns which backup is being restored: its `backup` and `folder`; None if none is."""
    return database[RESTORING].find_one({"_id": _BACKUP})


def begin(database: Database[Document], folder: Path, manifest: Manifest) -> None:
    """Notes that the backup is being restored."""
    said = {"backup": manifest.id, "folder": str(folder.absolute()), "at": clock.now()}
    database[RESTORING].replace_one({"_id": _BACKUP}, said, upsert=True)


def noted(database: Database[Document]) -> dict[str, Noted]:
    """Returns how far each collection is, by its name."""
    found: Any = database[RESTORING].find({"_id": {"$ne": _BACKUP}})
    return {each["name"]: Noted(Stage(each["stage"]), each["written"]) for each in found}


def note(database: Database[Document], name: str, noted: Noted) -> None:
    """Notes how far a collection is."""
    said = {"name": name, "stage": int(noted.stage), "written": noted.written}
    database[RESTORING].replace_one({"_id": f"collection {name}"}, said, upsert=True)


def spoil(database: Database[Document]) -> None:
    """Has the next restoring begin anew: what stands in the database is good for nothing."""
    database[RESTORING].delete_many({})
