"""`newsdesk status`: one screen that says whether tonight is fine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from newsdesk.answers.moments import beijing
from newsdesk.cli.operations.jobs import brought
from newsdesk.cli.terminal.console import EXIT_FAILED, out, print_json, shown
from newsdesk.cli.terminal.marks import mark, sign
from newsdesk.cli.terminal.options import AsJson
from newsdesk.cli.terminal.settings import settings_in_use
from pipelines.counting import counters

EXAMPLES = """[bold]Example[/]  newsdesk status --json

[bold]Exit codes[/]  0 all is well · 1 something needs you, or no night has run yet"""


def status(json: AsJson = False) -> None:
    """Show whether tonight is fine: the service, what runs, what ran, what is next, what is wrong.

    Exit code 1 if no night has run yet, no service runs, something that was due has not collected,
    or an error goes on.
    """
    from newsdesk.answers.operations.status import status_of

    found = status_of(settings_in_use())
    if json:
        print_json(found)
    else:
        out.print(screen(found))
    if not found["fine"]:
        raise typer.Exit(EXIT_FAILED)


def screen(found: Mapping[str, Any]) -> Group:
    """Lays out the whole screen."""
    parts: list[Any] = [verdict_line(found), services_line(found["services"])]
    if found["engine"] == "celery":
        parts.append(workers_line(found["workers"], found["sent"]))
    parts += [
        Text.assemble(sign(each["severity"]), shown(each["message"])) for each in found["alerts"]
    ]
    told = {alert["message"] for alert in found["alerts"]}
    parts += [
        Text.assemble(sign("error"), shown(each)) for each in found["wrong"] if each not in told
    ]
    if found["spool_bytes"]:
        parts.append(Text(f"! {found['spool_bytes'] / 1024**2:.1f} MB wait in the spool", "yellow"))
    if found["unshipped"]:
        parts.append(unshipped_line(found["unshipped"]))
    parts.append(schedules_table(found["schedules"]))
    running = found["running"]
    if running:
        parts.append(Text("Running", style="bold"))
        parts += [running_line(job) for job in running]
    return Group(*parts)


def unshipped_line(found: Mapping[str, Any]) -> Text:
    """Says what waits for the archive's target, and why."""
    size = f"{found['files']:,} files, {found['bytes'] / 1024**2:.1f} MB, wait to be shipped"
    if not found["error"]:
        return shown(f"· {size}", "dim")
    since = f" (since {beijing(found['since'])})" if found["since"] else ""
    return shown(f"! {size}{since}: {found['error']}", "yellow")


def verdict_line(found: Mapping[str, Any]) -> Text:
    """Says in a word how tonight is."""
    if found["fine"] and found["under_way"]:
        return Text("✓ Tonight is under way, and fine so far.", "bold green")
    if found["fine"]:
        return Text("✓ Tonight is fine.", "bold green")
    if found["begun"] or found["alerts"] or found["wrong"]:
        return Text("✗ Something needs you.", "bold red")
    return Text("· No night has run yet.", "bold yellow")


def services_line(services: Sequence[Mapping[str, Any]]) -> Text:
    """Says which service leads and which stand by."""
    if not services:
        return Text("✗ No service runs: start one with newsdesk up.", style="red")
    first, *others = (f"{each['owner']} {each.get('note') or ''}".strip() for each in services)
    rest = f"; standing by: {', '.join(others)}" if others else ""
    return shown(f"Leading: {first}{rest}", "dim")


def workers_line(workers: Sequence[Mapping[str, Any]], sent: int) -> Text:
    """Says how many workers run, and how much they have to do."""
    if not workers:
        return Text("✗ No worker runs: start one with newsdesk worker.", style="red")
    places = sum((each.get("offers") or {}).get("places") or 0 for each in workers)
    at_work = sum(each["at_work"] for each in workers)
    notes = "; ".join(str(each.get("note") or each["owner"]) for each in workers[:5])
    more = f" and {len(workers) - 5} more" if len(workers) > 5 else ""
    told = f"Workers: {len(workers)} ({notes}{more}). {at_work} of {places} places taken, "
    return shown(f"{told}{sent} jobs at the broker", "dim")


def schedules_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Shows the last and the next run of each schedule."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in ("Schedule", "Last due (Beijing)", "Slot", "Job", "Stored", "Next"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        slot, job = row["slot"] or {}, row["job"] or {}
        table.add_row(
            shown(row["schedule"], "cyan"),
            shown(beijing(slot.get("due_at"))),
            shown(slot.get("state")),
            mark(job["state"]) if job else shown(None),
            shown((job.get("counts") or {}).get(counters.NEW.name)),
            shown(beijing(row["next"])) if row["fires"] else Text("paused", style="yellow"),
        )
    return table


def running_line(job: Mapping[str, Any]) -> Text:
    """Shows a running job with its counters so far."""
    stopping = Text("  stopping", "yellow") if job.get("cancel_at") else Text()
    return Text.assemble("  ", shown(job["_id"], "cyan"), stopping, "  ", brought(job))
