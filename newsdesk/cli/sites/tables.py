"""What `newsdesk site` shows: proposals, and what checks found."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from newsdesk.answers.kit.checking import Checked
from newsdesk.answers.kit.summary import Row
from newsdesk.answers.kit.trying import Tried
from newsdesk.cli.terminal.console import shown
from newsdesk.cli.terminal.listing import below, entry
from newsdesk.cli.terminal.marks import mark

_WIDEST_NAME = 26
_WIDEST = 42
"""Columns of a terminal of 80: those, the counts and the gaps."""


def proposal_table(rows: Sequence[Row], heading: str, pages: str) -> Table:
    """Fields or lists: where, on how many pages, and an example."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(heading, overflow="fold", max_width=_WIDEST_NAME)
    table.add_column("Where, and an example", overflow="fold", max_width=_WIDEST)
    table.add_column(pages, justify="right")
    for row in rows:
        where = shown(row.where, "cyan")
        if not row.sure and row.runner_up:
            where = below(where, shown(f"or {row.runner_up}", "dim"))
        elif row.example:
            where = below(where, shown(_short(row.example), "dim"))
        table.add_row(shown(row.what), where, _support(row))
    return table


def _support(row: Row) -> Text:
    if not row.of:
        return Text("–", style="dim")
    words = f"{row.support} of {row.of}"
    return Text(words, "green") if row.sure else Text(f"! {words}", "yellow")


def _short(text: str) -> str:
    """The beginning of a text, as much as fits into a line of the table."""
    fitting = set_cell_size(text, _WIDEST - 1).rstrip()
    return text if cell_len(text) <= _WIDEST else f"{fitting}…"


def tried_sentence(tried: Tried) -> str:
    """What the pages give when they are read by the proposal."""
    names = {"published_at": "time"}
    right = ", ".join(
        f"{names.get(name, name)} {tried.right[name]} of {number}"
        for name, number in tried.of.items()
    )
    return f"Read by this file, {tried.read} of {tried.pages} pages give an article: {right}."


def check_lines(found: Checked) -> Group:
    """A site that was checked: its state, and below it what is wrong."""
    head = Text.assemble(
        mark("ok" if found.is_sound else "failed"),
        f"  {found.site}",
        (f"  {found.read} of {found.articles} articles read, {found.lists} lists", "dim"),
    )
    lines: list[RenderableType] = [
        entry(
            shown(f"{each.what} {each.place}", "cyan"),
            f"nothing on {each.missed} of {each.of} pages",
            Text("\n").join(
                [
                    *([shown(f"likely now: {each.likely}")] if each.likely else []),
                    shown(each.page, "dim"),
                ]
            ),
        )
        for each in found.missed
    ]
    lines += [shown(sentence) for sentence in found.problems]
    return Group(head, *(Padding(line, (0, 0, 0, 2)) for line in lines))
