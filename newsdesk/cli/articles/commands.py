"""`newsdesk articles`: look at what is stored."""

from __future__ import annotations

from functools import partial
from shlex import quote
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table

from newsdesk.answers.moments import stamp
from newsdesk.cli.articles.tables import ARTICLE_COLUMNS, articles_table, topic_names
from newsdesk.cli.terminal.console import out, print_json, say, shown
from newsdesk.cli.terminal.listing import show_list
from newsdesk.cli.terminal.options import (
    After,
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

app = typer.Typer(
    help="List, find and show stored articles.", no_args_is_help=True, rich_markup_mode="rich"
)
MAX_LISTED = 1000
TEXT_WIDTH = 88


@app.command(
    "list",
    epilog="""[bold]Examples[/]

newsdesk articles list --site sina --since 2026-03-01

newsdesk articles list --json | jq '.[].title'""",
)
def list_(
    site: OfSite = None,
    topic: OfTopic = None,
    source: OfSource = None,
    section: OfSection = None,
    edited: Edited = False,
    gone: Gone = False,
    since: Since = None,
    until: Until = None,
    after: After = None,
    limit: Annotated[
        int, typer.Option(help="How many at most.", min=1, max=MAX_LISTED, metavar="N")
    ] = 20,
    json: AsJson = False,
    tsv: AsTsv = False,
) -> None:
    """List articles, newest first. In a pipe: one line each, fields between tabs, times in UTC."""
    from newsdesk.answers.articles.choosing import read_cursor, read_filters
    from newsdesk.answers.articles.stored import articles_listed
    from pipelines.storage.queries import EVERYTHING

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
    place = read_cursor(after) if after else None
    articles, following = articles_listed(
        settings_in_use(), filters, after=place, limit=limit, whole=json
    )
    table = partial(articles_table, width=out.width)
    show_list(articles, ARTICLE_COLUMNS, table, as_json=json, as_tsv=tsv)
    if articles and out.is_terminal and not (json or tsv):
        say("newsdesk articles show ARTICLE shows one whole; --json gives all fields.")
    if following:
        say(f"There are more: --after {quote(following)}")
    if not articles:
        say(
            "No article matches."
            if after or filters != EVERYTHING
            else "Nothing is stored yet: newsdesk crawl SITE"
        )


@app.command(epilog="[bold]Example[/]  newsdesk articles show guancha:900001")
def show(
    article: Annotated[
        str, typer.Argument(help="The article's id (site:key) or its URL.", metavar="ARTICLE")
    ],
    simplified: Annotated[
        bool, typer.Option("--simplified", help="Titles and text in Simplified script.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Show one article: its fields, and its text as it is stored."""
    from newsdesk.answers.articles.stored import article_named, in_simplified
    from pipelines.storage.queries import same_story

    settings = settings_in_use()
    found = article_named(settings, article)
    if simplified:
        found = in_simplified(found)
    if json:
        print_json(found)
    else:
        copies = [f"{copy['_id']} {copy['title']}" for copy in same_story(settings, found)]
        out.print(article_page(found, copies, min(out.width, TEXT_WIDTH)), soft_wrap=False)


def article_page(article: dict[str, Any], copies: list[str], width: int) -> RenderableType:
    """Lays out an article: title, facts, text. copies: other articles of its story."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for label, value in article_facts(article):
        if value:
            facts.add_row(label, shown(value))
    for number, copy in enumerate(copies):
        facts.add_row("Same story" if number == 0 else "", shown(copy))
    paragraphs: list[RenderableType] = [
        Padding(shown(line), (0, 0, 1, 0)) for line in str(article.get("body", "")).split("\n")
    ]
    grid = Table.grid(expand=False)
    grid.add_column(width=width, overflow="fold")
    parts: list[RenderableType] = [
        shown(article.get("title"), "bold"),
        "",
        facts,
        Rule(style="dim"),
    ]
    for part in [*parts, *paragraphs]:
        grid.add_row(part)
    return Group(grid)


def article_facts(article: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Returns label and value of each fact shown above the text; None where it is empty."""
    times = article.get("times") or {}
    related, hot = article.get("related") or [], article.get("hot") or []
    return [
        ("Original title", article.get("original_title")),
        ("Summary", article.get("summary")),
        ("Authors", people(article.get("authors"), "description")),
        ("Source", named(article.get("source"))),
        ("Origin", (article.get("source") or {}).get("origin")),
        ("Editors", people(article.get("editors"), "code")),
        ("Published", stamp(article.get("published_at"))),
        ("Updated", stamp(article.get("updated_at"))),
        (
            "As printed",
            " · ".join(f"{name} {text}" for name, text in times.items() if text and name != "zone"),
        ),
        ("Section", article.get("section")),
        ("Keywords", ", ".join(article.get("keywords") or [])),
        ("Topics", topic_names(article)),
        ("Similar", ", ".join(article.get("similar") or [])),
        ("Images", counted(article.get("images"))),
        ("Related", counted(related)),
        ("Hot list", counted(hot)),
        ("Revision", str(article.get("revision", ""))),
        ("Gone", stamp(article.get("gone_at"))),
        ("Id", article.get("_id")),
        ("URL", article.get("url")),
        ("Stored", stamp(article.get("stored_at"))),
        ("Re-extracted", stamp(article.get("re_extracted_at"))),
        ("Read by", method(article.get("extraction"))),
        ("Left out", left_out(article.get("extraction"))),
    ]


def people(entries: list[dict[str, Any]] | None, extra: str) -> str:
    """ "支全明 (SF099), 陈修龙"."""
    return ", ".join(
        f"{entry['name']} ({entry[extra]})" if entry.get(extra) else str(entry["name"])
        for entry in entries or []
    )


def named(source: dict[str, Any] | None) -> str | None:
    """Returns a source's name and link."""
    if not source:
        return None
    return f"{source['name']}  {source['url']}" if source.get("url") else str(source["name"])


def counted(entries: list[Any] | None) -> str | None:
    """Returns how many there are; None for none."""
    return str(len(entries)) if entries else None


def method(extraction: dict[str, Any] | None) -> str | None:
    """Returns the method that read the page, with its flags."""
    if not extraction:
        return None
    flags = ", ".join(extraction.get("flags") or [])
    name = f"{extraction['method']} (version {extraction.get('version', 1)})"
    return f"{name}; {flags}" if flags else name


def left_out(extraction: dict[str, Any] | None) -> str | None:
    """The lines that rules took out of the body."""
    removed = (extraction or {}).get("removed") or []
    return " · ".join(entry["line"] for entry in removed) or None
