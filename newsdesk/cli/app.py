"""The command `newsdesk`: its parts, put together."""

from __future__ import annotations

import inspect
import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from newsdesk import __version__
from newsdesk.cli.archive import commands as archive
from newsdesk.cli.archive import reparse, ship, soundness
from newsdesk.cli.articles import commands as articles
from newsdesk.cli.articles import history, hot, search
from newsdesk.cli.console import commands as console
from newsdesk.cli.console import mcp
from newsdesk.cli.crawls import crawl, demo, extract, imports, site_test, sites
from newsdesk.cli.errors import expected, sentence, usage
from newsdesk.cli.export import commands as exports
from newsdesk.cli.operations import (
    alerts,
    db,
    doctor,
    hosts,
    jobs,
    plan,
    schedules,
    status,
    up,
    worker,
)
from newsdesk.cli.sites import commands as site_commands
from newsdesk.cli.terminal.console import (
    EXIT_FAILED,
    EXIT_STOPPED,
    EXIT_USAGE,
    prepare_streams,
    say_error,
)
from newsdesk.cli.topics import commands as topics
from newsdesk.cli.topics import runs as topic_runs
from newsdesk.cli.upkeep import backup

EXIT_CODES = """[bold]Exit codes[/]

0 all went well · 1 it failed · 2 wrong usage · 3 a crawl was partial · 4 blocked · 130 stopped"""

app = typer.Typer(
    name="newsdesk",
    help="Collects the articles of Chinese news sites, whole and clean, into MongoDB.",
    epilog=EXIT_CODES,
    rich_markup_mode="rich",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("up", epilog=up.EXAMPLES)(up.up)
app.command("worker", epilog=worker.EXAMPLES)(worker.worker)
app.command("crawl", epilog=crawl.EXAMPLES)(crawl.crawl)
app.command("import", epilog=imports.EXAMPLES)(imports.import_)
app.command("extract", epilog=extract.EXAMPLES)(extract.extract)
app.command("sites", epilog=sites.EXAMPLES)(sites.sites)
site_commands.app.command("test", epilog=site_test.EXAMPLES)(site_test.try_)
app.add_typer(site_commands.app, name="site")
app.command("hot", epilog=hot.EXAMPLES)(hot.hot)
articles.app.command("history", epilog=history.EXAMPLES)(history.history)
app.add_typer(schedules.app, name="schedules")
app.add_typer(jobs.app, name="jobs")
app.add_typer(alerts.app, name="alerts")
app.command("status", epilog=status.EXAMPLES)(status.status)
app.command("hosts", epilog=hosts.EXAMPLES)(hosts.hosts)
articles.app.command("search", epilog=search.SEARCH_EXAMPLES)(search.search)
articles.app.command("similar", epilog=search.SIMILAR_EXAMPLES)(search.similar)
app.add_typer(articles.app, name="articles")
app.command("export", epilog=exports.EXAMPLES)(exports.export)
archive.app.command("verify", epilog=soundness.VERIFY_EXAMPLES)(soundness.verify)
archive.app.command("repair", epilog=soundness.REPAIR_EXAMPLES)(soundness.repair)
archive.app.command("ship", epilog=ship.EXAMPLES)(ship.ship)
app.add_typer(archive.app, name="archive")
app.command("reparse", epilog=reparse.EXAMPLES)(reparse.reparse)
topics.app.command("test", epilog=topic_runs.TEST_EXAMPLES)(topic_runs.try_)
topics.app.command("apply", epilog=topic_runs.APPLY_EXAMPLES)(topic_runs.apply)
topics.app.command("trend", epilog=topic_runs.TREND_EXAMPLES)(topic_runs.trend)
app.add_typer(topics.app, name="topics")
app.add_typer(console.app, name="web")
app.command("mcp", epilog=mcp.EXAMPLES)(mcp.mcp)
app.add_typer(db.app, name="db")
app.command("plan", epilog=plan.EXAMPLES)(plan.plan)
app.add_typer(backup.app, name="backup")
app.command("restore", epilog=backup.RESTORE_EXAMPLES)(backup.restore)
app.command("doctor", epilog=doctor.EXAMPLES)(doctor.doctor)
app.command("demo", epilog=demo.EXAMPLES)(demo.demo)


class _Command(TyperCommand):
    """A command whose help names no types."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - typer's own
        return _without_types(super().get_params(ctx))


class _Group(TyperGroup):
    """A group whose help names no types."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - typer's own
        return _without_types(super().get_params(ctx))


def _without_types(parameters: list[Any]) -> list[Any]:
    """Leaves out `<bool>` and `<list[str]>`, which say nothing to who types a command."""
    for each in parameters:
        if each.metavar is None or isinstance(each, TyperArgument):
            each.display_type_rich = lambda ctx: None
    return parameters


def _shape_help(group: typer.Typer) -> None:
    """Joins the lines of each paragraph of help, whose ends typer would keep; names no types."""
    for command in group.registered_commands:
        command.cls = _Command
        paragraphs = (inspect.getdoc(command.callback) or "").split("\n\n")
        command.help = "\n\n".join(each.replace("\n", " ") for each in paragraphs)
    group.info.cls = _Group
    for part in group.registered_groups:
        if part.typer_instance:
            _shape_help(part.typer_instance)


_shape_help(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"newsdesk {__version__}")
        raise typer.Exit


@app.callback()
def root(
    database: Annotated[
        str | None,
        typer.Option(
            help="Name of the database, for this command (else NEWSDESK_DATABASE).",
            metavar="NAME",
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Collects the articles of Chinese news sites, whole and clean, into MongoDB."""
    if database is not None:
        os.environ["NEWSDESK_DATABASE"] = database


def main() -> None:
    """Run the command line; expected errors become one sentence and an exit code."""
    prepare_streams()
    try:
        app()
    except SystemExit:
        raise  # each command ends so; to look up the errors below would load all that has any
    except KeyboardInterrupt:
        say_error("Stopped.")
        sys.exit(EXIT_STOPPED)
    except expected() as error:
        say_error(sentence(error))
        sys.exit(EXIT_USAGE if isinstance(error, usage()) else EXIT_FAILED)
