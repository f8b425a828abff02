"""Articles as cells of a spreadsheet: flat, for people, in Beijing's time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from newsdesk.answers.export.columns import ARTICLES, Column
from newsdesk.answers.moments import beijing

Cell = str | int | float | None
COLUMNS: Sequence[Column] = tuple(column for column in ARTICLES if column.kind != "json")
TIMES = frozenset(place for place, column in enumerate(COLUMNS) if column.kind == "time")
BODY = next(place for place, column in enumerate(COLUMNS) if column.name == "body")
HEADINGS = tuple(
    f"{column.name} (Beijing)" if column.kind == "time" else column.name for column in COLUMNS
)
BETWEEN = "; "


def cells(document: dict[str, object]) -> list[Cell]:
    """Returns the cells of an article."""
    return [_cell(column.read(document)) for column in COLUMNS]


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return beijing(value, "%Y-%m-%d %H:%M:%S")
    if isinstance(value, list):
        return BETWEEN.join(map(str, value))
    return value if isinstance(value, str | int | float) else None
