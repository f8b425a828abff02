"""Rows of data as lines, in which every value stays in its column."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import define, field

from crawler.pages.blocks.shown import CELLS
from crawler.pages.html import Element, text_of

EMPTY = "–"
"""What an empty cell shows."""
_LONGEST_ROW = 300
_MOST_COLUMNS = 60
_TO_THE_END = 10_000
"""What a rowspan of 0 stands for."""
_SPAN = re.compile(r"[0-9]{1,4}")


@define
class Table:
    """A table while it is read.

    carried: the texts that reach down from rows above, and over how many rows still, by column.
    rows: the lines of data with the number under which each stands among all lines.
    """

    carried: dict[int, tuple[int, str]] = field(factory=dict)
    rows: list[tuple[int, list[str]]] = field(factory=list)
    _row: list[str] = field(factory=list)
    _below: dict[int, tuple[int, str]] = field(factory=dict)

    def is_data(self, row: Element) -> bool:
        """Whether a row is a line of data (several short cells) and not a frame for text."""
        cells = [cell for cell in row if cell.tag in CELLS]
        return len(cells) + len(self.carried) > 1 and (
            sum(len(text_of(cell)) for cell in cells) <= _LONGEST_ROW
        )

    def begin_row(self) -> None:
        """Forget the cells of the row before."""
        self._row, self._below = [], {}

    def add(self, text: str, cell: Element) -> None:
        """Put a cell; one that spans columns shows in each of them, one that spans rows below."""
        self._fill()
        rows = _span(cell, "rowspan") or _TO_THE_END
        for _ in range(_span(cell, "colspan") or 1):
            if rows > 1:
                self._below[len(self._row)] = (rows - 1, text)
            self._row.append(text)

    def end_row(self, number: int) -> str | None:
        """The line of the row, if it has any text; `number` is its place among all lines."""
        self._fill()
        self.pass_row()
        self.carried |= self._below
        if not any(self._row):
            return None
        self.rows.append((number, self._row))
        return _line(self._row)

    def pass_row(self) -> None:
        """Move down by one row."""
        self.carried = {
            at: (left - 1, text) for at, (left, text) in self.carried.items() if left > 1
        }

    def settle(self, lines: list[str]) -> None:
        """Leave columns out that are empty in all rows: they hold the others apart."""
        width = max((len(row) for _, row in self.rows), default=0)
        shown = [
            any(column < len(row) and row[column] for _, row in self.rows)
            for column in range(width)
        ]
        if all(shown):
            return
        for number, row in self.rows:
            lines[number] = _line(
                text for text, is_shown in zip(row, shown, strict=False) if is_shown
            )

    def _fill(self) -> None:
        """Put what reaches down from above in the columns that come next."""
        while len(self._row) in self.carried and len(self._row) < _MOST_COLUMNS:
            self._row.append(self.carried[len(self._row)][1])


def _line(cells: Iterable[str]) -> str:
    return " ".join(cell or EMPTY for cell in cells)


def _span(cell: Element, name: str) -> int:
    match = _SPAN.match((cell.get(name) or "").strip())
    return min(int(match[0]), _MOST_COLUMNS) if match else 1
