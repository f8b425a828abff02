"""`newsdesk articles search` and `similar`: find stored articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from newsdesk.answers.moments import beijing
from newsdesk.cli.articles.commands import MAX_LISTED
from newsdesk.cli.articles.tables import ARTICLE_COLUMNS, source_name
from newsdesk.cli.terminal.console import say, shown
from newsdesk.cli.terminal.listing import Columns, below, show_list
from newsdesk.cli.terminal.options import (
    AsJson,
    AsTsv,
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
from pipelines.text.harmless import harmless

if TYPE_CHECKING:
    from pipelines.storage.search.search import Hit, SearchResult
    from pipelines.storage.search.similar import Similar
    from pipelines.text.finding.excerpts import Excerpt

FACETS_SHOWN = 6


SEARCH_EXAMPLES = """[bold]Examples[/]

newsdesk articles search "集成电路 AND (出口 OR 管制)" --since 2026-03-01

newsdesk articles search "title:芯片 NOT 招聘" --site sina --json"""
SIMILAR_EXAMPLES = "[bold]Example[/]  newsdesk articles similar guancha:900001"


def search(
    query: Annotated[
        str, typer.Argument(help="What to find, in the language of topics.", metavar="QUERY")
    ],
    since: Since = None,
    until: Until = None,
    site: OfSite = None,
    topic: OfTopic = None,
    source: OfSource = None,
    section: OfSection = None,
    edited: Edited = False,
    gone: Gone = False,
    newest: Annotated[
        bool, typer.Option("--newest", help="The newest first instead of the best.")
    ] = False,
    limit: Annotated[
        int, typer.Option(help="How many at most.", min=1, max=MAX_LISTED, metavar="N")
    ] = 20,
    json: AsJson = False,
    tsv: AsTsv = False,
) -> None:
    """Find stored articles by their text, in either script, the best first.

    The best are chosen among the newest two hundred that match. Any two characters that stand
    side by side are found; Latin words and numbers as whole words.
    """
    from newsdesk.answers.articles.choosing import read_filters
    from newsdesk.answers.articles.finding import found_data, search_articles
    from pipelines.text.query.parser import parse_query

    filters = read_filters(
        site=site,
        topic=topic,
        since=since,
        until=until,
        source=source,
        section=section,
        edited=edited,
        gone=gone,
    )
    asked = parse_query(query)
    found = search_articles(settings_in_use(), asked, filters, limit=limit, newest_first=newest)
    data = {"query": query, **found_data(found)}
    page = partial(found_page, facets=found.facets)
    show_list(found.hits, HIT_COLUMNS, page, as_json=json, as_tsv=tsv, data=data)
    if not json:
        say(summary(found))


def similar(
    article: Annotated[
        str, typer.Argument(help="The article's id (site:key) or its URL.", metavar="ARTICLE")
    ],
    limit: Annotated[
        int, typer.Option(help="How many at most.", min=1, max=MAX_LISTED, metavar="N")
    ] = 20,
    json: AsJson = False,
    tsv: AsTsv = False,
) -> None:
    """Find the articles whose text is most like an article's, whenever they were published."""
    from newsdesk.answers.articles.finding import similar_data, similar_to

    alike = similar_to(settings_in_use(), article, limit)
    data = [similar_data(each) for each in alike]
    show_list(alike, SIMILAR_COLUMNS, similar_table, as_json=json, as_tsv=tsv, data=data)
    if not alike:
        say(f"No stored article is like {article}.")


def found_page(
    hits: Sequence[Hit], facets: Mapping[str, Sequence[tuple[str, int]]]
) -> RenderableType:
    """Lays out each hit with the text around it, and below them the facets."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for hit in hits:
        document = hit.document
        source = source_name(document)
        cell = below(
            shown(document["title"], "bold"),
            shown(document["_id"], "cyan"),
            shown(source, "dim") if source else None,
        )
        grid.add_row(beijing(document["published_at"]), cell)
        if hit.excerpt is not None:
            grid.add_row("", marked(hit.excerpt))
    about = Table.grid(padding=(0, 2))
    about.add_column(style="dim", no_wrap=True)
    about.add_column(overflow="fold")
    for name, counts in facets.items():
        if counts:
            listed = ", ".join(f"{value} {number}" for value, number in counts[:FACETS_SHOWN])
            more = f", {len(counts) - FACETS_SHOWN} more" if len(counts) > FACETS_SHOWN else ""
            about.add_row(f"By {name}", shown(f"{listed}{more}"))
    return Group(grid, "", about)


def marked(excerpt: Excerpt) -> Text:
    """Returns the excerpt with its terms in bold, safe to print."""
    text = Text()
    for part in excerpt.parts:
        text.append(harmless(part.text), "bold yellow" if part.marked else "dim")
    return text


def summary(found: SearchResult) -> str:
    """Says how many articles match, and whether these are all."""
    if not found.matches:
        what = "No article matches."
        if found.complete:
            return what
    else:
        what = f"{found.matches:,} articles match" if found.complete else (
            f"The newest {found.matches:,} articles that match"
        )  # fmt: skip
        what += f" ({found.seconds:.2f} s; times are Beijing's)."
    if found.complete:
        return what
    return f"{what} Older ones than {beijing(found.back_to)} were not looked at: use --until."


def similar_table(alike: Sequence[Similar]) -> Table:
    """Lists similar articles with the share of text in common."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("Shared", ""):
        table.add_column(heading, no_wrap=True)
    table.add_column("Title, article, published (Beijing)", overflow="fold")
    for each in alike:
        document = each.document
        table.add_row(
            f"{each.likeness.jaccard:.0%}",
            shown(each.verdict or "other time"),
            below(
                shown(document["title"]),
                shown(document["_id"], "cyan"),
                shown(beijing(document["published_at"]), "dim"),
            ),
        )
    return table


def _of_document(read: Callable[[Any], object]) -> Callable[[Any], object]:
    return lambda each: read(each.document)


_DOCUMENT_COLUMNS = {name: _of_document(read) for name, read in ARTICLE_COLUMNS.items()}
HIT_COLUMNS: Columns = {
    **_DOCUMENT_COLUMNS,
    "excerpt": lambda hit: hit.excerpt.text if hit.excerpt else None,
}
SIMILAR_COLUMNS: Columns = {
    "shared": lambda each: f"{each.likeness.jaccard:.2f}",
    "verdict": lambda each: each.verdict,
    **_DOCUMENT_COLUMNS,
}
