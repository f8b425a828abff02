"""`newsdesk reparse`: what the archive's pages say by today's rules."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from newsdesk.answers.moments import read_span
from newsdesk.cli.terminal.console import out, print_json, say, say_warning, shown
from newsdesk.cli.terminal.options import AsJson
from newsdesk.cli.terminal.progress import counting_bar
from newsdesk.cli.terminal.settings import settings_in_use

if TYPE_CHECKING:
    from newsdesk.answers.archive.reparse_examples import Shown, Side
    from newsdesk.answers.archive.reparsing import Result

EXAMPLES = """[bold]Examples[/]

newsdesk reparse --dry-run   [dim]# what today's rules would change[/]

newsdesk reparse --site guancha --since 2026-11-01 --fields authors,body

newsdesk reparse --dry-run --html changes.html"""
WIDTH = 80
_STYLES = {"same": "", "gone": "red strike", "new": "green"}
_SIGNS = {"same": ("", ""), "gone": ("[-", "-]"), "new": ("{+", "+}")}
SHOWN_NOTES = 5

Html = Annotated[
    Path | None,
    typer.Option(help="Write the examples as a page for a browser.", metavar="FILE"),
]
Since = Annotated[
    str | None,
    typer.Option(help="Only pages that were fetched from then on (Beijing).", metavar="TIME"),
]
Until = Annotated[
    str | None,
    typer.Option(
        help="Only pages that were fetched before (Beijing). A day is left out: name the next one.",
        metavar="TIME",
    ),
]


def reparse(
    site: Annotated[
        str | None, typer.Option(help="Only this site's articles.", metavar="SITE")
    ] = None,
    since: Since = None,
    until: Until = None,
    fields: Annotated[
        str | None,
        typer.Option(help="Change these fields alone, with commas between.", metavar="A,B"),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(help="At most so many articles.", min=1, metavar="N")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change.")
    ] = False,
    html: Html = None,
    processes: Annotated[
        int | None, typer.Option(help="Processes (else one a core).", min=1, max=64, metavar="N")
    ] = None,
    json: AsJson = False,
) -> None:
    """Read archived pages again by today's rules, and store what they say now.

    Of a stored article its newest page counts; where it is read differently the article gets a
    revision that says so, which is no change of the site's. What is not stored is stored anew, with
    the times of its visits; what belongs to no topic is turned away. No stored article is removed.
    Nothing is asked of any site. Interrupted, the same command goes on where it was.
    """
    from newsdesk.answers.archive.reparse_examples import as_page
    from newsdesk.answers.archive.reparsing import Wish
    from newsdesk.answers.archive.reparsing import reparse as run

    begin, end = read_span(since, until)
    wish = Wish(
        site=site,
        since=begin,
        until=end,
        fields=tuple(dict.fromkeys(each.strip() for each in fields.split(","))) if fields else None,
        limit=limit,
        dry=dry_run,
        **({"processes": processes} if processes else {}),
    )
    begun = time.monotonic()
    with counting_bar("Reading") as advance:
        result = run(settings_in_use(), wish, advance)
    seconds = time.monotonic() - begun
    if html is not None:
        html.write_text(as_page(result), encoding="utf-8")
        say(f"The examples are in {html}.")
    for sentence in result.left_out:
        say_warning(sentence)
    if json:
        print_json(result_data(result))
    else:
        show(result, seconds)


def show(result: Result, seconds: float) -> None:
    """Shows the result as tables, with examples and what could not be read."""
    if result.resumed:
        say(f"Went on with {result.job}, which was interrupted; the figures are of both.")
    for part in report(result):
        out.print(part, width=min(out.width, WIDTH))
    notes = result.outcome.notes
    for note in notes[:SHOWN_NOTES]:
        say_warning(note)
    if len(notes) > SHOWN_NOTES:
        say(f"and {len(notes) - SHOWN_NOTES} more: --json lists them.")
    looked_at = result.outcome.counts["looked_at"]
    say(f"{looked_at:,} articles in {seconds:,.1f} s.")


def result_data(result: Result) -> dict[str, Any]:
    """Returns the result as plain values."""
    import attrs

    outcome = attrs.asdict(result.outcome)
    names = ("counts", "fields", "topics", "refused", "seconds")
    return {
        "job": result.job,
        "dry_run": result.dry,
        **{name: dict(outcome[name]) for name in names},
        "examples": outcome["examples"],
        "notes": [*result.left_out, *result.outcome.notes],
    }


def report(result: Result) -> Iterator[RenderableType]:
    """Yields the tables of a result, and its examples."""
    from newsdesk.answers.archive.reparse_examples import shown_examples

    counts, would = result.outcome.counts, "would be " if result.dry else ""
    rows = {
        "read again": counts["looked_at"],
        f"{would}changed": counts["changed"],
        f"{would}noted as read differently": counts["noted"],
        "unchanged": counts["unchanged"],
        f"{would}stored anew": counts["new"],
        "  of these turned away before": counts["returned"],
        f"{would}turned away: of no topic": counts["turned_away"],
        "stored from elsewhere": counts["elsewhere"],
        "sent on to another address": counts["sent_on"],
    }
    kept = {label: number for label, number in rows.items() if number or label == "read again"}
    yield _table("Articles", "", kept)
    tables = {
        "Field": result.outcome.fields,
        "Topic of what is new": result.outcome.topics,
        "Not readable": result.outcome.refused,
    }
    for title, found in tables.items():
        if found:
            yield ""
            yield _table(title, "Articles", dict(found.most_common()))
    for example in shown_examples(result.outcome.examples):
        yield from _example(example)


def _table(title: str, number: str, rows: dict[str, int]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(title, min_width=32)
    table.add_column(number, justify="right")
    for label, count in rows.items():
        table.add_row(shown(label.replace("_", " ")), f"{count:,}")
    return table


def _example(example: Shown) -> Iterator[RenderableType]:
    """Yields an example: above it which article it is, below it both readings."""
    head = Text("\n" if example.is_change else "")
    head.append_text(shown(example.label, "bold"))
    head.append("  ")
    head.append_text(shown(example.example.title))
    head.append("  ")
    head.append_text(shown(example.example.article, "dim"))
    yield head
    if not example.is_change:
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, expand=True)
    table.add_column("Stored", ratio=1, overflow="fold")
    table.add_column("By today's rules", ratio=1, overflow="fold")
    for old, new in example.lines:
        table.add_row(_side(old), _side(new))
    yield table
    if example.left_out > 0:
        yield Text(f"and {example.left_out:,} more lines", style="dim")


def _side(side: Side) -> Text:
    text = Text()
    for piece in side:
        begin, end = _SIGNS[piece.mark] if out.no_color or out.color_system is None else ("", "")
        text.append(f"{begin}{piece.text}{end}", style=_STYLES[piece.mark])
    return text if text else Text("–", style="dim")
