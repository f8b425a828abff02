"""What is printed is free of what could steer a terminal, by whatever way it is printed."""

from __future__ import annotations

import io
import json
import logging

import pytest
from rich.table import Table
from rich.text import Text

from newsdesk.cli.terminal.console import (
    HarmlessConsole,
    HarmlessFormatter,
    print_json,
    print_log,
    print_rows,
)
from pipelines.text.harmless import escaped_json, harmless

HOSTILE = "a\x1b[31m\x9b2J\u202eb\u2066\u2028c\U000e0041\ud800\x07\rd"
STEERING = set("\x1b\x9b\u202e\u2066\u2028\U000e0041\ud800\x07\r")


def test_lines_are_kept_where_wanted() -> None:
    assert harmless("a\nb\x1b[0m") == "a b[0m"
    assert harmless("a\nb\tc", lines=True) == "a\nb c"
    assert harmless("只有字") == "只有字"


def test_json_means_the_same_and_steers_nothing() -> None:
    text = json.dumps({"title": HOSTILE, "plain": "中文 😀"}, ensure_ascii=False, indent=2)
    assert json.loads(escaped_json(text)) == {"title": HOSTILE, "plain": "中文 😀"}
    assert not STEERING & set(escaped_json(text))
    assert "\\udb40\\udc41" in escaped_json(text)


def test_nothing_that_is_printed_steers(capsys: pytest.CaptureFixture[str]) -> None:
    console = HarmlessConsole(file=io.StringIO(), width=80)
    table = Table(HOSTILE)
    table.add_row(HOSTILE, style="red")
    for each in (HOSTILE, Text(HOSTILE), table):
        console.print(each)
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    print_json({"title": HOSTILE})
    print_rows([[HOSTILE, None]])
    print_log([HOSTILE])
    record = logging.LogRecord("x", 20, "x", 1, "%s", (HOSTILE,), None)
    printed += HarmlessFormatter("%(message)s").format(record) + capsys.readouterr().out
    assert not STEERING & set(printed)
    assert printed.count("a[31m") == 7
