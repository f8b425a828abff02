"""A list in the form that was asked for: a table for people, lines for programs, JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from newsdesk.cli.terminal.console import out, print_json, print_rows

Columns = Mapping[str, Callable[[Any], object]]
"""What a line for a program holds: the name of each field, and how it is read from a row."""


def field(name: str) -> Callable[[Mapping[str, Any]], object]:
    """Reads a field of a document; None where it is absent."""
    return lambda row: row.get(name)


def show_list(
    rows: Sequence[Any],
    columns: Columns,
    table: Callable[[Sequence[Any]], RenderableType],
    *,
    as_json: bool,
    as_tsv: bool,
    data: object = None,
) -> None:
    """Prints rows. data: the JSON, if that is not the rows themselves."""
    if as_json:
        print_json(rows if data is None else data)
    elif as_tsv or not out.is_terminal:
        names = [tuple(columns)] if as_tsv else []
        print_rows([*names, *([_plain(read(row)) for read in columns.values()] for row in rows)])
    elif rows:
        out.print(table(rows))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def below(first: Text, *details: Text | None) -> Text:
    """Returns a cell of two lines: what it is, and details below it."""
    known = [each for each in details if each]
    return Text("\n").join([first, Text("  ").join(known)]) if known else first


def entry(name: Text, facts: str, text: Text) -> RenderableType:
    """Returns a name with facts beside it and a text below, for what is too wide for a table."""
    head = Text.assemble(name, "  ", (facts, "dim"))
    return Group(head, Padding(text, (0, 0, 0, 2))) if text else head
