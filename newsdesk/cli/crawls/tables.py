"""The tables of what crawls brought in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import define
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from newsdesk.answers.crawls.summary import SUMMARY, Line, Tone, reasons
from newsdesk.cli.terminal.console import shown
from newsdesk.cli.terminal.marks import MARKS, mark
from pipelines.records import JobState
from schedules.job import JobResult

STYLES: Mapping[Tone, str] = {"plain": "", "good": "green", "odd": "yellow", "bad": "red"}


@define(frozen=True, kw_only=True)
class CrawlColumn:
    """A column of the summary: a site (in one night), its counters and its verdict."""

    heading: str
    stats: Mapping[str, object]
    state: JobState
    reason: str


def column_of(result: JobResult, heading: str | None = None) -> CrawlColumn:
    """Returns a job as a column."""
    return CrawlColumn(
        heading=heading or result.site,
        stats=result.stats,
        state=result.state,
        reason=result.reason,
    )


def outcome_table(
    columns: Sequence[CrawlColumn], title: str | None = None, lines: Sequence[Line] = SUMMARY
) -> Table:
    """Shows the lines of the summary, with one column per site."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("", no_wrap=True)
    for column in columns:
        heading = shown(column.heading.replace(", ", "\n"), lines=True)
        table.add_column(heading, justify="right", min_width=9, no_wrap=True)
    for line in lines:
        values = [line.of(column.stats) for column in columns]
        if line.optional and not any(values):
            continue
        label, style = line.label, "" if line.part else "bold"
        numbers = [
            Text(f"{value:,}", style=STYLES[line.tone] or style) if value else Text("·", "dim")
            for value in values
        ]
        table.add_row(Text(f"  {label}" if line.part else label.capitalize(), style), *numbers)
    table.add_section()
    table.add_row(Text("Verdict", style="bold"), *(mark(column.state) for column in columns))
    return table


def explanations(columns: Sequence[CrawlColumn]) -> RenderableType:
    """Shows the verdict of each column, and the reasons behind its numbers."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for column in columns:
        grid.add_row(shown(column.heading, "bold"), shown(column.reason, MARKS[column.state][1]))
        for label, counts in reasons(column.stats).items():
            listed = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in counts.items())
            grid.add_row("", Text.assemble((f"{label}: ", "dim"), shown(listed)))
    return grid


def crawl_summary(columns: Sequence[CrawlColumn], title: str | None = None) -> RenderableType:
    """Shows the table and, below it, the reasons."""
    return Group(outcome_table(columns, title), explanations(columns))
