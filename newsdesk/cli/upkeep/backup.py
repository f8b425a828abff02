"""`newsdesk backup` and `newsdesk restore`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table

from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import (
    EXIT_FAILED,
    out,
    print_json,
    say,
    say_error,
    say_warning,
    shown,
)
from newsdesk.cli.terminal.listing import Columns, field, show_list
from newsdesk.cli.terminal.options import AsJson, AsTsv
from newsdesk.cli.terminal.progress import stages_bar
from newsdesk.cli.terminal.settings import settings_in_use

if TYPE_CHECKING:
    from newsdesk.answers.upkeep.archive_list import ArchiveState
    from newsdesk.answers.upkeep.backups import Backup

TIME = "%Y-%m-%d %H:%M:%S"
RESTORE_EXAMPLES = """[bold]Examples[/]

newsdesk restore /backups --into newsdesk_check

newsdesk restore /backups/newsdesk-2026-11-30T03-00-00Z --replace newsdesk"""
COLUMNS: Columns = {
    name: field(name) for name in ("at", "articles", "size", "own", "folder", "database", "whole")
}

app = typer.Typer(
    help="Take backups of the database while crawls run; list and check them.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
Parent = Annotated[Path, typer.Argument(help="Folder that holds the backups.", metavar="FOLDER")]
Chosen = Annotated[
    Path,
    typer.Argument(help="A backup, or the folder of several: the newest.", metavar="BACKUP"),
]


@app.command(epilog="[bold]Example[/]  newsdesk backup take /backups --keep 14")
def take(
    folder: Parent,
    archive: Annotated[
        bool,
        typer.Option("--archive", help="Copy the WARC files, too; else their names and digests."),
    ] = False,
    machine: Annotated[
        bool,
        typer.Option(
            "--machine/--no-machine",
            help="Copy settings, topics, schedules, sites and accounts of this machine.",
        ),
    ] = True,
    keep: Annotated[
        int | None,
        typer.Option("--keep", help="Remove older ones but for so many.", metavar="NUMBER", min=1),
    ] = None,
    json: AsJson = False,
) -> None:
    """Take a backup of the database at one point in time, in the files that mongodump makes.

    Crawls may write meanwhile. What the last backup in the folder holds already is not written
    again. One that was interrupted goes on where it was. All of it is read again at the end: a
    finished backup can be restored.
    """
    from newsdesk.answers.upkeep.backups import listed
    from newsdesk.answers.upkeep.backups import take as run

    with stages_bar() as progress:
        taken = run(
            settings_in_use(),
            folder,
            progress,
            with_archive=archive,
            with_files=machine,
            keep=keep,
        )
    if json:
        print_json(taken.backup.as_dict())
    else:
        out.print(str(taken.backup.folder), soft_wrap=True, markup=False)
    say(f"{_sentence(taken.backup)} {_about(taken.archive)}")
    if taken.files:
        say(f"{taken.files} files of this machine are in it.")
    for each in taken.removed:
        say(f"Removed: {each}")
    for problem in listed(folder)[1]:
        say_warning(problem)


@app.command("list", epilog="[bold]Example[/]  newsdesk backup list /backups")
def list_(folder: Parent, json: AsJson = False, tsv: AsTsv = False) -> None:
    """Show the backups in a folder, the oldest first.

    Backups have files in common: what a backup has for itself alone is what removing it frees.
    Exit code 1: one of them cannot be read; the others are shown.
    """
    from newsdesk.answers.upkeep.backups import listed

    readable, problems = listed(folder)
    found = [each.as_dict() for each in readable]
    show_list(found, COLUMNS, _table, as_json=json, as_tsv=tsv)
    for each in problems:
        say_error(each)
    if problems:
        raise typer.Exit(EXIT_FAILED)
    if not found:
        say(f"{folder} holds no backup: newsdesk backup take {folder}")


def _table(found: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("As of (Beijing)", no_wrap=True)
    table.add_column("Articles", justify="right")
    table.add_column("MB", justify="right")
    table.add_column("Own MB", justify="right")
    table.add_column("Folder", overflow="fold")
    for each in found:
        at = beijing(each["at"], TIME) if each["whole"] else "not finished"
        sizes = (f"{each[name] / 1024**2:,.1f}" for name in ("size", "own"))
        table.add_row(at, f"{each['articles']:,}", *sizes, shown(Path(each["folder"]).name))
    return table


@app.command(epilog="[bold]Example[/]  newsdesk backup verify /backups")
def verify(folder: Chosen, json: AsJson = False) -> None:
    """Read a whole backup and compare it with the digests it was given. Exit code 1: damaged."""
    from newsdesk.answers.upkeep.backups import verified

    with stages_bar() as progress:
        backup, problems = verified(folder, progress)
    if json:
        print_json({**backup.as_dict(), "problems": problems})
    for each in problems:
        say_error(each)
    if problems:
        raise typer.Exit(EXIT_FAILED)
    say(f"{backup.folder} is as it was written. {_sentence(backup)}")


def restore(
    folder: Chosen,
    into: Annotated[
        str | None,
        typer.Option(
            "--into", help="Database to restore into, else the one in use.", metavar="NAME"
        ),
    ] = None,
    replace: Annotated[
        str | None,
        typer.Option(
            "--replace",
            help="Drop what that database holds: type its name.",
            metavar="NAME",
        ),
    ] = None,
    archive: Annotated[
        bool, typer.Option("--archive", help="Copy the backup's WARC files back, too.")
    ] = False,
) -> None:
    """Put a backup into an empty database, make its indexes, and compare all with the backup.

    Says for which point in time the data is true. Refuses a database that holds something.
    """
    from newsdesk.answers.upkeep.backups import restore as run

    if into is not None:
        os.environ["NEWSDESK_DATABASE"] = into
    settings = settings_in_use()
    with stages_bar() as progress:
        backup, state = run(settings, folder, progress, replace=replace, with_archive=archive)
    say(f"Restored into {settings.database} and compared. {_sentence(backup)}")
    if state.there < state.files:
        say_warning(
            f"{state.there:,} of its {state.files:,} archive files are in {settings.archive_path}: "
            "bring the others back before the first crawl, which may give their names to new ones."
        )
    if (backup.folder / "machine").is_dir():
        say(
            f"Settings, sites and accounts are in {backup.folder / 'machine'}: copy what you need; "
            "where.txt says where each stood."
        )


def _sentence(backup: Backup) -> str:
    at = beijing(backup.manifest.moment, f"{TIME} Beijing time")
    return (
        f"{backup.manifest.documents:,} documents, {backup.articles:,} of them articles, as they "
        f"were at {at}."
    )


def _about(archive: ArchiveState) -> str:
    if not archive.files:
        return "There is no archive."
    verb = "copied" if archive.copied else "noted with their digests"
    return f"{archive.files:,} archive files ({archive.size / 1024**2:,.0f} MB) are {verb}."
