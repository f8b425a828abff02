"""Articles as a table, and as lines for a pipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import shown

WIDE = 100
"""From this width on a table shows all its columns."""


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
