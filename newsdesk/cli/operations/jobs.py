"""`newsdesk jobs`: what ran, what runs, and why it ended as it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from newsdesk.answers.crawls.summary import SUMMARY, short_summary
from newsdesk.answers.moments import beijing, stamp
from newsdesk.cli.terminal.console import out, print_json, print_log, say, shown
from newsdesk.cli.terminal.listing import Columns, entry, field, show_list
from newsdesk.cli.terminal.marks import mark
from newsdesk.cli.terminal.options import AsJson, AsTsv
from newsdesk.cli.terminal.settings import settings_in_use
from pipelines.counting import counters
from pipelines.counting.stats import stats_of

app = typer.Typer(
    help="List jobs, look into one, cancel it or run it again.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
Job = Annotated[str, typer.Argument(help="A job's id.", metavar="JOB")]
MAX_LISTED = 1000
COUNTED = short_summary("found", "new", "revised", "unreadable", "failed", "not_recorded")


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
    tsv: AsTsv = False,
) -> None:
    """List jobs, the newest first, with what they brought in; running ones as they are now."""
    from newsdesk.answers.operations.jobs import jobs_listed

    jobs = jobs_listed(settings_in_use(), site=site, state=state, limit=limit)
    show_list(jobs, COLUMNS, jobs_page, as_json=json, as_tsv=tsv)
    if not jobs:
        say("No job was found.")


@app.command(epilog="[bold]Example[/]  newsdesk jobs show sina-20260302T190000-sina-night")
def show(job: Job, json: AsJson = False) -> None:
    """Show all that is known of a job: its verdict, each problem with its evidence, its figures."""
    from newsdesk.answers.operations.jobs import job_named

    record = job_named(settings_in_use(), job)
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
    from newsdesk.answers.operations.jobs import log_of

    print_log(log_of(settings_in_use(), job, follow=follow))


@app.command(epilog="[bold]Example[/]  newsdesk jobs cancel sina-20260302T190000-sina-night")
def cancel(
    job: Job,
    force: Annotated[
        bool,
        typer.Option("--force", help="End it at once: what is under way comes with the next run."),
    ] = False,
) -> None:
    """Stop a job: what is under way is finished and kept. One that waits never begins.

    Until it has ended it is listed as stopping.
    """
    from newsdesk.answers.operations.jobs import stop_job

    stop_job(settings_in_use(), job, force=force)
    say(f"{job} has been asked to stop: newsdesk jobs show {job}")


@app.command(epilog="[bold]Example[/]  newsdesk jobs retry sina-20260302T190000-sina-night")
def retry(job: Job, json: AsJson = False) -> None:
    """Ask the service to run a job again, with the same site and arguments."""
    from newsdesk.answers.operations.jobs import run_again

    new, served = run_again(settings_in_use(), job)
    if json:
        print_json({"job": new})
    else:
        out.print(new, soft_wrap=True)
    if not served:
        say("No service runs: the job waits until `newsdesk up` is started.")


def _state(job: Mapping[str, Any]) -> str:
    from newsdesk.answers.operations.jobs import shown_state

    return shown_state(job)


def _seconds(job: Mapping[str, Any]) -> int | None:
    from newsdesk.answers.operations.jobs import length

    took = length(job)
    return round(took.total_seconds()) if took else None


COLUMNS: Columns = {
    "job": field("_id"),
    "site": field("site"),
    "state": _state,
    "created_at": field("created_at"),
    "seconds": _seconds,
    "new": lambda job: (job.get("counts") or {}).get(counters.NEW.name),
    "reason": field("reason"),
}


def jobs_page(jobs: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Shows each job with its beginning, and below its state and what it brought."""
    from newsdesk.answers.operations.jobs import length

    entries = []
    for job in jobs:
        facts = f"asked for {beijing(job['created_at'])} (Beijing)"
        if job.get("started_at"):
            facts = f"began {beijing(job['started_at'])} (Beijing)"
        took = Text(in_short(length(job)) or "", "dim")
        state = Text("  ").join([mark(_state(job)), took, brought(job)])
        entries.append(entry(shown(job["_id"], "cyan"), facts, state))
    return Group(*entries)


def brought(job: Mapping[str, Any]) -> Text:
    """ "found 30, stored 6, failed 1": what a job has counted so far."""
    stats = stats_of(job.get("counts") or {})
    numbers = [(each.label, each.of(stats)) for each in COUNTED]
    return Text(", ".join(f"{label} {number:,}" for label, number in numbers if number), "dim")


def facts(job: Mapping[str, Any]) -> dict[str, object]:
    """Returns the facts about a job by their labels."""
    from newsdesk.answers.operations.jobs import length

    figures = job.get("figures") or {}
    stats = stats_of(job.get("counts") or {})
    came = {line.label: number for line in SUMMARY if (number := line.of(stats))}
    return {
        "Job": job["_id"],
        "State": mark(_state(job)),
        "Reason": job.get("reason"),
        **{
            f"  {problem['kind']}": problem_text(problem)
            for problem in job.get("problems") or ()
            if problem.get("evidence") or problem.get("traceback")
        },
        "Kind": job["kind"],
        "Site": job.get("site"),
        "Schedule": job.get("schedule"),
        "Slot": job.get("slot"),
        "Attempt": job.get("attempt"),
        "Arguments": ", ".join(f"{k}={v}" for k, v in (job.get("arguments") or {}).items()),
        "Asked for": stamp(job["created_at"]),
        "Not before": stamp(job.get("not_before")),
        "Began": stamp(job.get("started_at")),
        "Ended": stamp(job.get("ended_at")),
        "Took": in_short(length(job)),
        "Came in": ", ".join(f"{label} {number:,}" for label, number in came.items()),
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
    """Returns the evidence of a problem: the page's id, or the traceback."""
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


def in_short(took: timedelta | None) -> str | None:
    """ "1:02:03"."""
    return str(timedelta(seconds=round(took.total_seconds()))) if took is not None else None
