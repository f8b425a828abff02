"""`newsdesk archive verify` and `repair`: is all as it was written, and what can be saved?"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from newsdesk.cli.terminal.console import EXIT_FAILED, print_json, print_rows, say, say_error
from newsdesk.cli.terminal.options import AsJson
from newsdesk.cli.terminal.settings import settings_in_use

VERIFY_EXAMPLES = """[bold]Examples[/]

newsdesk archive verify

newsdesk archive verify articles/2026-11-20/guancha-0001.warc.gz"""
REPAIR_EXAMPLES = """[bold]Example[/]

newsdesk archive repair articles/2026-11-20/guancha-0001.warc.gz"""


def verify(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Files of the archive, or any WARC files. None: all.", metavar="FILE"),
    ] = None,
    json: AsJson = False,
) -> None:
    """Check that each record and each index is whole: every cut and every changed byte shows.

    Prints a line for each damage: file, place, what it is. Exit code 1: something is damaged.
    """
    from newsdesk.answers.archive.soundness import verified

    reports, records = [], 0
    for report in verified(settings_in_use(), files or []):
        records += report.records
        reports.append(
            {
                "file": report.file,
                "records": report.records,
                "size": report.size,
                "problems": report.problems,
                "notes": report.notes,
            }
        )
        if not json:
            print_rows((report.file, problem) for problem in report.problems)
            for note in report.notes:
                say(f"{report.file}: {note}")
    if json:
        print_json(reports)
    _conclude(reports, records)


def _conclude(reports: list[dict[str, Any]], records: int) -> None:
    damaged = [each["file"] for each in reports if each["problems"]]
    if damaged:
        say_error(
            f"{len(damaged)} of {len(reports)} files are damaged. newsdesk archive repair FILE "
            "saves all records that are whole."
        )
        raise typer.Exit(EXIT_FAILED)
    say(f"{records:,} records in {len(reports):,} files, all as they were written.")


def repair(
    files: Annotated[
        list[str],
        typer.Argument(help="Files of the archive, or any WARC files.", metavar="FILE"),
    ],
) -> None:
    """Write damaged files anew with all records that are whole, each at its old place.

    The damaged file stays beside the new one, with .damaged after its name.
    """
    from newsdesk.answers.archive.soundness import repaired

    for mended in repaired(settings_in_use(), files):
        say(
            f"{mended.file}: {mended.saved:,} records saved, {mended.lost:,} lost; {mended.cut:,} "
            "bytes cut off its end."
        )
