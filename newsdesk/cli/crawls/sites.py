"""`newsdesk sites`: the sites that can be crawled, and the lists of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from newsdesk.cli.terminal.console import say_error, shown
from newsdesk.cli.terminal.listing import Columns, below, field, show_list
from newsdesk.cli.terminal.options import AsJson, AsTsv

EXAMPLES = "[bold]Example[/]  newsdesk sites --json"
COLUMNS: Columns = {
    name: field(name)
    for name in (
        *("site", "title", "home", "section", "section_title", "default"),
        *("form", "stands"),
    )
}


def sites(json: AsJson = False, tsv: AsTsv = False) -> None:
    """List the sites and their lists: the names that `crawl --sections` takes.

    Sites stand in the package or in folders of your own, in Python or as a TOML file.
    """
    from newsdesk.answers.sites import broken_sites, lists_of_sites

    show_list(lists_of_sites(), COLUMNS, sites_table, as_json=json, as_tsv=tsv)
    for sentence in broken_sites():
        say_error(sentence)


def sites_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Lists the lists of each site."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in ("Site", "Section", "Title", "Crawled"):
        table.add_column(heading, overflow="fold")
    last = None
    for row in rows:
        crawled = Text("always", style="green") if row["default"] else Text("if named", "dim")
        site = shown(f"{row['site']} {row['title']}")
        if row["site"] != last:
            last = row["site"]
            site = below(site, shown(f"{row['form']}, {row['stands']}", "dim"))
        table.add_row(site, shown(row["section"], "cyan"), shown(row["section_title"]), crawled)
    return table
