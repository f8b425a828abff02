"""`newsdesk hosts`: which sites and hosts are left alone, until when, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table

from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import out, print_json, print_rows, say, shown
from newsdesk.cli.terminal.options import AsJson
from pipelines import clock

EXAMPLES = """[bold]Examples[/]

newsdesk hosts

newsdesk hosts --forget sina   [dim]# the site is well again: let the next crawl ask[/]"""


def hosts(
    forget: Annotated[
        str | None,
        typer.Option(help="Let the next crawl of this site ask at once.", metavar="SITE"),
    ] = None,
    json: AsJson = False,
) -> None:
    """Show how sites and their hosts stand with us: pauses, walls, breakers, the night's requests.

    A crawl leaves alone what asked for a pause, turned it away or did not answer.
    """
    from newsdesk.answers.sites import load_site
    from pipelines.config import load_settings
    from pipelines.storage.memory.hosts import HostOverview
    from pipelines.storage.queries import opened

    if forget is not None:
        load_site(forget)
    with opened(load_settings()) as database:
        overview = HostOverview(database)
        freed = overview.forget(forget) if forget else 0
        found = overview.list(forget)
    if json:
        print_json(found)
    elif out.is_terminal:
        out.print(_table(found))
    else:
        print_rows(_row(document) for document in found)
    if forget:
        say(f"{forget}: {freed} of them may be asked again." if freed else f"{forget} was free.")
    elif not found:
        say("Nothing is known yet: crawls write it down.")


def _row(document: Mapping[str, Any]) -> Sequence[str]:
    whole = document["host"] is None
    until = document.get("come_back_at" if whole else "open_until")
    if until is None or until < clock.now():
        until = None
    why = document.get("come_back_why" if whole else "reason") if until else None
    requests = f"{document.get('requests', 0)} since noon of {document['night']}" if whole else ""
    return document["_id"], beijing(until) or "", why or "", requests


def _table(found: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("Site or host", "Left alone until (Beijing)", "Why", "Requests", box=box.SIMPLE)
    for document in found:
        table.add_row(*map(shown, _row(document)))
    return table
