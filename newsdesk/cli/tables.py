"""The tables of the command line: what crawls brought in, and articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import define
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from newsdesk.cli.console import beijing, shown
from newsdesk.outcomes import OUTCOMES, reasons
from schedules.job import JobResult, JobState

MARKS: Mapping[str, tuple[str, str]] = {
    "ok": ("✓", "green"),
    "partial": ("!", "yellow"),
    "blocked": ("⊘", "red"),
    "failed": ("✗", "red"),
    "lost": ("✗", "red"),
    "cancelled": ("■", "yellow"),
}
WIDE = 100
"""From this width on a table shows all its columns."""


@define(frozen=True, kw_only=True)
class CrawlColumn:
    """A column of the summary: a site (in one night), its counters and its verdict."""

    heading: str
    stats: Mapping[str, object]
    state: JobState
    reason: str


def column_of(result: JobResult, heading: str | None = None) -> CrawlColumn:
    """A job as a column."""
    return CrawlColumn(
        heading=heading or result.site,
        stats=result.stats,
        state=result.state,
        reason=result.reason,
    )


def outcome_table(columns: Sequence[CrawlColumn], title: str | None = None) -> Table:
    """What came in: one line per outcome, one column per site."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column("", no_wrap=True)
    for column in columns:
        heading = shown(column.heading.replace(", ", "\n"), lines=True)
        table.add_column(heading, justify="right", min_width=9, no_wrap=True)
    for outcome in OUTCOMES:
        values = [outcome.value(column.stats) for column in columns]
        if not (outcome.always or any(values)):
            continue
        label = Text("  " * outcome.indent + outcome.label, style="" if outcome.indent else "bold")
        numbers = [
            Text(f"{value:,}", style=outcome.style) if value else Text("·", style="dim")
            for value in values
        ]
        table.add_row(label, *numbers)
    table.add_section()
    table.add_row(Text("Verdict", style="bold"), *(mark(column.state) for column in columns))
    return table


def mark(state: str) -> Text:
    """A job's state with its sign, in its colour."""
    sign, style = MARKS.get(state, ("·", "dim"))
    return Text(f"{sign} {state}", style=style)


def explanations(columns: Sequence[CrawlColumn]) -> RenderableType:
    """Per column its verdict's sentence and the reasons behind its numbers."""
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
    """The table and, below it, the reasons."""
    return Group(outcome_table(columns, title), explanations(columns))


def articles_table(articles: Sequence[Mapping[str, Any]], width: int) -> Table:
    """Articles, newest first: when, what, from whom, why kept."""
    wide = width >= WIDE
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, expand=wide)
    table.add_column("Published (Beijing)" if wide else "Published", no_wrap=True)
    if wide:
        table.add_column("Article", no_wrap=True)
    table.add_column("Title", ratio=1 if wide else None, overflow="fold")
    if wide:
        table.add_column("Source", overflow="fold", max_width=16)
    table.add_column("Topics", overflow="fold", max_width=24)
    form = "%Y-%m-%d %H:%M" if wide else "%m-%d %H:%M"
    for article in articles:
        published = shown(beijing(article.get("published_at"), form))
        title, topics = shown(article.get("title")), shown(topic_names(article))
        id_ = shown(article["_id"], "cyan")
        if wide:
            source = article.get("source") or {}
            table.add_row(published, id_, title, shown(source.get("name")), topics)
        else:
            table.add_row(published, Text.assemble(title, "\n", id_), topics)
    return table


def topic_names(article: Mapping[str, Any]) -> str:
    """ "chips, telecoms"."""
    return ", ".join(match["topic"] for match in article.get("topics") or [])


def article_row(article: Mapping[str, Any]) -> list[object]:
    """An article as a line for a pipe: id, published (ISO, UTC), title, source, topics, URL."""
    published: datetime | None = article.get("published_at")
    source = article.get("source") or {}
    return [
        article["_id"],
        published.isoformat() if published else None,
        article.get("title"),
        source.get("name"),
        topic_names(article),
        article.get("url"),
    ]
