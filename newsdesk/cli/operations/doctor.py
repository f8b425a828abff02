"""`newsdesk doctor`: a table of what is well, what is not, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import attrs
import typer
from rich import box
from rich.table import Table
from rich.text import Text

from newsdesk.answers.moments import stamp
from newsdesk.cli.terminal.console import (
    EXIT_FAILED,
    EXIT_USAGE,
    err,
    fail,
    out,
    print_json,
    say,
    shown,
)
from newsdesk.cli.terminal.options import AsJson
from newsdesk.cli.terminal.progress import stages_bar
from newsdesk.cli.terminal.settings import settings_in_use
from newsdesk.doctor.check import Check, CheckState

if TYPE_CHECKING:
    from newsdesk.answers.upkeep.soundness import Finding
    from pipelines.config import Settings

EXAMPLES = """[bold]Examples[/]

newsdesk doctor --json

newsdesk doctor --deep --mend"""
SIGNS = {"ok": ("✓", "green"), "note": ("·", "dim"), "warn": ("!", "yellow"), "fail": ("✗", "red")}


def doctor(
    json: AsJson = False,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="Look through all that is stored: does it fit together?"),
    ] = False,
    mend: Annotated[
        bool, typer.Option("--mend", help="With --deep: mend what can be mended.")
    ] = False,
    archive: Annotated[
        bool,
        typer.Option("--archive", help="With --deep: all pages in the archive, not a sample."),
    ] = False,
) -> None:
    """Check all that a night needs, and say what to do. Exit code 1 if something is broken.

    ✓ well   · not there, not needed   ! works, but look at it   ✗ broken
    """
    from newsdesk.doctor.all import all_checks

    if (mend or archive) and not deep:
        raise fail("--mend and --archive say how to look deeper: add --deep", EXIT_USAGE)
    settings = settings_in_use()
    if deep:
        _look_deep(settings, json=json, mend=mend, whole_archive=archive)
        return
    with err.status("Looking ...", spinner="dots"):
        checks = list(all_checks(settings))
    if json:
        print_json([attrs.asdict(check) for check in checks])
    else:
        out.print(doctor_table(checks))
    if any(check.state == "fail" for check in checks):
        raise typer.Exit(EXIT_FAILED)


def _look_deep(settings: Settings, *, json: bool, mend: bool, whole_archive: bool) -> None:
    """Shows what does not fit together in the database, and what was done about it."""
    from newsdesk.answers.upkeep.soundness import interrupted_at, looked_deep

    before = interrupted_at(settings, mend=mend, whole_archive=whole_archive)
    if before is not None:
        say(f"Going on where it was interrupted at {stamp(before)}.")
    with stages_bar() as progress:
        found = list(looked_deep(settings, progress, mend=mend, whole_archive=whole_archive))
    if json:
        print_json([attrs.asdict(each) | {"left": each.left} for each in found])
    else:
        out.print(_faults_table(found))
    if any(each.left for each in found if each.state == "fail"):
        raise typer.Exit(EXIT_FAILED)
    say("All that is stored fits together.")


def _faults_table(found: Sequence[Finding]) -> Table:
    """Shows each kind of fault: how many, the first of them, what was done or is to be done."""
    checks = []
    for each in found:
        state: CheckState = "ok" if each.state == "fail" and not each.left else each.state
        lines = [f"{each.says}: {each.count:,}"]
        if each.examples:
            lines.append(f"as {', '.join(each.examples[:3])}")
        if each.mended:
            lines.append(f"{each.mends}: {each.mended:,}")
        todo = each.todo if each.left else ""
        checks.append(Check(name=each.name, state=state, found="; ".join(lines), todo=todo))
    return doctor_table(checks)


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
