"""`newsdesk alerts`: what is wrong now, who is told, and whether telling works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import EXIT_FAILED, fail, out, print_json, print_rows, say, shown
from newsdesk.cli.terminal.options import AsJson

app = typer.Typer(
    help="See alerts, take note of them, silence them, and try the channels.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
STYLES = {"error": "red", "warning": "yellow", "info": "dim"}


@app.command("list", epilog="[bold]Example[/]  newsdesk alerts list --all")
def list_(
    all_: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, metavar="N")] = 50,
    json: AsJson = False,
) -> None:
    """List what goes on now, the newest first; how often it was raised, and who took note."""
    from newsdesk.answers.night import opened_night
    from pipelines.config import load_settings

    with opened_night(load_settings()) as night:
        alerts = night.alerts.list(limit) if all_ else night.alerts.open()[:limit]
    if json:
        print_json([{**alert, "_id": str(alert["_id"])} for alert in alerts])
    elif not out.is_terminal:
        print_rows(
            [key_of(each), each["severity"], each["created_at"].isoformat(), each["count"],
             each["message"]]
            for each in alerts
        )  # fmt: skip
    elif alerts:
        out.print(alerts_table(alerts))
    else:
        say("Nothing is wrong that anybody should know of.")


@app.command(epilog="[bold]Example[/]  newsdesk alerts ack 'stale/sina/*'")
def ack(
    alert: Annotated[str, typer.Argument(help="As listed: KIND/SITE/SCHEDULE.", metavar="ALERT")],
) -> None:
    """Take note of an alert: it is not told again until it was over."""
    from newsdesk.answers.night import opened_night, operator
    from pipelines import clock
    from pipelines.config import load_settings

    with opened_night(load_settings()) as night:
        if not night.alerts.acknowledge(alert, clock.now(), operator()):
            raise fail(f"No alert {alert!r} goes on: newsdesk alerts list shows those that do.")
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
    from newsdesk.answers.night import opened_night, operator
    from newsdesk.exceptions import BadChange
    from pipelines import clock
    from pipelines.config import load_settings
    from pipelines.durations import read_duration

    try:
        length = read_duration(for_)
    except ValueError as error:
        raise BadChange(f"--for: {error}") from None
    if pattern.count("/") != 1:
        raise BadChange(f"{pattern!r} is no KIND/SITE: write */sina, stale/* or stale/sina.")
    now = clock.now()
    with opened_night(load_settings()) as night:
        if length == timedelta():
            night.alerts.unsilence(pattern)
            say(f"{pattern} is told again.")
            return
        night.alerts.silence(pattern, now + length, now, operator(), note)
    say(f"{pattern} is silent until {beijing(now + length)} Beijing time.")


@app.command("test", epilog="[bold]Example[/]  newsdesk alerts test")
def try_channels(json: AsJson = False) -> None:
    """Send a test message to every channel. Exit code 1 if one of them does not take it."""
    from pipelines.config import load_settings
    from schedules.alerts.channels import Channels

    channels = Channels.of(load_settings())
    if not channels.urls:
        raise fail(
            "No channel is named: set NEWSDESK_ALERT_URLS, for example to "
            "json://127.0.0.1:9000/ or mailto://user:password@desk.example."
        )
    deliveries = channels.send("Newsdesk: a test", "If you can read this, alerts arrive here.")
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
    from newsdesk.answers.deadman import check_once
    from pipelines.config import load_settings

    missing = check_once(load_settings())
    if json:
        print_json(missing)
    elif missing:
        for sentence in missing.values():
            out.print(Text.assemble(("✗ ", "red"), shown(sentence)))
    else:
        say("All that was due has run.")
    if missing:
        raise typer.Exit(EXIT_FAILED)


def key_of(alert: Mapping[str, Any]) -> str:
    """The name by which an alert is acknowledged."""
    from pipelines.storage.operations.alerts import open_key

    return open_key(alert["kind"], alert.get("site"), alert.get("schedule"))


def alerts_table(alerts: Sequence[Mapping[str, Any]]) -> Table:
    """Alerts with what to do about them."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in ("Alert", "Since (Beijing)", "Times", "What", "Noted by"):
        table.add_column(heading, overflow="fold")
    for alert in alerts:
        style = "dim" if alert.get("resolved_at") else STYLES[alert["severity"]]
        table.add_row(
            shown(key_of(alert), style),
            shown(beijing(alert["created_at"])),
            str(alert["count"]),
            shown(alert["message"]),
            shown(alert.get("acknowledged_by")),
        )
    return table
