"""A list is a table for people, lines for programs, or JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.text import Text

from newsdesk.cli.terminal.listing import Columns, below, field, show_list

ROWS: list[dict[str, Any]] = [
    {"_id": "a", "title": "一\t行\nzwei", "at": datetime(2026, 3, 1, tzinfo=UTC)},
    {"_id": "b", "at": None},
]
COLUMNS: Columns = {"id": field("_id"), "title": field("title"), "at": field("at")}


def table(_rows: object) -> Text:
    return Text("table")


def test_in_a_pipe_each_row_is_a_line_with_times_that_name_their_zone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_list(ROWS, COLUMNS, table, as_json=False, as_tsv=False)
    assert capsys.readouterr().out == "a\t一 行 zwei\t2026-03-01T00:00:00+00:00\nb\t\t\n"


def test_tsv_begins_with_the_names_of_the_fields(capsys: pytest.CaptureFixture[str]) -> None:
    show_list([], COLUMNS, table, as_json=False, as_tsv=True)
    assert capsys.readouterr().out == "id\ttitle\tat\n"


def test_json_is_of_the_rows_or_of_what_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    show_list([{"x": 1}], COLUMNS, table, as_json=True, as_tsv=False)
    assert json.loads(capsys.readouterr().out) == [{"x": 1}]
    show_list([{"x": 1}], COLUMNS, table, as_json=True, as_tsv=False, data={"all": 1})
    assert json.loads(capsys.readouterr().out) == {"all": 1}


def test_details_stand_below_what_they_belong_to() -> None:
    assert below(Text("id"), Text("x"), None, Text(""), Text("y")).plain == "id\nx  y"
    assert below(Text("id"), None).plain == "id"
