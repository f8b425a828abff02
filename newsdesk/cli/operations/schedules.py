"""`newsdesk schedules`: what runs when, and an operator's changes over the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from newsdesk.answers.moments import beijing
from newsdesk.cli.operations.jobs import brought
from newsdesk.cli.terminal.console import out, print_json, say, say_warning, shown
from newsdesk.cli.terminal.listing import Columns, entry, field, show_list
from newsdesk.cli.terminal.marks import mark
from newsdesk.cli.terminal.options import AsJson, AsTsv
from newsdesk.cli.terminal.settings import settings_in_use
from newsdesk.exceptions import BadChange

app = typer.Typer(
    help="See what runs when; pause, change and start schedules.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
Name = Annotated[str, typer.Argument(help="A schedule.", metavar="SCHEDULE")]
MAX_LISTED = 1000
Note = Annotated[str | None, typer.Option(help="Why, for whoever reads it later.", metavar="TEXT")]


@app.command("list", epilog="[bold]Example[/]  newsdesk schedules list --json")
def list_(json: AsJson = False, tsv: AsTsv = False) -> None:
    """List the schedules in force: when they fire, next and last, and what an operator changed."""
    from newsdesk.answers.operations.schedules import file_mistake, schedules_listed

    settings = settings_in_use()
    mistake = file_mistake(settings)
    if mistake:
        say_warning(mistake)
    rows = schedules_listed(settings)
    show_list(rows, COLUMNS, schedules_page, as_json=json, as_tsv=tsv)


@app.command("next", epilog="[bold]Example[/]  newsdesk schedules next guancha-night")
def next_(
    schedule: Annotated[
        str | None, typer.Argument(help="A schedule; all if left out.", metavar="SCHEDULE")
    ] = None,
    json: AsJson = False,
) -> None:
    """Show the next five times of a schedule, or of all, in Beijing time."""
    from newsdesk.answers.operations.schedules import next_times

    show_times(next_times(settings_in_use(), schedule), as_json=json)


@app.command(epilog="[bold]Example[/]  newsdesk schedules history guancha-night")
def history(
    schedule: Name,
    limit: Annotated[
        int, typer.Option(help="How many at most.", min=1, max=MAX_LISTED, metavar="N")
    ] = 20,
    json: AsJson = False,
    tsv: AsTsv = False,
) -> None:
    """Show the last due times of a schedule: what became of each, and of its job."""
    from newsdesk.answers.operations.schedules import history_of_schedule

    slots = history_of_schedule(settings_in_use(), schedule, limit)
    show_list(slots, SLOT_COLUMNS, slots_page, as_json=json, as_tsv=tsv)
    if not slots:
        say(f"{schedule} has not been due yet.")
    elif not json:
        say(f"Of {len(slots)} due times: {counted(slots)}.")


def counted(slots: Sequence[Mapping[str, Any]]) -> str:
    """ "17 done (15 ok, 2 failed), 2 skipped, 1 missed"."""
    states = Counter(slot["state"] for slot in slots)
    jobs = Counter(slot["ended"]["state"] for slot in slots if slot["ended"])
    ended = ", ".join(f"{number} {state}" for state, number in jobs.most_common())
    return ", ".join(
        f"{number} {state}" + (f" ({ended})" if state == "done" and ended else "")
        for state, number in states.most_common()
    )


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
    from newsdesk.answers.operations.changing import pause_schedule

    moment = read_moment(until, "--until") if until else None
    pause_schedule(settings_in_use(), schedule, moment, note)
    say(f"{schedule} is paused" + (f" until {beijing(moment)}." if moment else "."))


@app.command(epilog="[bold]Example[/]  newsdesk schedules resume sina-day")
def resume(schedule: Name) -> None:
    """Let a paused schedule fire again. What was due meanwhile is not made up for."""
    from newsdesk.answers.operations.changing import resume_schedule

    resume_schedule(settings_in_use(), schedule)
    say(f"{schedule} fires again.")


@app.command(
    epilog="""[bold]Examples[/]

newsdesk schedules change sina-day --set 'deadline=1 hour' --argument limit=200

newsdesk schedules change sina-day --set 'cron=0 6 * * *' --dry-run

newsdesk schedules change sina-day --set 'calendar=every 2 weeks at 03:30 from 2026-01-05'

newsdesk schedules change sina-day --set after=guancha-night"""
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
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; show when it would run.")
    ] = False,
    note: Note = None,
) -> None:
    """Change a schedule without touching the file; the file's values come back with --reset.

    When it runs is set as cron, interval, calendar or after, and one replaces another; a calendar
    names the day that it counts from.
    """
    from newsdesk.answers.operations.changing import (
        change_schedule,
        change_tried,
        reset_schedule,
    )
    from newsdesk.answers.operations.schedules import next_times

    settings = settings_in_use()
    if reset and (set_ or argument):
        raise BadChange("--reset takes all changes back: give --set and --argument after it.")
    if dry_run:
        if reset or argument:
            raise BadChange("--dry-run goes with --set alone: it shows when a schedule would run.")
        show_times([change_tried(settings, schedule, set_ or [])], as_json=False)
        say("Nothing is changed: without --dry-run it would be.")
    elif reset:
        reset_schedule(settings, schedule, note)
        say(f"{schedule} is again as the file says.")
    else:
        change_schedule(settings, schedule, set_ or [], argument or [], note)
        show_times(next_times(settings, schedule), as_json=False)
        say(
            f"{schedule} is changed. Back to the file: newsdesk schedules change {schedule} --reset"
        )


@app.command(epilog="[bold]Example[/]  newsdesk schedules run guancha-night --due 2026-03-02T02:30")
def run(
    schedule: Name,
    due: Annotated[
        str | None,
        typer.Option(help="Run this due time again, as `history` shows it.", metavar="TIME"),
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Only what was published from then on.", metavar="TIME")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            help="Only what was published before. A day is included, all of it.", metavar="TIME"
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Ask the service to run a schedule's job now: apart from its due times, or one of them again.

    With --since and --until it makes up for a span of time.
    """
    from newsdesk.answers.moments import read_moment
    from newsdesk.answers.operations.schedules import run_now

    given = {"since": since, "until": until}
    window = {name: value for name, value in given.items() if value is not None}
    if due is not None and window:
        raise BadChange("Give --due, or --since and --until: a due time has its own span.")
    moment = read_moment(due, "--due") if due else None
    chosen, job, served = run_now(settings_in_use(), schedule, due=moment, window=window)
    if json:
        print_json({"job": job})
    else:
        out.print(job, soft_wrap=True)
    if not served:
        say_warning("No service runs: the job waits until `newsdesk up` is started.")
    else:
        say(f"It begins as soon as {chosen.site} is free: newsdesk jobs show {job}")


COLUMNS: Columns = {
    "schedule": field("schedule"),
    "site": field("site"),
    "when": field("when"),
    "next": lambda row: row["next"][0] if row["next"] else None,
    "last": lambda row: row["last"]["state"] if row["last"] else None,
    "changed": lambda row: " ".join(row["changed"]),
}


def schedules_page(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Shows each schedule with when it fires, and below its next and last due time."""
    entries = []
    for row in rows:
        last, parts = row["last"], [Text("paused", "yellow")] if not row["fires"] else []
        if row["next"]:
            parts.append(Text(f"next {beijing(row['next'][0])} (Beijing)"))
        if last:
            parts.append(Text(f"last {beijing(last['due_at'])}: {last['state']}"))
        if row["changed"]:
            parts.append(Text(f"changed: {', '.join(row['changed'])}", "yellow"))
        if row.get("refused"):
            parts.append(shown(f"changes refused: {row['refused']}", "red"))
        if row["note"]:
            parts.append(shown(row["note"], "dim"))
        entries.append(entry(shown(row["schedule"], "cyan"), row["when"], Text("; ").join(parts)))
    return Group(*entries)


SLOT_COLUMNS: Columns = {
    "due_at": field("due_at"),
    "slot": field("state"),
    "job": field("job"),
    "job_state": lambda slot: (slot["ended"] or {}).get("state"),
    "reason": lambda slot: slot.get("reason") or (slot["ended"] or {}).get("reason"),
    "ended_at": field("ended_at"),
}


def slots_page(slots: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Shows each due time with its job, and below what became of it."""
    entries = []
    for slot in slots:
        job = slot["ended"]
        name = Text.assemble(f"{beijing(slot['due_at'])} (Beijing)  ", mark_slot(slot["state"]))
        ended = slot.get("ended_at")
        if ended and slot["state"] != "missed":  # what was missed ended as it came due
            name.append(f"  {beijing(ended)}", "dim")
        reason = slot.get("reason") or (job or {}).get("reason")
        parts = [Text("  ").join([mark(job["state"]), brought(job)])] if job else []
        parts += [shown(reason, "dim")] if reason else []
        entries.append(entry(name, slot.get("job") or "", Text("\n").join(parts)))
    return Group(*entries)


def mark_slot(state: str) -> Text:
    """Returns a slot's state, in colour if its run is missing."""
    return Text(state, "yellow" if state in {"missed", "skipped"} else "")


def show_times(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Shows each schedule in words with its next times."""
    if as_json:
        print_json(rows)
        return
    for row in rows:
        out.print(Text.assemble((row["schedule"], "cyan"), f"  {row['when']}"))
        times = row["next"]
        if row["fires"] and row["follows"]:
            times = row["follows"]["next"]
            out.print(f"  {row['follows']['schedule']} is next due:")
        for moment in times:
            out.print(f"  {beijing(moment, '%a %Y-%m-%d %H:%M')} (Beijing)")
