"""The record beside an export: what was asked for, and how much of it is there.

`--resume` believes it alone; it is replaced as a whole, after what it tells of is on the disk.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import attrs
import orjson
from attrs import define, field

from newsdesk.answers.articles.choosing import read_cursor
from newsdesk.answers.export.formats.base import Kept
from newsdesk.answers.export.selection import Selection
from newsdesk.exceptions import BadExport, NewsdeskError
from pipelines.timing import clock

COMPLETE, UNFINISHED, CUT_OFF = "complete", "unfinished", "cut off"
"""unfinished: it is being written, or its writer was killed."""


@define(frozen=True, kw_only=True)
class Record:
    """What the record says. reason: why it was cut off."""

    form: str
    database: str
    selection: Selection
    state: str = UNFINISHED
    reason: str | None = None
    kept: Kept = field(factory=Kept)

    def about(self) -> dict[str, Any]:
        """How the export stands, as plain values."""
        said = {"state": self.state, "articles": self.kept.articles, "cursor": self.kept.cursor}
        return said | ({"reason": self.reason} if self.reason else {})

    def save(self, target: Path) -> None:
        """Puts it beside the export, on the disk.

        Raises:
            OSError: the disk does not take it.
        """
        values = {
            **self.about(),
            "format": self.form,
            "database": self.database,
            "selection": self.selection.as_dict(),
            "place": self.kept.place,
            "written_at": clock.now(),
        }
        path = record_file(target)
        new = path.with_name(f"{path.name}.new")
        with new.open("wb") as file:
            file.write(orjson.dumps(values, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)


def record_file(target: Path) -> Path:
    """Where the record of an export is."""
    return target.with_name(f"{target.name}.export.json")


def read_record(target: Path) -> Record | None:
    """The record of an export; None if there is none.

    Raises:
        BadExport: it cannot be read.
    """
    path = record_file(target)
    if not path.exists():
        return None
    try:
        values = orjson.loads(path.read_bytes())
        cursor = values["cursor"]
        return Record(
            form=values["format"],
            database=values["database"],
            selection=Selection.from_dict(values["selection"]),
            state=values["state"],
            reason=values.get("reason"),
            kept=Kept(
                articles=values["articles"],
                place=values["place"],
                position=read_cursor(cursor) if cursor else None,
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError, NewsdeskError) as error:
        raise BadExport(f"{path} cannot be read ({error}): begin anew with --overwrite.") from None


def with_state(record: Record, state: str, kept: Kept, reason: str | None = None) -> Record:
    """The record as it is now."""
    return attrs.evolve(record, state=state, kept=kept, reason=reason)
