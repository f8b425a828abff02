"""What a database holds, by another way than the backup's own: for comparing two of them."""

from __future__ import annotations

import hashlib
from typing import Any

import bson
from bson.timestamp import Timestamp
from pymongo.database import Database


def digests_of(database: Database[Any], moment: Timestamp | None = None) -> dict[str, str]:
    """A digest of each collection, of its documents in the order of their bytes.

    moment: as it was then, minutes ago at most; None: as it is.
    """
    names = [name for name in database.list_collection_names() if not name.startswith("system.")]
    return {name: _digest(database, name, moment) for name in names}


def _digest(database: Database[Any], name: str, moment: Timestamp | None) -> str:
    concern: dict[str, Any] = {"level": "majority"}
    if moment is not None:
        concern = {"level": "snapshot", "atClusterTime": moment}
    found = database.cursor_command("find", name, readConcern=concern)
    documents = sorted(bson.encode(document) for document in found)
    return f"{len(documents)} {hashlib.sha256(b''.join(documents)).hexdigest()}"
