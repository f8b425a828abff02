"""`newsdesk export`: takes articles along, as a file, a folder or a feed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from newsdesk.answers.moments import beijing, stamp
from newsdesk.cli.errors import sentence
from newsdesk.cli.terminal.console import (
    EXIT_PARTIAL,
    EXIT_STOPPED,
    err,
    out,
    print_text,
    say,
    say_error,
    say_warning,
)
from newsdesk.cli.terminal.options import (
    After,
    Edited,
    Gone,
    OfSection,
    OfSite,
    OfSource,
    OfTopic,
    Since,
    Until,
)
from newsdesk.cli.terminal.settings import settings_in_use
from newsdesk.exceptions import BadExport

if TYPE_CHECKING:
    from newsdesk.answers.export.exporting import Outcome, Told
    from newsdesk.answers.export.selection import Selection
    from pipelines.config import Settings

STDOUT = Path("-")
EXAMPLES = """[bold]Examples[/]

newsdesk export chips.csv --topic integrated-circuits --since 2026-03-01

newsdesk export all.parquet

newsdesk export all.parquet --resume

newsdesk export - --format jsonl --query "芯片 AND 出口" | jq -r '.title // empty'

newsdesk export titles.atom --titles --site guancha"""


class Format(StrEnum):
    """The forms that articles can have."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    PARQUET = "parquet"
    RSS = "rss"
    ATOM = "atom"
    JSON = "json"


Target = Annotated[
    Path,
    typer.Argument(
        help="File (for Parquet: folder) to write; its ending says the format. "
        "- is the standard output.",
        metavar="TARGET",
    ),
]
InFormat = Annotated[
    Format | None,
    typer.Option(
        "--format",
        help="csv, xlsx, jsonl, parquet; as a feed: rss, atom, json (JSON Feed).",
        metavar="FORMAT",
        show_choices=False,
    ),
]
OfQuery = Annotated[
    str | None,
    typer.Option("--query", help="Only what this query finds, as in search.", metavar="QUERY"),
]
OfStory = Annotated[
    str | None,
    typer.Option("--story", help="Only the copies of a story, or of an article.", metavar="STORY"),
]
Newest = Annotated[
    int | None,
    typer.Option("--limit", help="The newest so many; else all. A feed: 100.", min=1, metavar="N"),
]
Titles = Annotated[
    bool, typer.Option("--titles", help="A feed of changed headlines in place of articles.")
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Make whole what was cut off, as it was asked for.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")]


def export(
    target: Target,
    format_: InFormat = None,
    query: OfQuery = None,
    site: OfSite = None,
    topic: OfTopic = None,
    story: OfStory = None,
    source: OfSource = None,
    section: OfSection = None,
    edited: Edited = False,
    gone: Gone = False,
    since: Since = None,
    until: Until = None,
    after: After = None,
    limit: Newest = None,
    titles: Titles = False,
    resume: Resume = False,
    overwrite: Overwrite = False,
) -> None:
    """Write all articles that list or search can select into a file, the newest first.

    There is no limit to their number. The last line says whether the export is complete, or where
    it was cut off; then --resume makes it whole.
    """
    from newsdesk.answers.export.preparing import FEEDS, form_of, new_export, resumed_export
    from newsdesk.answers.export.selection import Selection

    selection = Selection(
        site=site,
        topic=topic,
        since=since,
        until=until,
        query=query,
        story=story,
        source=source,
        section=section,
        edited=edited or None,
        gone=gone or None,
        after=after,
        limit=limit,
    )
    settings, named = settings_in_use(), format_.value if format_ else None
    if resume:
        work = resumed_export(settings, target, named, selection)
    elif (form := form_of(target, named)) in FEEDS:
        _write_feed(settings, target, form, selection, titles=titles)
        return
    elif titles:
        raise BadExport("Changed headlines are a feed: --format atom, rss or json.")
    elif target == STDOUT and out.is_terminal:
        raise BadExport("- is for a pipe or a file behind >: name a file, or see articles list.")
    else:
        work = new_export(settings, target, form, selection, overwrite=overwrite)
    with _watched() as told:
        outcome = work.run(told)
    _tell(target, outcome)


def _write_feed(
    settings: Settings, target: Path, form: str, selection: Selection, *, titles: bool
) -> None:
    """Writes a feed, in place of the one before; readers never see half of it."""
    from newsdesk.answers.export.feeds import feed_of
    from newsdesk.answers.export.formats.feed_forms import FORMS

    feed = feed_of(settings, selection, titles=titles)
    data = FORMS[form](feed)
    if target == STDOUT:
        print_text(data.decode().rstrip())
    else:
        new = target.with_name(f"{target.name}.new")
        new.write_bytes(data)
        new.replace(target)
    say(f"Complete: {len(feed.entries):,} entries in {target}.")


@contextmanager
def _watched() -> Iterator[Told]:
    """Gives what draws a bar on a terminal, and nothing in a pipe."""
    columns = (
        TextColumn("{task.completed:>10,} articles"),
        BarColumn(),
        TextColumn("{task.fields[reached]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("", total=None, reached="")

        def told(done: int, total: int | None, at: datetime | None) -> None:
            reached = f"back to {beijing(at)}" if at else ""
            bar.update(task, completed=done, total=total, reached=reached)

        yield told


def _tell(target: Path, outcome: Outcome) -> None:
    """Says in the last line whether all is there.

    Raises:
        Exit: it is not.
    """
    kept, error = outcome.kept, outcome.error
    if outcome.remark:
        say_warning(outcome.remark)
    if error is None:
        say(f"Complete: {kept.articles:,} articles in {target}.")
        return
    if not isinstance(error, KeyboardInterrupt):
        say_error(sentence(error))
    again = f"--after {shlex.quote(kept.cursor)}" if kept.cursor else "the same command"
    if target != STDOUT:
        again = f"newsdesk export {shlex.quote(str(target))} --resume"
    where = f"{stamp(kept.position.at)}, cursor {kept.cursor}" if kept.position else "the beginning"
    say_warning(f"Cut off at {where}, after {kept.articles:,} articles. The rest: {again}")
    raise typer.Exit(EXIT_STOPPED if isinstance(error, KeyboardInterrupt) else EXIT_PARTIAL)
