"""`newsdesk demo`: two recorded nights of two sites, and what came in."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from newsdesk.cli.articles.tables import articles_table
from newsdesk.cli.crawls.tables import CrawlColumn, column_of, explanations, outcome_table
from newsdesk.cli.terminal.console import EXIT_PARTIAL, out, print_json, say
from newsdesk.cli.terminal.options import AsJson

if TYPE_CHECKING:
    from newsdesk.cli.crawls.recorded_nights import Night
    from pipelines.config import Settings

EXAMPLES = "[bold]Example[/]  newsdesk demo"
SHOWN_ARTICLES = 12
SHOWN_COLLECTIONS = ("articles", "revisions", "stories", "urls", "rejects", "evidence", "jobs")


def demo(json: AsJson = False) -> None:
    """Crawl two recorded nights of Guancha and Sina into MongoDB and show what came in.

    No network is used. The demo has a database of its own, which is emptied first.
    """
    from newsdesk.cli.crawls import recorded_nights as nights
    from newsdesk.cli.crawls.running import exit_code
    from pipelines.config import load_settings

    recordings = nights.find_recordings()
    settings = nights.demo_settings(load_settings())
    started = time.monotonic()
    say(f"Emptying the database {settings.database} ...")
    nights.prepare(settings)
    crawled = list(crawl_nights(recordings, settings))
    if json:
        print_json(demo_data(crawled))
    else:
        show_demo(crawled, settings, time.monotonic() - started)
    code = exit_code([result for night in crawled for result in night.results])
    if code != EXIT_PARTIAL:
        raise typer.Exit(code)


def crawl_nights(recordings: Sequence[Path], settings: Settings) -> Iterator[Night]:
    """Crawl each night in turn, until one is stopped."""
    import asyncio

    from newsdesk.cli.crawls import recorded_nights as nights
    from newsdesk.cli.crawls.running import run_jobs

    for number, recording in enumerate(recordings, start=1):
        title = f"night {number}"
        results = asyncio.run(run_jobs(nights.night_specs(recording), settings, title))
        yield nights.Night(title=title, results=results)
        if any(result.state == "cancelled" for result in results):
            return


def demo_data(crawled: Sequence[Night]) -> list[dict[str, object]]:
    """The results as JSON: one entry per night."""
    from newsdesk.cli.crawls.running import result_data

    return [
        {"night": night.title, "jobs": [result_data(result) for result in night.results]}
        for night in crawled
    ]


def show_demo(crawled: Sequence[Night], settings: Settings, seconds: float) -> None:
    """The tables: what came in, the newest articles, and how to look further."""
    from pipelines.storage.queries import counts, newest_articles

    columns = demo_columns(crawled)
    out.print(heading("What came in", f"two nights, two sites, {seconds:.0f} s"))
    out.print(outcome_table(columns))
    out.print(explanations(columns))
    articles = newest_articles(settings, limit=SHOWN_ARTICLES)
    held = counts(settings)
    out.print(heading("Newest articles", f"{len(articles)} of {held.get('articles', 0)}"))
    out.print(articles_table(articles, out.width))
    out.print(heading("Look further"))
    ids = [str(article["_id"]) for article in articles]
    out.print(further(settings, held, ids), soft_wrap=True)


def heading(title: str, remark: str = "") -> Text:
    """A line above a table."""
    return Text.assemble("\n", (title, "bold"), "  ", (remark, "dim"), "\n")


def demo_columns(crawled: Sequence[Night]) -> list[CrawlColumn]:
    """A column per site and night, the nights of a site side by side."""
    by_site = [(result.site, night, result) for night in crawled for result in night.results]
    by_site.sort(key=lambda entry: entry[0])
    return [column_of(result, f"{site}, {night.title}") for site, night, result in by_site]


def further(settings: Settings, held: dict[str, int], articles: Sequence[str]) -> Text:
    """The commands that show more of the demo's database, one a line, to be copied."""
    program = command_name()
    demo_program = f"{program} --database {settings.database}"
    collections = " · ".join(f"{name} {held[name]}" for name in SHOWN_COLLECTIONS if name in held)
    text = Text.assemble(("In MongoDB now: ", "dim"), collections, "\n")
    for label, command in (
        ("An article whole", f"{demo_program} articles show {articles[0] if articles else 'ID'}"),
        ("All of one site, as JSON", f"{demo_program} articles list --site sina --json"),
        ("MongoDB itself", f"{demo_program} db shell"),
        ("The topics that decide", f"{program} topics list"),
        ("Is all well here?", f"{program} doctor"),
        ("Your first real crawl", f"{program} crawl guancha --limit 20"),
    ):
        text.append(f"\n{label}\n", style="dim")
        text.append(f"  {command}", style="cyan")
    return text


def command_name() -> str:
    """How this command was called, so that what is shown can be copied."""
    program = Path(sys.argv[0])
    if program.stem != "newsdesk" or shutil.which("newsdesk") == str(program.absolute()):
        return "newsdesk"
    absolute = program.absolute()
    return str(
        absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute
    )
