"""How far a look through all that is stored has come: a file, so that a kill costs seconds."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from attrs import asdict, define, field
from bson import json_util
from bson.errors import BSONError

from pipelines.config import Settings
from pipelines.storage.server import client as clients
from pipelines.timing import clock

SHOWN: Final = 5
"""Examples that are kept of each kind of fault."""
OLDEST: Final = timedelta(days=1)
"""After which a look begins anew: what it has seen is not what there is any more."""
_JSON = json_util.CANONICAL_JSON_OPTIONS.with_options(tz_aware=True, tzinfo=UTC)


@define(kw_only=True)
class Seen:
    """What was looked through of a collection for one kind of fault. last: `_id` of the last
    document. count: what is wrong, of which so many are mended."""

    last: Any = None
    is_done: bool = False
    looked_at: int = 0
    count: int = 0
    mended: int = 0
    examples: list[str] = field(factory=list)

    def add(self, found: list[str]) -> None:
        """Counts faults, and keeps the first ones."""
        self.count += len(found)
        self.examples += found[: SHOWN - len(self.examples)]


@define(kw_only=True)
class Notes:
    """What one look has seen so far. wish: what is looked at, and how. resumed_at: when what it
    goes on with was interrupted."""

    path: Path
    wish: str
    seen: dict[str, Seen] = field(factory=dict)
    resumed_at: datetime | None = None

    def of(self, name: str) -> Seen:
        """Returns what was seen for a kind of fault; it may be changed."""
        return self.seen.setdefault(name, Seen())

    def write(self) -> None:
        """Keeps what was seen: all of it, or what was kept before."""
        seen = {name: asdict(each) for name, each in self.seen.items()}
        said = {"wish": self.wish, "at": clock.now(), "seen": seen}
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(json_util.dumps(said, json_options=_JSON))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)

    def remove(self) -> None:
        """Forgets all: the look has ended."""
        self.path.unlink(missing_ok=True)


def notes_of(settings: Settings, wish: str) -> Notes:
    """Returns the notes of a look that was interrupted today, or of one that begins."""
    path = settings.data_dir / "doctor" / f"{settings.database}.json"
    notes = Notes(path=path, wish=f"{clients.address(settings)} {wish}")
    try:
        said = json_util.loads(path.read_text(encoding="utf-8"), json_options=_JSON)
        if said["wish"] == notes.wish and clock.now() - said["at"] < OLDEST:
            notes.seen = {name: Seen(**each) for name, each in said["seen"].items()}
            notes.resumed_at = said["at"]
    except FileNotFoundError:
        return notes
    except (AttributeError, BSONError, KeyError, RecursionError, TypeError, ValueError):
        # of another release, or damaged: it begins anew
        notes.seen = {}
    return notes
