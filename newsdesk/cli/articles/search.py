"""`newsdesk articles search` and `similar`: find stored articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from newsdesk.answers.moments import beijing
from newsdesk.cli.articles.commands import MAX_LISTED
from newsdesk.cli.articles.tables import article_row
from newsdesk.cli.terminal.console import clean, out, print_json, print_rows, say, shown
from newsdesk.cli.terminal.options import AsJson
from newsdesk.exceptions import NoSuchArticle

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
    since: Annotated[
        str | None,
        typer.Option(help="Only what was published from then on (Beijing).", metavar="TIME"),
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Only what was published before.", metavar="TIME")
    ] = None,
    site: Annotated[str | None, typer.Option(help="Only this site's.", metavar="SITE")] = None,
    topic: Annotated[
        str | None, typer.Option(help="Only what belongs to this topic.", metavar="TOPIC")
    ] = None,
    newest: Annotated[
        bool, typer.Option("--newest", help="The newest first instead of the best.")
    ] = False,
    limit: Annotated[
        int, typer.Option(help="How many at most.", min=1, max=MAX_LISTED, metavar="N")
    ] = 20,
    json: AsJson = False,
) -> None:
    """Find stored articles by their text, in either script, the best first.

    The best are chosen among the newest two hundred that match. Any two characters that stand
    side by side are found; Latin words and numbers as whole words.
    """
    from newsdesk.answers.moments import read_moment
    from pipelines.config import load_settings
    from pipelines.storage.search.candidates import Filters
    from pipelines.storage.search.search import search as find
    from pipelines.text.query.parser import parse_query

    filters = Filters(
        since=read_moment(since, "--since") if since else None,
        until=read_moment(until, "--until") if until else None,
        site=site,
        topic=topic,
    )
    asked = parse_query(query)
    found = find(load_settings(), asked, filters, limit=limit, newest_first=newest)
    if json:
        print_json({"query": query, **found_data(found)})
    elif not out.is_terminal:
        print_rows([*article_row(hit.document), excerpt_text(hit)] for hit in found.hits)
    elif found.hits:
        out.print(found_page(found))
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
) -> None:
    """Find the articles whose text is most like an article's, whenever they were published."""
    from pipelines.config import load_settings
    from pipelines.storage.queries import find_article
    from pipelines.storage.search.similar import similar_articles

    settings = load_settings()
    one = find_article(settings, article)
    if one is None:
        raise NoSuchArticle(
            f"{article} is not stored: `newsdesk articles search` finds what is; an id is site:key."
        )
    alike = similar_articles(settings, one, limit)
    if json:
        print_json([similar_data(each) for each in alike])
    elif not out.is_terminal:
        print_rows(
            [f"{each.likeness.jaccard:.2f}", each.verdict, *article_row(each.document)]
            for each in alike
        )
    elif alike:
        out.print(similar_table(alike))
    if not alike:
        say(f"No stored article is like {article}.")


def found_data(found: SearchResult) -> dict[str, Any]:
    """The answer as JSON gives it."""
    return {
        "matches": found.matches,
        "complete": found.complete,
        "back_to": found.back_to,
        "facets": {name: dict(counts) for name, counts in found.facets.items()},
        "articles": [
            {
                **hit.document,
                "score": round(hit.score, 3),
                "matches": hit.matches,
                "excerpt": {
                    "field": hit.excerpt.field,
                    "text": hit.excerpt.text,
                    "marks": [list(mark) for mark in hit.excerpt.marks],
                }
                if hit.excerpt
                else None,
            }
            for hit in found.hits
        ],
    }


def excerpt_text(hit: Hit) -> str | None:
    """The excerpt alone, for a pipe."""
    return hit.excerpt.text if hit.excerpt else None


def found_page(found: SearchResult) -> RenderableType:
    """Each article with the piece of its text that was found, and below all what there is."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for hit in found.hits:
        document = hit.document
        source = (document.get("source") or {}).get("name")
        about = "  ".join(part for part in (document["_id"], source) if part)
        grid.add_row(
            beijing(document["published_at"]),
            Text.assemble(shown(document["title"], "bold"), "  ", shown(about, "cyan")),
        )
        if hit.excerpt is not None:
            grid.add_row("", marked(hit.excerpt))
    facets = Table.grid(padding=(0, 2))
    facets.add_column(style="dim", no_wrap=True)
    facets.add_column(overflow="fold")
    for name, counts in found.facets.items():
        if counts:
            listed = ", ".join(f"{value} {number}" for value, number in counts[:FACETS_SHOWN])
            more = f", {len(counts) - FACETS_SHOWN} more" if len(counts) > FACETS_SHOWN else ""
            facets.add_row(f"By {name}", shown(f"{listed}{more}"))
    return Group(grid, "", facets)


def marked(excerpt: Excerpt) -> Text:
    """The excerpt with its terms in bold; what could steer a terminal is left out."""
    text = Text()
    for part in excerpt.parts:
        text.append(clean(part.text), "bold yellow" if part.marked else "dim")
    return text


def summary(found: SearchResult) -> str:
    """How much was found, and whether that is all."""
    if not found.matches:
        what = "No article matches."
        if found.complete:
            return what
    else:
        what = f"{found.matches:,} articles match" if found.complete else (
            f"The newest {found.matches:,} articles that match"
        )  # fmt: skip
        what += f" ({found.seconds:.2f} s)."
    if found.complete:
        return what
    return f"{what} Older ones than {beijing(found.back_to)} were not looked at: use --until."


def similar_data(each: Similar) -> dict[str, Any]:
    """An article that is like another, as JSON gives it."""
    like = each.likeness
    return {
        **each.document,
        "verdict": each.verdict,
        "jaccard": round(like.jaccard, 3),
        "contained": round(like.contained, 3),
        "contradictions": like.contradictions,
    }


def similar_table(alike: list[Similar]) -> Table:
    """Articles with how much of both texts they share."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("Shared", "", "Published", "Article"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Title", overflow="fold")
    for each in alike:
        document = each.document
        table.add_row(
            f"{each.likeness.jaccard:.0%}",
            shown(each.verdict or "other time"),
            shown(beijing(document["published_at"])),
            shown(document["_id"], "cyan"),
            shown(document["title"]),
        )
    return table
