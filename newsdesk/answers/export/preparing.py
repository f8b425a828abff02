"""Whether an export can be: its format, what is there already, what it is to go on with."""

from __future__ import annotations

from pathlib import Path

from newsdesk.answers.export.exporting import Export
from newsdesk.answers.export.formats.base import STDOUT, rows_file
from newsdesk.answers.export.record import COMPLETE, Record, read_record, record_file
from newsdesk.answers.export.selection import Selection, chosen
from newsdesk.exceptions import BadExport
from pipelines.config import Settings

SUFFIXES = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".atom": "atom",
    ".rss": "rss",
    ".json": "json",
}
FEEDS = ("atom", "rss", "json")
STREAMS = ("csv", "jsonl")
"""What may go to the standard output, however long it is."""


def form_of(target: Path, form: str | None) -> str:
    """The format that was asked for, else the one that a name asks for.

    Raises:
        BadExport: it asks for none.
    """
    found = form or SUFFIXES.get(target.suffix.lower())
    if found is None:
        raise BadExport(f"Which format is {target} to have? Name it, as in --format csv.")
    return found


def new_export(
    settings: Settings, target: Path, form: str, selection: Selection, *, overwrite: bool = False
) -> Export:
    """An export that begins.

    Raises:
        BadExport: it cannot be written there.
        UsageProblem, NoSuchArticle, QueryError: what is selected cannot be.
    """
    record = Record(form=form, database=settings.database, selection=selection)
    if target == STDOUT and form not in STREAMS:
        raise BadExport(f"{form} needs a file: name one instead of -.")
    found = chosen(settings, selection)
    if target != STDOUT:
        make_room(target, form, overwrite=overwrite)
    return Export(settings=settings, target=target, record=record, chosen=found)


def make_room(target: Path, form: str, *, overwrite: bool) -> None:
    """Refuses to replace what nobody said may be replaced.

    Raises:
        BadExport: something is there, or the folder is not.
    """
    if not target.absolute().parent.is_dir():
        raise BadExport(f"There is no folder {target.absolute().parent}: make it first.")
    if target.is_dir() and form != "parquet":
        raise BadExport(f"{target} is a folder: name a file in it.")
    if overwrite:
        if target.is_file():
            target.unlink()
        return
    record = read_record(target)
    if record is not None and record.state != COMPLETE:
        raise BadExport(
            f"{target} is not whole yet: --resume makes it whole, --overwrite begins anew."
        )
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise BadExport(f"{target} is there already: --overwrite replaces it.")


def resumed_export(
    settings: Settings, target: Path, form: str | None, selection: Selection
) -> Export:
    """An export that goes on, with what was selected when it began.

    Raises:
        BadExport: there is nothing to go on with, or something else was asked for.
        UsageProblem, NoSuchArticle: what was selected then is there no more.
    """
    record = read_record(target)
    if record is None:
        raise BadExport(f"No export to {target} was begun: leave out --resume.")
    asked = selection.as_dict()
    if (form or record.form) != record.form or (asked and asked != record.selection.as_dict()):
        raise BadExport(
            f"Something else was begun in {target}: --resume alone goes on with that, "
            "--overwrite begins anew."
        )
    if record.database != settings.database:
        raise BadExport(
            f"{target} was begun with another database: newsdesk --database {record.database} ..."
        )
    _check_there(target, record)
    return Export(
        settings=settings, target=target, record=record, chosen=chosen(settings, record.selection)
    )


def _check_there(target: Path, record: Record) -> None:
    """Refuses to go on behind what is there no more: the hole would not be seen."""
    if record.state == COMPLETE:
        there = target.exists()
    elif record.form == "parquet":
        there = target.is_dir() or not record.kept.place
    else:
        file = rows_file(target) if record.form == "xlsx" else target
        there = (file.stat().st_size if file.is_file() else 0) >= record.kept.place
    if not there:
        raise BadExport(
            f"{target} holds less than {record_file(target).name} says: begin anew with "
            "--overwrite."
        )
