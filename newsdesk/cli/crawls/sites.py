"""`newsdesk sites`: the sites that can be crawled, and the lists of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from newsdesk.cli.terminal.console import shown
from newsdesk.cli.terminal.listing import Columns, field, show_list
from newsdesk.cli.terminal.options import AsJson, AsTsv

EXAMPLES = "[bold]Example[/]  newsdesk sites --json"
COLUMNS: Columns = {
    name: field(name) for name in ("site", "title", "home", "section", "section_title", "default")
}


def sites(json: AsJson = False, tsv: AsTsv = False) -> None:
    """List the sites and their lists: the names that `crawl --sections` takes."""
    from newsdesk.answers.sites import lists_of_sites

    show_list(lists_of_sites(), COLUMNS, sites_table, as_json=json, as_tsv=tsv)


def sites_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Lists the lists of each site."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in ("Site", "Section", "Title", "Crawled"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        crawled = Text("always", style="green") if row["default"] else Text("if named", "dim")
        table.add_row(
            shown(f"{row['site']} {row['title']}"),
            shown(row["section"], "cyan"),
            shown(row["section_title"]),
            crawled,
        )
    return table
