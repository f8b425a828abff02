"""`newsdesk schedules`: what runs when, and an operator's changes over the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import out, print_json, print_rows, say, say_warning, shown
from newsdesk.cli.terminal.options import AsJson

app = typer.Typer(
    help="See what runs when; pause, change and start schedules.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
Name = Annotated[str, typer.Argument(help="A schedule.", metavar="SCHEDULE")]
Note = Annotated[str | None, typer.Option(help="Why, for whoever reads it later.", metavar="TEXT")]


@app.command("list", epilog="[bold]Example[/]  newsdesk schedules list --json")
def list_(
    json: AsJson = False,
) -> None:
    """List the schedules in force: when they fire, next and last, and what an operator changed."""
    from newsdesk.answers.operations.schedules import schedules_listed
    from pipelines.config import load_settings

    rows = schedules_listed(load_settings())
    show_list(rows, as_json=json)


@app.command("next", epilog="[bold]Example[/]  newsdesk schedules next guancha-night")
def next_(
    schedule: Annotated[
        str | None, typer.Argument(help="A schedule; all if left out.", metavar="SCHEDULE")
    ] = None,
    json: AsJson = False,
) -> None:
    """Show the next five times of a schedule, or of all, in Beijing time."""
    from newsdesk.answers.operations.schedules import next_times
    from pipelines.config import load_settings

    show_times(next_times(load_settings(), schedule), as_json=json)


@app.command(epilog="[bold]Example[/]  newsdesk schedules check my-schedules.toml")
def check(
    file: Annotated[Path, typer.Argument(help="A schedules file.", metavar="FILE")],
    json: AsJson = False,
) -> None:
    """Check a schedules file before it is used: every mistake by line and key, else the times."""
    from newsdesk.answers.operations.schedules import checked_file

    show_times(checked_file(file), as_json=json)
    say(f"{file} is right. To use it: NEWSDESK_SCHEDULES={file}")


@app.command(epilog="[bold]Example[/]  newsdesk schedules pause sina-day --until 2026-03-08")
def pause(
    schedule: Name,
    until: Annotated[
        str | None, typer.Option(help="It fires again from then on by itself.", metavar="TIME")
    ] = None,
    note: Note = None,
) -> None:
    """Stop a schedule from firing. What runs goes on; due times meanwhile are skipped."""
    from newsdesk.answers.moments import read_moment
    from newsdesk.answers.operations.schedules import decide
    from pipelines.config import load_settings

    moment = read_moment(until, "--until") if until else None
    decide(load_settings(), schedule, enabled=False, paused_until=moment, note=note)
    say(f"{schedule} is paused" + (f" until {beijing(moment)}." if moment else "."))


@app.command(epilog="[bold]Example[/]  newsdesk schedules resume sina-day")
def resume(schedule: Name) -> None:
    """Let a paused schedule fire again. What was due meanwhile is not made up for."""
    from newsdesk.answers.operations.schedules import decide
    from pipelines.config import load_settings

    decide(load_settings(), schedule, enabled=True, paused_until=None)
    say(f"{schedule} fires again.")


@app.command(
    epilog="[bold]Example[/]  newsdesk schedules change sina-day --set 'deadline=1 hour' "
    "--argument limit=200"
)
def change(
    schedule: Name,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="KEY=VALUE as in the file; may be repeated.", metavar="KEY=VALUE"
        ),
    ] = None,
    argument: Annotated[
        list[str] | None,
        typer.Option(help="Argument of the crawl; may be repeated.", metavar="NAME=VALUE"),
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Back to what the file says.")] = False,
    note: Note = None,
) -> None:
    """Change a schedule without touching the file; the file's values come back with --reset."""
    from newsdesk.answers.operations.schedules import change_schedule, reset_schedule
    from pipelines.config import load_settings

    if reset:
        reset_schedule(load_settings(), schedule, note)
        say(f"{schedule} is again as the file says.")
    else:
        change_schedule(load_settings(), schedule, set_ or [], argument or [], note)
        say(f"{schedule} is changed: newsdesk schedules list shows it.")


@app.command(epilog="[bold]Example[/]  newsdesk schedules run guancha-night")
def run(schedule: Name, json: AsJson = False) -> None:
    """Ask the service to run a schedule's job now, apart from its due times."""
    from newsdesk.answers.operations.schedules import run_now
    from pipelines.config import load_settings

    chosen, job, served = run_now(load_settings(), schedule)
    if json:
        print_json({"job": job})
    else:
        out.print(job, soft_wrap=True)
    if not served:
        say_warning("No service runs: the job waits until `newsdesk up` is started.")
    else:
        say(f"It begins as soon as {chosen.site} is free: newsdesk jobs show {job}")


def show_list(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """The schedules as a table, as lines for a pipe, or as JSON."""
    if as_json:
        print_json(rows)
    elif not out.is_terminal:
        print_rows(
            [row["schedule"], row["site"], row["when"], row["next"][0].isoformat() if row["next"]
             else None, row["last"]["state"] if row["last"] else None, " ".join(row["changed"])]
            for row in rows
        )  # fmt: skip
    else:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for heading in ("Schedule", "When", "Next (Beijing)", "Last", "Changed"):
            table.add_column(heading, overflow="fold")
        for row in rows:
            last = row["last"]
            state = Text("paused", style="yellow") if not row["fires"] else None
            table.add_row(
                shown(row["schedule"], "cyan"),
                shown(row["when"]),
                state or shown(beijing(row["next"][0]) if row["next"] else None),
                shown(f"{beijing(last['due_at'])} {last['state']}" if last else None),
                shown(", ".join(row["changed"])),
            )
        out.print(table)


def show_times(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Each schedule in words with its next times."""
    if as_json:
        print_json(rows)
        return
    for row in rows:
        out.print(Text.assemble((row["schedule"], "cyan"), f"  {row['when']}"))
        for moment in row["next"]:
            out.print(f"  {beijing(moment, '%a %Y-%m-%d %H:%M')}")
