"""`newsdesk schedules`: what runs when, and an operator's changes over the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import out, print_json, print_rows, say, say_warning, shown
from newsdesk.cli.terminal.options import AsJson

if TYPE_CHECKING:
    from schedules.timetable.schedule import Schedule

app = typer.Typer(
    help="See what runs when; pause, change and start schedules.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
Name = Annotated[str, typer.Argument(help="A schedule.", metavar="SCHEDULE")]
Note = Annotated[str | None, typer.Option(help="Why, for whoever reads it later.", metavar="TEXT")]
SHOWN_TIMES = 5


@app.command("list", epilog="[bold]Example[/]  newsdesk schedules list --json")
def list_(
    json: AsJson = False,
) -> None:
    """List the schedules in force: when they fire, next and last, and what an operator changed."""
    from newsdesk.answers.operations.night import opened_night, schedules_in_force
    from pipelines import clock
    from pipelines.config import load_settings

    settings = load_settings()
    with opened_night(settings) as night:
        schedules = schedules_in_force(settings, night)
        last = {name: night.slots.last(name) for name in schedules}
    now = clock.now()
    rows = [
        data(schedule, now, 1) | {"last": last[name][0] if last[name] else None}
        for name, schedule in schedules.items()
    ]
    show_list(rows, as_json=json)


@app.command("next", epilog="[bold]Example[/]  newsdesk schedules next guancha-night")
def next_(
    schedule: Annotated[
        str | None, typer.Argument(help="A schedule; all if left out.", metavar="SCHEDULE")
    ] = None,
    json: AsJson = False,
) -> None:
    """Show the next five times of a schedule, or of all, in Beijing time."""
    from newsdesk.answers.operations.night import named, opened_night, schedules_in_force
    from pipelines import clock
    from pipelines.config import load_settings

    settings = load_settings()
    with opened_night(settings) as night:
        schedules = schedules_in_force(settings, night)
    chosen = [named(schedules, schedule)] if schedule else [*schedules.values()]
    show_times([data(each, clock.now(), SHOWN_TIMES) for each in chosen], as_json=json)


@app.command(epilog="[bold]Example[/]  newsdesk schedules check my-schedules.toml")
def check(
    file: Annotated[Path, typer.Argument(help="A schedules file.", metavar="FILE")],
    json: AsJson = False,
) -> None:
    """Check a schedules file before it is used: every mistake by line and key, else the times."""
    from crawler.sites import site_names
    from newsdesk.answers.sites import check_arguments
    from pipelines import clock
    from schedules.timetable.file import read_schedules

    schedules = read_schedules(file, site_names()).schedules
    for schedule in schedules.values():
        check_arguments([schedule.site], dict(schedule.arguments))
    show_times([data(each, clock.now(), SHOWN_TIMES) for each in schedules.values()], as_json=json)
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

    moment = read_moment(until, "--until") if until else None
    decide(schedule, enabled=False, paused_until=moment, note=note)
    say(f"{schedule} is paused" + (f" until {beijing(moment)}." if moment else "."))


@app.command(epilog="[bold]Example[/]  newsdesk schedules resume sina-day")
def resume(schedule: Name) -> None:
    """Let a paused schedule fire again. What was due meanwhile is not made up for."""
    decide(schedule, enabled=True, paused_until=None)
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
    from newsdesk.answers.operations.night import named, opened_night, schedules_in_force
    from newsdesk.answers.sites import check_arguments
    from newsdesk.exceptions import BadChange
    from pipelines.config import load_settings
    from schedules.timetable.catalogue import checked_arguments, checked_change

    if reset:
        decide(schedule, enabled=True, paused_until=None, arguments=None, changes=None, note=note)
        say(f"{schedule} is again as the file says.")
        return
    settings = load_settings()
    with opened_night(settings) as night:
        current = named(schedules_in_force(settings, night), schedule)
        kept = night.schedules.decided().get(schedule, {})
    fields: dict[str, Any] = {}
    try:
        if set_:
            new = dict(checked_change(current, text) for text in set_)
            fields["changes"] = {**(kept.get("changes") or {}), **new}
        if argument:
            given = dict(text.split("=", 1) for text in argument if "=" in text)
            fields["arguments"] = {**current.arguments, **checked_arguments(given)}
    except ValueError as error:
        raise BadChange(f"{schedule}: {error}") from None
    if not fields:
        raise BadChange(
            "Nothing to change: give --set KEY=VALUE, --argument NAME=VALUE or --reset."
        )
    check_arguments([current.site], dict(fields.get("arguments", {})))
    decide(schedule, **fields, note=note)
    say(f"{schedule} is changed: newsdesk schedules list shows it.")


@app.command(epilog="[bold]Example[/]  newsdesk schedules run guancha-night")
def run(schedule: Name, json: AsJson = False) -> None:
    """Ask the service to run a schedule's job now, apart from its due times."""
    from newsdesk.answers.operations.night import named, opened_night, schedules_in_force, services
    from pipelines import clock
    from pipelines.config import load_settings

    settings = load_settings()
    with opened_night(settings) as night:
        chosen = named(schedules_in_force(settings, night), schedule)
        job = night.jobs.create(
            chosen.site,
            clock.now(),
            arguments=chosen.arguments,
            schedule=chosen.name,
            attempt=1,
            priority=chosen.priority + 1,
            deadline_seconds=int(chosen.deadline.total_seconds()),
        )
        alone = not services(night)
    if json:
        print_json({"job": job})
    else:
        out.print(job, soft_wrap=True)
    if alone:
        say_warning("No service runs: the job waits until `newsdesk up` is started.")
    else:
        say(f"It begins as soon as {chosen.site} is free: newsdesk jobs show {job}")


def decide(schedule: str, **fields: object) -> None:
    """Write an operator's decision. Raises: NoSuchSchedule, StorageError."""
    from newsdesk.answers.operations.night import named, opened_night, operator, schedules_in_force
    from pipelines import clock
    from pipelines.config import load_settings

    settings = load_settings()
    with opened_night(settings) as night:
        named(schedules_in_force(settings, night), schedule)
        night.schedules.change(schedule, clock.now(), operator(), **fields)


def data(schedule: Schedule, now: datetime, number: int) -> dict[str, Any]:
    """A schedule as plain values."""
    fires = schedule.fires(now)
    after = max(now, schedule.paused_until) if schedule.paused_until else now
    return {
        "schedule": schedule.name,
        "site": schedule.site,
        "when": schedule.words,
        "zone": schedule.zone.key,
        "next": schedule.next_times(after, number) if fires or schedule.paused_until else [],
        "fires": fires,
        "paused_until": schedule.paused_until,
        "arguments": dict(schedule.arguments),
        "priority": schedule.priority,
        "changed": list(schedule.changed),
        "note": schedule.note,
    }


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
