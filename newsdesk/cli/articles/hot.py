"""`newsdesk hot`: what a site's hot lists show, now or at a time."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import out, print_json, print_rows, say, shown
from newsdesk.cli.terminal.options import AsJson

EXAMPLES = """[bold]Examples[/]

newsdesk hot guancha

newsdesk hot guancha --at 2026-03-02T08:00 --json"""


def hot(
    site: Annotated[str, typer.Argument(help="The site.", metavar="SITE")],
    at: Annotated[
        str | None,
        typer.Option(help="As they were then (Beijing); else as last seen.", metavar="TIME"),
    ] = None,
    json: AsJson = False,
) -> None:
    """Show a site's hot lists: rank, headline, comments, and since when an article stands there.

    What is known is what crawls have seen: between two of them a list stands still.
    """
    from newsdesk.answers.articles.stored import hot_lists_of
    from newsdesk.answers.moments import read_moment
    from pipelines.config import load_settings

    moment = read_moment(at, "--at") if at else None
    found = hot_lists_of(load_settings(), site, moment)
    if json:
        print_json(found)
    elif not out.is_terminal:
        names = ("source", "rank", "article", "title", "comment_count", "at")
        print_rows([[_plain(each[name]) for name in names] for each in found])
    else:
        for source, lines in groupby(found, key=lambda each: each["source"]):
            out.print(_table(str(source), list(lines)))
    if not found:
        say(f"No hot list of {site} was seen{' by then' if at else ' yet'}: newsdesk crawl {site}")


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _table(source: str, lines: list[dict[str, object]]) -> Table:
    table = Table(title=source, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for heading in ("Rank", "Comments", "Reads"):
        table.add_column(heading, justify="right")
    for heading in ("Title", "Article", "So since"):
        table.add_column(heading, overflow="fold")
    for line in lines:
        table.add_row(
            shown(line["rank"]),
            shown(line["comment_count"]),
            shown(line["read_count"]),
            shown(line["title"]),
            shown(line["article"], "cyan"),
            shown(beijing(line["at"])),  # type: ignore[arg-type]
        )
    return table
