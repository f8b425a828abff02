"""`newsdesk plan`: what a number of sites takes, in machines and on disks."""

from __future__ import annotations

from typing import Annotated

import attrs
import typer
from rich import box
from rich.table import Table

from newsdesk.cli.terminal.console import out, print_json, shown
from newsdesk.cli.terminal.options import AsJson

EXAMPLES = """[bold]Examples[/]

newsdesk plan --sites 300 --years 3

newsdesk plan --sites 50 --articles 200 --visits 144   [dim]# busy sites, each ten minutes[/]"""


def plan(
    sites: Annotated[int, typer.Option(min=1, help="Sites that are crawled.", metavar="N")],
    articles: Annotated[
        float, typer.Option(min=0, help="New articles of each site a day.", metavar="N")
    ] = 30.0,
    visits: Annotated[
        float, typer.Option(min=0, help="Crawls of each site a day.", metavar="N")
    ] = 24.0,
    lists: Annotated[
        float, typer.Option(min=0, help="List pages of each crawl.", metavar="N")
    ] = 2.0,
    looks: Annotated[
        float, typer.Option(min=0, help="Times an article is asked for again.", metavar="N")
    ] = 2.0,
    pause: Annotated[
        float, typer.Option(min=0, help="Seconds between two requests to a site.", metavar="N")
    ] = 1.0,
    years: Annotated[
        float, typer.Option(min=0, help="Years that all of it is kept.", metavar="N")
    ] = 1.0,
    json: AsJson = False,
) -> None:
    """Say what collecting so many sites takes: cores, memory, gigabytes, shards.

    Computed from figures that were measured once; docs/scale.md says how, and what to measure on
    machines of your own.
    """
    from newsdesk.answers.plan import Workload, facts, planned

    work = Workload(
        sites=sites,
        articles=articles,
        visits=visits,
        lists=lists,
        looks=looks,
        pause=pause,
        years=years,
    )
    found = planned(work)
    if json:
        print_json(attrs.asdict(found))
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    for name, value in facts(found):
        table.add_row(shown(name), shown(value, "cyan"))
    out.print(table)
