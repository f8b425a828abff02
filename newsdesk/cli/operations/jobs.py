"""`newsdesk jobs`: what ran, what runs, and why it ended as it did."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from newsdesk.answers.crawls import outcomes
from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import fail, out, print_json, print_rows, say, shown
from newsdesk.cli.terminal.marks import mark
from newsdesk.cli.terminal.options import AsJson

app = typer.Typer(
    help="List jobs, look into one, cancel it or run it again.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
Job = Annotated[str, typer.Argument(help="A job's id.", metavar="JOB")]
OPEN = frozenset({"pending", "running"})
FOLLOW_SECONDS = 0.5
MAX_LISTED = 1000
COUNTED = ("found", "new", "revised", "unreadable", "failed")


@app.command("list", epilog="[bold]Example[/]  newsdesk jobs list --site sina --state failed")
def list_(
    site: Annotated[str | None, typer.Option(help="Only this site's.", metavar="SITE")] = None,
    state: Annotated[
        str | None, typer.Option(help="Only those in this state.", metavar="STATE")
    ] = None,
    limit: Annotated[
        int, typer.Option(help="How many at most.", min=1, max=MAX_LISTED, metavar="N")
    ] = 20,
    json: AsJson = False,
) -> None:
    """List jobs, the newest first, with what they brought in; running ones as they are now."""
    from typing import get_args

    from newsdesk.answers.night import opened_night
    from newsdesk.exceptions import UnknownState
    from pipelines.config import load_settings
    from schedules.job import JobState

    known: tuple[JobState, ...] = get_args(JobState)
    states = [each for each in known if each == state]
    if state is not None and not states:
        raise UnknownState(f"There is no state {state!r}: choose from {', '.join(known)}.")
    with opened_night(load_settings()) as night:
        jobs = night.jobs.list(limit, site=site, states=states)
    if json:
        print_json(jobs)
    elif not out.is_terminal:
        print_rows(job_row(job) for job in jobs)
    else:
        out.print(jobs_table(jobs))


@app.command(epilog="[bold]Example[/]  newsdesk jobs show sina-20260302T190000-sina-night")
def show(job: Job, json: AsJson = False) -> None:
    """Show all that is known of a job: its verdict, each problem with its evidence, its figures."""
    from newsdesk.answers.night import known_job, opened_night
    from pipelines.config import load_settings

    with opened_night(load_settings()) as night:
        record = known_job(night, job)
    if json:
        print_json(record)
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in facts(record).items():
        if value not in (None, "", {}):
            grid.add_row(label, value if isinstance(value, Text) else shown(value, lines=True))
    out.print(grid)


@app.command(epilog="[bold]Example[/]  newsdesk jobs log sina-20260302T190000-sina-night -f")
def log(
    job: Job,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until the job has ended.")
    ] = False,
) -> None:
    """Print a job's log. It lies on the machine that ran the job. Passwords are masked."""
    from newsdesk.answers.night import known_job, opened_night
    from pipelines.config import load_settings
    from schedules.jobs.figures import masked

    settings = load_settings()
    with opened_night(settings) as night:
        record = known_job(night, job)
        path = Path(record.get("log_file") or settings.jobs_dir / f"{job}.log")
        if not path.is_file() and not follow:
            where = record.get("host") or "another machine"
            raise fail(f"There is no log {path} here: the job ran on {where}, or it was pruned.")
        position = 0
        while True:
            ended = not follow or known_job(night, job)["state"] not in OPEN
            if path.is_file():
                with path.open("rb") as file:
                    file.seek(position)
                    text = file.read()
                position += len(text)
                out.file.write(masked(text.decode(errors="replace")))
                out.file.flush()
            if ended:
                break
            time.sleep(FOLLOW_SECONDS)


@app.command(epilog="[bold]Example[/]  newsdesk jobs cancel sina-20260302T190000-sina-night")
def cancel(job: Job) -> None:
    """Stop a job: what is under way is finished and kept. One that waits never begins."""
    from newsdesk.answers.night import known_job, opened_night, operator
    from pipelines import clock
    from pipelines.config import load_settings

    with opened_night(load_settings()) as night:
        record = known_job(night, job)
        if record["state"] not in OPEN:
            raise fail(f"{job} has ended already: {record['state']}.")
        night.jobs.ask_to_stop(job, clock.now(), operator())
    say(f"{job} has been asked to stop: newsdesk jobs show {job}")


@app.command(epilog="[bold]Example[/]  newsdesk jobs retry sina-20260302T190000-sina-night")
def retry(job: Job, json: AsJson = False) -> None:
    """Ask the service to run a job again, with the same site and arguments."""
    from newsdesk.answers.night import known_job, opened_night, services
    from pipelines import clock
    from pipelines.config import load_settings

    with opened_night(load_settings()) as night:
        record = known_job(night, job)
        if record["state"] in OPEN:
            raise fail(f"{job} has not ended yet: {record['state']}.")
        if record["kind"] != "crawl":
            raise fail(f"{job} is no crawl: run newsdesk {record['kind']} again.")
        same = ("arguments", "schedule", "priority", "deadline_seconds")
        fields = {name: record[name] for name in same if record.get(name) is not None}
        new = night.jobs.create(record["site"], clock.now(), attempt=1, **fields)
        alone = not services(night)
    if json:
        print_json({"job": new})
    else:
        out.print(new, soft_wrap=True)
    if alone:
        say("No service runs: the job waits until `newsdesk up` is started.")


def job_row(job: Mapping[str, Any]) -> list[object]:
    """A job as a line for a pipe: id, site, state, created (UTC), seconds, new, reason."""
    counts = job.get("counts") or {}
    took = length(job)
    return [
        job["_id"],
        job.get("site"),
        job["state"],
        job["created_at"].isoformat(),
        round(took.total_seconds()) if took else None,
        counts.get("new"),
        job.get("reason"),
    ]


def jobs_table(jobs: Sequence[Mapping[str, Any]]) -> Table:
    """Jobs with their counts, the newest first."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in ("Job", "State", "Began (Beijing)", "Took"):
        table.add_column(heading, overflow="fold")
    for name in COUNTED:
        table.add_column(name, justify="right")
    for job in jobs:
        counts = job.get("counts") or {}
        table.add_row(
            shown(job["_id"], "cyan"),
            mark(job["state"]),
            shown(beijing(job.get("started_at"))),
            shown(in_short(length(job))),
            *(shown(counts.get(name)) for name in COUNTED),
        )
    return table


def facts(job: Mapping[str, Any]) -> dict[str, object]:
    """What a person wants to know of a job, by label."""
    figures = job.get("figures") or {}
    counts = {f"newsdesk/{name}": value for name, value in (job.get("counts") or {}).items()}
    came = {name: number for name, number in outcomes(counts).items() if number}
    return {
        "Job": job["_id"],
        "State": mark(job["state"]),
        "Reason": job.get("reason"),
        **{
            f"  {problem['kind']}": problem_text(problem)
            for problem in job.get("problems") or ()
            if problem.get("evidence") or problem.get("traceback")
        },
        "Site": job.get("site"),
        "Schedule": job.get("schedule"),
        "Slot": job.get("slot"),
        "Attempt": job.get("attempt"),
        "Arguments": ", ".join(f"{k}={v}" for k, v in (job.get("arguments") or {}).items()),
        "Asked for": beijing(job["created_at"], "%Y-%m-%d %H:%M:%S Beijing time"),
        "Not before": beijing(job.get("not_before"), "%Y-%m-%d %H:%M:%S"),
        "Began": beijing(job.get("started_at"), "%Y-%m-%d %H:%M:%S"),
        "Ended": beijing(job.get("ended_at"), "%Y-%m-%d %H:%M:%S"),
        "Took": in_short(length(job)),
        "Came in": ", ".join(f"{name} {number:,}" for name, number in came.items()),
        "Requests": figures.get("requests"),
        "Answers": listed(figures.get("status_codes")),
        "Retries": figures.get("retries"),
        "Received": megabytes(figures.get("bytes")),
        "Peak memory": megabytes(figures.get("peak_memory")),
        "Fields": ", ".join(f"{k} {v:.0%}" for k, v in (figures.get("filled") or {}).items()),
        "Runner": job.get("runner"),
        "Log": job.get("log_file"),
    }


def problem_text(problem: Mapping[str, Any]) -> str:
    """The evidence of a problem: the page's id, or the traceback."""
    page = (
        f"page {problem['evidence']} in the collection evidence" if problem.get("evidence") else ""
    )
    return "\n".join(filter(None, (page, problem.get("traceback"))))


def listed(counts: Mapping[str, int] | None) -> str:
    """ "200 × 31, 404 × 2"."""
    return ", ".join(f"{name} × {number}" for name, number in (counts or {}).items())


def megabytes(size: object) -> str | None:
    """Bytes as "12.3 MB"."""
    return f"{size / 1024**2:,.1f} MB" if isinstance(size, int) and size else None


def length(job: Mapping[str, Any]) -> timedelta | None:
    """How long a job has taken, or takes by now."""
    began, end = job.get("started_at"), job.get("ended_at") or job.get("updated_at")
    return end - began if began and end else None


def in_short(took: timedelta | None) -> str | None:
    """ "1:02:03"."""
    return str(timedelta(seconds=round(took.total_seconds()))) if took is not None else None
