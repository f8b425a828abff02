"""CSV that Excel opens right: with a byte order mark, and without anything that is calculated."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from newsdesk.answers.export.formats.base import FileWriter
from newsdesk.answers.export.formats.cells import HEADINGS, Cell, cells

BLANKS = " \u3000\xa0\ufeff\0"
FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
"""A cell that begins with one of these may be calculated; an apostrophe before it makes it text."""


BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def csv_lines(rows: Iterable[Iterable[Cell]]) -> bytes:
    """Returns rows as lines, every cell quoted: so a reader of another separator finds none."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()


def defused(cell: Cell) -> Cell:
    """Returns the cell as one that no spreadsheet calculates."""
    if isinstance(cell, str) and cell.lstrip(BLANKS)[:1] in FORMULA:
        return f"'{cell}"
    return cell


class Csv(FileWriter):
    """A line an article, after a line of headings."""

    head = BYTE_ORDER_MARK + csv_lines([HEADINGS])

    @classmethod
    def lines(cls, documents: list[dict[str, Any]]) -> bytes:
        return csv_lines([defused(cell) for cell in cells(each)] for each in documents)
