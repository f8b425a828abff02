"""XLSX. A workbook cannot be gone on with: its rows wait in a file beside it until all are there.

Needs the extra `export`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from newsdesk.answers.export.formats.base import FileWriter, Kept, rows_file
from newsdesk.answers.export.formats.cells import HEADINGS, TIMES, Cell, cells
from newsdesk.answers.export.xml_text import xml_text

MOST_ROWS = 1_048_575
"""Articles on a sheet: what Excel can show below the headings."""
MOST_UNITS = 32_767
"""UTF-16 units in a cell."""
WIDTHS = {"title": 48, "body": 60, "summary": 30, "url": 30, "id": 20, "source": 14}


class Workbook(FileWriter):
    """Sheets of articles, the columns as in CSV. Texts are never taken for formulas."""

    def __init__(self, target: Path, kept: Kept) -> None:
        super().__init__(rows_file(target), kept)
        self._workbook = target

    @classmethod
    def lines(cls, documents: list[dict[str, Any]]) -> bytes:
        return b"".join(
            orjson.dumps(cells(each), option=orjson.OPT_APPEND_NEWLINE) for each in documents
        )

    def finish(self) -> str | None:
        super().finish()
        unfinished = self._workbook.with_name(f"{self._workbook.name}.part")
        try:
            cut = put_together(self.target, unfinished)
        except FileCreateError as error:  # the library's name for a disk that takes no more
            unfinished.unlink(missing_ok=True)
            raise OSError(str(error)) from error
        unfinished.replace(self._workbook)
        self.target.unlink()
        if cut:
            return f"{cut:,} texts are longer than a cell may be and end with … there."
        return None

    def break_off(self, about: Mapping[str, Any]) -> None:
        self._file.close()


def put_together(rows: Path, target: Path) -> int:
    """Makes the workbook. Returns how many texts had to be cut."""
    cut = 0
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book, rows.open("rb") as lines:
        book.use_zip64()  # else it ends at four gigabytes
        time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        bold = book.add_format({"bold": True})
        sheet = _sheet(book, bold)
        for number, line in enumerate(lines):
            row = number % MOST_ROWS + 1
            if number and row == 1:
                sheet = _sheet(book, bold)
            for column, cell in enumerate(orjson.loads(line)):
                cut += _write(sheet, row, column, cell, time)
    return cut


def _sheet(book: xlsxwriter.Workbook, bold: Format) -> Worksheet:
    number = len(book.worksheets()) + 1
    sheet: Worksheet = book.add_worksheet("articles" if number == 1 else f"articles {number}")
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(HEADINGS):
        sheet.set_column(column, column, WIDTHS.get(heading, 18 if column in TIMES else 12))
        sheet.write_string(0, column, heading, bold)
    return sheet


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, time: Format) -> bool:
    """Writes a cell. Returns whether its text had to be cut."""
    if cell is None or cell == "":
        return False
    if not isinstance(cell, str):
        sheet.write_number(row, column, cell)
        return False
    if column in TIMES:
        sheet.write_datetime(row, column, datetime.fromisoformat(cell), time)
        return False
    text, cut = _fitting(xml_text(cell))
    sheet.write_string(row, column, text)
    return cut


def _fitting(text: str) -> tuple[str, bool]:
    if len(text) * 2 <= MOST_UNITS:
        return text, False
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MOST_UNITS:
        return text, False
    return units[: 2 * (MOST_UNITS - 1)].decode("utf-16-le", "ignore") + "…", True
