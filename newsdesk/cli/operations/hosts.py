"""`newsdesk hosts`: which sites and hosts are left alone, until when, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table

from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import say, shown
from newsdesk.cli.terminal.listing import Columns, below, field, show_list
from newsdesk.cli.terminal.options import AsJson, AsTsv
from newsdesk.cli.terminal.settings import settings_in_use

EXAMPLES = """[bold]Examples[/]

newsdesk hosts

newsdesk hosts --forget sina   [dim]# the site is well again: let the next crawl ask[/]"""


def hosts(
    forget: Annotated[
        str | None,
        typer.Option(help="Let the next crawl of this site ask at once.", metavar="SITE"),
    ] = None,
    json: AsJson = False,
    tsv: AsTsv = False,
) -> None:
    """Show how sites and their hosts stand with us: pauses, walls, breakers, the night's requests.

    A crawl leaves alone what asked for a pause, turned it away or did not answer.
    """
    from newsdesk.answers.operations.hosts import forget_site, hosts_listed

    settings = settings_in_use()
    freed, found = forget_site(settings, forget) if forget else (0, hosts_listed(settings))
    show_list(found, COLUMNS, hosts_table, as_json=json, as_tsv=tsv)
    if forget:
        say(f"{forget}: {freed} of them may be asked again." if freed else f"{forget} was free.")
    elif not found:
        say("Nothing is known yet: crawls write it down.")


def _left_alone(document: Mapping[str, Any]) -> tuple[datetime | None, str | None]:
    from newsdesk.answers.operations.hosts import left_alone_until

    return left_alone_until(document) or (None, None)


COLUMNS: Columns = {
    "host": field("_id"),
    "left_alone_until": lambda document: _left_alone(document)[0],
    "why": lambda document: _left_alone(document)[1],
    "requests": field("requests"),
    "night": field("night"),
}


def hosts_table(found: Sequence[Mapping[str, Any]]) -> Table:
    """Lists sites and hosts: until when each is left alone, why, and the night's requests."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("Site or host", no_wrap=True)
    table.add_column("Left alone until (Beijing), why", overflow="fold")
    table.add_column("Requests since noon", justify="right")
    for document in found:
        until, why = _left_alone(document)
        requests = f"{document.get('requests', 0):,} of {document['night']}"
        table.add_row(
            shown(document["_id"], "cyan"),
            below(shown(beijing(until)), shown(why, "dim") if why else None),
            shown(requests if document["host"] is None else None),
        )
    return table
