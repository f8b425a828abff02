"""`newsdesk alerts`: what is wrong now, who is told, and whether telling works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import EXIT_FAILED, out, print_json, say, shown
from newsdesk.cli.terminal.listing import Columns, entry, field, show_list
from newsdesk.cli.terminal.marks import SEVERITIES
from newsdesk.cli.terminal.options import AsJson, AsTsv
from newsdesk.cli.terminal.settings import settings_in_use

app = typer.Typer(
    help="See alerts, take note of them, silence them, and try the channels.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@app.command("list", epilog="[bold]Example[/]  newsdesk alerts list --all")
def list_(
    all_: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, metavar="N")] = 50,
    json: AsJson = False,
    tsv: AsTsv = False,
) -> None:
    """List what goes on now, the newest first; how often it was raised, and who took note."""
    from newsdesk.answers.operations.alerts import alerts_listed

    alerts = alerts_listed(settings_in_use(), over=all_, limit=limit)
    show_list(alerts, COLUMNS, alerts_page, as_json=json, as_tsv=tsv)
    if not alerts:
        say("Nothing is wrong that anybody should know of.")


@app.command(epilog="[bold]Example[/]  newsdesk alerts ack 'stale/sina/*'")
def ack(
    alert: Annotated[str, typer.Argument(help="As listed: KIND/SITE/SCHEDULE.", metavar="ALERT")],
) -> None:
    """Take note of an alert: it is not told again until it was over."""
    from newsdesk.answers.operations.alerts import acknowledge

    acknowledge(settings_in_use(), alert)
    say(f"{alert} will not be told again.")


@app.command(epilog="[bold]Example[/]  newsdesk alerts silence '*/sina' --for '2 hours'")
def silence(
    pattern: Annotated[str, typer.Argument(help="KIND/SITE, with * for any.", metavar="KIND/SITE")],
    for_: Annotated[
        str, typer.Option("--for", help="How long; '0 seconds' ends it.", metavar="DURATION")
    ] = "1 hour",
    note: Annotated[
        str | None, typer.Option(help="Why, for whoever reads it later.", metavar="TEXT")
    ] = None,
) -> None:
    """Tell nothing of a kind or a site for a while. Alerts are still kept and listed."""
    from newsdesk.answers.operations.alerts import silence as silence_for

    until = silence_for(settings_in_use(), pattern, for_, note)
    if until is None:
        say(f"{pattern} is told again.")
    else:
        say(f"{pattern} is silent until {beijing(until)} Beijing time.")


@app.command(epilog="[bold]Example[/]  newsdesk alerts silences")
def silences(json: AsJson = False, tsv: AsTsv = False) -> None:
    """List what is silent now, until when, and why."""
    from newsdesk.answers.operations.alerts import silences as silences_now

    found = silences_now(settings_in_use())
    show_list(found, SILENCE_COLUMNS, silences_page, as_json=json, as_tsv=tsv)
    if not found:
        say("Nothing is silent.")


@app.command("test", epilog="[bold]Example[/]  newsdesk alerts test")
def try_channels(json: AsJson = False) -> None:
    """Send a test message to every channel. Exit code 1 if one of them does not take it."""
    from newsdesk.answers.operations.alerts import try_channels as send_test

    deliveries = send_test(settings_in_use())
    if json:
        print_json([{"channel": each.channel, "error": each.error} for each in deliveries])
    for each in deliveries if not json else ():
        sign, style = ("✗", "red") if each.error else ("✓", "green")
        out.print(Text.assemble((f"{sign} ", style), shown(each.channel), f"  {each.error or ''}"))
    if any(each.error for each in deliveries):
        raise typer.Exit(EXIT_FAILED)


@app.command(epilog="[bold]Example[/]  newsdesk alerts check --json")
def check(json: AsJson = False) -> None:
    """See, without a service, whether all that was due has run; tell the channels if not.

    For cron or a systemd timer, best on another machine: it also notices that no service runs.
    Exit code 1 if something did not run.
    """
    from newsdesk.answers.operations.deadman import check_once

    checked = check_once(settings_in_use())
    if json:
        print_json(checked.missing)
    else:
        for sentence in checked.missing.values():
            out.print(Text.assemble(("✗ ", "red"), shown(sentence)))
        if not checked.begun:
            say("No night has run yet.")
        elif not checked.missing:
            say("All that was due has run.")
    if checked.missing:
        raise typer.Exit(EXIT_FAILED)


def _key(alert: Mapping[str, Any]) -> str:
    from newsdesk.answers.operations.alerts import key_of

    return key_of(alert)


COLUMNS: Columns = {
    "alert": _key,
    "severity": field("severity"),
    "since": field("created_at"),
    "times": field("count"),
    "message": field("message"),
}


SILENCE_COLUMNS: Columns = {
    "pattern": field("_id"),
    "until": field("until"),
    "by": field("created_by"),
    "note": field("note"),
}


def silences_page(silences: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Shows each silence with its end, and below who wanted it and why."""
    return Group(
        *(
            entry(
                shown(each["_id"], "cyan"),
                f"until {beijing(each['until'])} (Beijing)",
                shown(": ".join(filter(None, (each["created_by"], each.get("note"))))),
            )
            for each in silences
        )
    )


def alerts_page(alerts: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Shows each alert with its beginning, and below what it says."""
    entries = []
    for alert in alerts:
        style = "dim" if alert.get("resolved_at") else SEVERITIES[alert["severity"]][1]
        facts = [f"since {beijing(alert['created_at'])} (Beijing)"]
        if alert["count"] > 1:
            facts.append(f"{alert['count']} times")
        if alert.get("resolved_at"):
            facts.append("over")
        if alert.get("acknowledged_by"):
            facts.append(f"noted by {alert['acknowledged_by']}")
        entries.append(entry(shown(_key(alert), style), ", ".join(facts), shown(alert["message"])))
    return Group(*entries)
