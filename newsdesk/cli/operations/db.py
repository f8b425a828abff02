"""`newsdesk db`: the embedded MongoDB server, and a shell on whichever server is used."""

from __future__ import annotations

import code
import os
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import EXIT_FAILED, err, fail, out, print_json, say, shown
from newsdesk.cli.terminal.options import AsJson
from newsdesk.cli.terminal.settings import settings_in_use

if TYPE_CHECKING:
    from pipelines.config import Settings

app = typer.Typer(
    help="Start, stop and look at the embedded MongoDB; open a shell on the database.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
SIZE_SUFFIX = "_bytes"


@app.command(epilog="[bold]Example[/]  newsdesk db start")
def start() -> None:
    """Start the embedded server unless it runs, and prepare the collections."""
    from pipelines.storage.schema import ensure as schema
    from pipelines.storage.server import client, embedded

    settings = _embedded_only("start")
    already = embedded.status(settings).running
    embedded.ensure_running(settings)
    with client.connect(settings) as connection, client.explained(settings):
        schema.ensure_schema(client.database(connection, settings))
    say("MongoDB was already running." if already else "MongoDB is running.")
    out.print(embedded.address_of(settings), soft_wrap=True)


@app.command(epilog="[bold]Example[/]  newsdesk db stop")
def stop() -> None:
    """Stop the embedded server. Its data stays; the next command starts it again."""
    from pipelines.storage.server import embedded

    stopped = embedded.stop(_embedded_only("stop"))
    say("MongoDB has stopped." if stopped else "MongoDB was not running.")


@app.command(epilog="[bold]Example[/]  newsdesk db status --json")
def status(
    json: AsJson = False,
) -> None:
    """Show which server is used and how it is. Exit code 1 if it does not run."""
    from newsdesk.answers.operations.database import server_facts

    facts = server_facts(settings_in_use())
    if json:
        print_json(facts)
    else:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in facts.items():
            label = name.removesuffix(SIZE_SUFFIX).replace("_", " ")
            table.add_row(label, shown(readable(name, value)))
        out.print(table)
    if not facts["running"]:
        raise typer.Exit(EXIT_FAILED)


@app.command(epilog='[bold]Example[/]  mongosh "$(newsdesk db uri)"')
def uri() -> None:
    """Print the whole address of the database's server, password included, for your own tools.

    Nothing else prints the password. The embedded server is started if need be.
    """
    from pipelines.config import load_settings
    from pipelines.storage.server.client import resolve_uri

    out.print(resolve_uri(load_settings()), soft_wrap=True, highlight=False, markup=False)


@app.command(epilog="[bold]Example[/]  newsdesk db replay")
def replay() -> None:
    """Store what waits in the local spool since MongoDB was away. Crawls do it by themselves."""
    from pipelines.storage.server.client import explained
    from pipelines.storage.writing.sink import replay_spool

    settings = settings_in_use()
    with explained(settings):
        replayed = replay_spool(settings)
    say(f"{replayed.entries} articles and reports were stored from the spool.")
    if replayed.damaged:
        raise fail(
            f"{replayed.damaged} bytes of the spool could not be read; they are kept beside it, "
            f"as *.damaged in {settings.spool_dir}."
        )


@app.command(epilog="[bold]Example[/]  newsdesk db reindex")
def reindex() -> None:
    """Make anew what articles are found by, where it is missing or of older rules.

    For after an upgrade. May be stopped, and goes on when called again; crawls may run meanwhile.
    """
    from rich.progress import Progress

    from pipelines.storage.search.reindex import reindex as run
    from pipelines.storage.server.client import explained

    settings = settings_in_use()
    with explained(settings), Progress(console=err, transient=True) as bar:
        task = bar.add_task("Articles", total=None)
        done = run(settings, lambda seen, total: bar.update(task, completed=seen, total=total))
    say(
        f"{done.articles:,} articles were indexed anew, {done.blocks} blocks gathered and "
        f"{done.outdated} outdated ones removed."
    )


@app.command(epilog="[bold]Example[/]  newsdesk db shell")
def shell(
    python: Annotated[
        bool, typer.Option("--python", help="A Python prompt even if mongosh is installed.")
    ] = False,
) -> None:
    """Open mongosh on the database; where it is not installed, a Python prompt with `db`."""
    from pipelines.storage.server import client
    from pipelines.storage.server.shell import shell_command

    settings = settings_in_use()
    command = None if python else shell_command(settings)
    if command is not None:
        # mongosh takes over this process, so Ctrl-C and its history work as always.
        os.execve(command.arguments[0], command.arguments, command.environment)  # noqa: S606
    with client.connect(settings) as connection:
        names: dict[str, Any] = {
            "db": client.database(connection, settings),
            "client": connection,
        }
        code.interact(
            banner=f"Python with pymongo. db = {settings.database}: "
            "try db.articles.find_one(). Ctrl-D ends.",
            local=names,
            exitmsg="",
        )


def readable(name: str, value: object) -> object:
    """Returns a fact as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return beijing(value, "%Y-%m-%d %H:%M:%S Beijing time")
    if name.endswith(SIZE_SUFFIX) and isinstance(value, int):
        return f"{value / 1024**2:,.1f} MB"
    return value


def _embedded_only(verb: str) -> Settings:
    from pipelines.storage.server import client

    settings = settings_in_use()
    if settings.mongodb_uri is not None:
        uri = client.masked_uri(settings.mongodb_uri.get_secret_value())
        raise fail(
            f"MONGODB_URI is set ({uri}), and Newsdesk does not {verb} a server of your own: "
            "unset it to use the embedded one."
        )
    return settings
