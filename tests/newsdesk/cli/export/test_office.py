"""What LibreOffice makes of our tables: the same values, and nothing that is calculated."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from newsdesk.answers.export.formats.cells import TIMES
from pipelines.storage.queries import opened
from tests.newsdesk.answers.export.test_forms import FORMULAS, ODD
from tests.support.command import Desk
from tests.support.programs import convert
from tests.support.samples import full_sample
from tests.support.shelf import put

pytestmark = pytest.mark.soak

UTF_8 = "76"
CALCULATING = f"CSV:44,34,{UTF_8},1,,0,false,true,false,false,false,0,true"
"""As careless as a person can be: every cell is taken for what it looks like, and calculated."""
TEXT = f"csv:Text - txt - csv (StarCalc):44,34,{UTF_8},1,,0,true"
Cells = list[tuple[str, ...]]


@pytest.fixture
def tables(desk: Desk, tmp_path: Path) -> Path:
    """Exports of articles with odd titles, and a table that would be calculated."""
    with_titles = (
        full_sample(number, title=title, body=f"{title}\n正文，上海·北京")
        for number, title in enumerate([*ODD, *FORMULAS])
    )
    with opened(desk.settings) as database:
        put(database, with_titles)
    for name in ("table.csv", "book.xlsx"):
        said = desk.call("export", tmp_path / name)
        assert said.code == 0, said.err
    (tmp_path / "bad.csv").write_text("title\n=1+1\n", encoding="utf-8-sig")
    return tmp_path


def cells_of_csv(path: Path) -> Cells:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [tuple(row) for row in csv.reader(file)]


def same(text: str) -> str:
    """A text but for what no spreadsheet keeps: kinds of line ends, and what is no character."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", "\ufffd", lines)


def test_a_csv_is_opened(tables: Path) -> None:
    convert("xlsx", tables / "out", tables / "table.csv", tables / "bad.csv", reading=CALCULATING)
    bad = openpyxl.load_workbook(tables / "out" / "bad.xlsx").active
    assert bad is not None
    assert bad["A2"].data_type == "f", "the control: it would be calculated"
    sheet = openpyxl.load_workbook(tables / "out" / "table.xlsx").active
    assert sheet is not None
    wanted = cells_of_csv(tables / "table.csv")
    rows = list(sheet.iter_rows())
    assert len(rows) == len(wanted) == len(ODD) + len(FORMULAS) + 1
    for row, texts in zip(rows, wanted, strict=True):
        for place, (cell, text) in enumerate(zip(row, texts, strict=True)):
            assert cell.data_type != "f", text
            if place in TIMES and text and row is not rows[0]:
                assert f"{cell.value:%F %T}" == text
            else:
                value = "" if cell.value is None else str(cell.value)
                assert same(text) in {same(value), same(unescape(value))}


def test_a_workbook_is_opened(tables: Path) -> None:
    convert(TEXT, tables / "out", tables / "book.xlsx")
    shown, wanted = cells_of_csv(tables / "out" / "book.csv"), cells_of_csv(tables / "table.csv")
    title = wanted[0].index("title")
    assert [row[title] for row in shown][-len(FORMULAS) :] == FORMULAS, "shown as they are"
    for row, texts in zip(shown, wanted, strict=True):
        for cell, text in zip(row, texts, strict=True):
            assert same(cell) in {same(text), same(text.removeprefix("'"))}
