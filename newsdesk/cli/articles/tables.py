"""Articles as a table, and as lines for a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table

from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import shown
from newsdesk.cli.terminal.listing import Columns, below, field

WIDE = 120
"""From this width on a table shows each field in a column of its own."""


def articles_table(articles: Sequence[Mapping[str, Any]], width: int) -> Table:
    """Lists articles; a narrow table has all but the time in one cell."""
    wide = width >= WIDE
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, expand=wide)
    table.add_column("Published (Beijing)" if wide else "Published\n(Beijing)", no_wrap=True)
    if wide:
        table.add_column("Article", no_wrap=True)
    table.add_column(
        "Title" if wide else "Title, article, source, topics", ratio=1, overflow="fold"
    )
    if wide:
        table.add_column("Source", overflow="fold", max_width=16)
        table.add_column("Topics", overflow="fold", max_width=24)
    form = "%Y-%m-%d %H:%M" if wide else "%m-%d %H:%M"
    for article in articles:
        published = shown(beijing(article.get("published_at"), form))
        title, id_ = shown(article.get("title")), shown(article["_id"], "cyan")
        about = source_name(article), topic_names(article)
        if wide:
            table.add_row(published, id_, title, *map(shown, about))
        else:
            details = (shown(each, "dim") for each in about if each)
            table.add_row(published, below(title, id_, *details))
    return table


def source_name(article: Mapping[str, Any]) -> str | None:
    """Returns the source that the site names."""
    return (article.get("source") or {}).get("name")


def topic_names(article: Mapping[str, Any]) -> str:
    """ "chips, telecoms"."""
    return ", ".join(match["topic"] for match in article.get("topics") or [])


ARTICLE_COLUMNS: Columns = {
    "article": field("_id"),
    "published_at": field("published_at"),
    "title": field("title"),
    "source": source_name,
    "topics": topic_names,
    "url": field("url"),
}
