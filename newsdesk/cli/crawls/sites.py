"""`newsdesk sites`: the sites that can be crawled, and the lists of each."""

from __future__ import annotations

from rich import box
from rich.table import Table
from rich.text import Text

from newsdesk.cli.terminal.console import out, print_json, print_rows, shown
from newsdesk.cli.terminal.options import AsJson

EXAMPLES = "[bold]Example[/]  newsdesk sites --json"


def sites(
    json: AsJson = False,
) -> None:
    """List the sites and their lists: the names that `crawl --sections` takes."""
    from newsdesk.answers.sites import lists_of_sites

    rows = lists_of_sites()
    if json:
        print_json(rows)
    elif not out.is_terminal:
        print_rows([list(row.values()) for row in rows])
    else:
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
        out.print(table)
