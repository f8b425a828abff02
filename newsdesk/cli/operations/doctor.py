"""`newsdesk doctor`: a table of what is well, what is not, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import typer
from rich import box
from rich.table import Table
from rich.text import Text

from newsdesk.cli.terminal.console import EXIT_FAILED, err, out, print_json, shown
from newsdesk.cli.terminal.options import AsJson
from newsdesk.cli.terminal.settings import settings_in_use
from newsdesk.doctor.check import Check

EXAMPLES = "[bold]Example[/]  newsdesk doctor --json"
SIGNS = {"ok": ("✓", "green"), "note": ("·", "dim"), "warn": ("!", "yellow"), "fail": ("✗", "red")}


def doctor(
    json: AsJson = False,
) -> None:
    """Check all that a night needs, and say what to do. Exit code 1 if something is broken.

    ✓ well   · not there, not needed   ! works, but look at it   ✗ broken
    """
    from newsdesk.doctor.all import all_checks

    settings = settings_in_use()
    with err.status("Looking ...", spinner="dots"):
        checks = list(all_checks(settings))
    if json:
        print_json([attrs.asdict(check) for check in checks])
    else:
        out.print(doctor_table(checks))
    if any(check.state == "fail" for check in checks):
        raise typer.Exit(EXIT_FAILED)


def doctor_table(checks: Sequence[Check]) -> Table:
    """Shows each check with what was found, and below it what to do."""
    table = Table(box=box.SIMPLE_HEAD, show_header=False, show_edge=False, pad_edge=False)
    table.add_column(width=1)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        sign, style = SIGNS[check.state]
        words = shown(check.found, "dim" if check.state == "note" else "")
        if check.todo:
            words = Text.assemble(words, "\n", (shown(check.todo).plain, style))
        table.add_row(Text(sign, style=style), check.name, words)
    return table
