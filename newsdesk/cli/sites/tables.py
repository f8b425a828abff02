"""What `newsdesk site` shows: proposals, and what checks found."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from newsdesk.answers.kit.checking import Checked
from newsdesk.answers.kit.summary import Row
from newsdesk.answers.kit.trying import Tried
from newsdesk.cli.terminal.console import shown
from newsdesk.cli.terminal.listing import below
from newsdesk.cli.terminal.marks import mark

_LONGEST_EXAMPLE = 40


def proposal_table(rows: Sequence[Row], heading: str, pages: str) -> Table:
    """Fields or lists: where, on how many pages, and an example."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(heading, overflow="fold", max_width=30)
    table.add_column("Where", overflow="fold", max_width=32)
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
    return text if len(text) <= _LONGEST_EXAMPLE else f"{text[: _LONGEST_EXAMPLE - 1]}…"


def tried_sentence(tried: Tried) -> str:
    """What the pages give when they are read by the proposal."""
    names = {"published_at": "time"}
    right = ", ".join(
        f"{names.get(name, name)} {tried.right[name]} of {number}"
        for name, number in tried.of.items()
    )
    return f"Read by this file, {tried.read} of {tried.pages} pages give an article: {right}."


def check_table(found: Sequence[Checked]) -> Table:
    """A row for each site that was checked."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("Site")
    table.add_column("State")
    table.add_column("Articles", justify="right")
    table.add_column("What is wrong", overflow="fold")
    for each in found:
        wrong = [*each.problems, *(missed.sentence for missed in each.missed)]
        table.add_row(
            shown(each.site),
            mark("ok" if each.is_sound else "failed"),
            f"{each.read} of {each.articles}",
            Text("\n").join(shown(sentence) for sentence in wrong) if wrong else shown(None),
        )
    return table
