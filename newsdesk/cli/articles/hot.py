"""`newsdesk hot`: what a site's hot lists show, now or at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table

from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import say, shown
from newsdesk.cli.terminal.listing import Columns, below, field, show_list
from newsdesk.cli.terminal.options import AsJson, AsTsv
from newsdesk.cli.terminal.settings import settings_in_use

EXAMPLES = """[bold]Examples[/]

newsdesk hot guancha

newsdesk hot guancha --at 2026-03-02T08:00 --json"""

COLUMNS: Columns = {
    name: field(name) for name in ("source", "rank", "article", "title", "comment_count", "at")
}
COUNTS = {"comment_count": "Comments", "read_count": "Reads"}


def hot(
    site: Annotated[str, typer.Argument(help="The site.", metavar="SITE")],
    at: Annotated[
        str | None,
        typer.Option(help="As they were then (Beijing); else as last seen.", metavar="TIME"),
    ] = None,
    json: AsJson = False,
    tsv: AsTsv = False,
) -> None:
    """Show a site's hot lists: rank, headline, comments, and since when an article stands there.

    What is known is what crawls have seen: between two of them a list stands still.
    """
    from newsdesk.answers.articles.stored import hot_lists_of
    from newsdesk.answers.moments import read_moment

    moment = read_moment(at, "--at") if at else None
    found = hot_lists_of(settings_in_use(), site, moment)
    show_list(found, COLUMNS, _tables, as_json=json, as_tsv=tsv)
    if not found and at:
        say(f"No hot list of {site} was seen by then: name a later time, or none for the last.")
    elif not found:
        say(f"No hot list of {site} was seen yet: newsdesk crawl {site}")


def _tables(found: Sequence[Mapping[str, Any]]) -> RenderableType:
    lists = groupby(found, key=lambda each: str(each["source"]))
    return Group(*(_table(source, [*lines]) for source, lines in lists))


def _table(source: str, lines: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title=source, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("Rank", justify="right")
    table.add_column("Title, article, there since (Beijing)", overflow="fold")
    counted = [name for name in COUNTS if any(line[name] is not None for line in lines)]
    for name in counted:
        table.add_column(COUNTS[name], justify="right")
    for line in lines:
        about = shown(line["article"], "cyan"), shown(beijing(line["at"]), "dim")
        numbers = (shown(line[name]) for name in counted)
        table.add_row(shown(line["rank"]), below(shown(line["title"]), *about), *numbers)
    return table
