"""`newsdesk demo`: two recorded nights of two sites, and what came in."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from attrs import define
from rich.text import Text

import newsdesk
from newsdesk.answers.crawls.summary import SUMMARY
from newsdesk.cli.articles.tables import articles_table
from newsdesk.cli.crawls.tables import CrawlColumn, column_of, explanations, outcome_table
from newsdesk.cli.terminal.console import EXIT_PARTIAL, out, print_json, say
from newsdesk.cli.terminal.options import AsJson
from newsdesk.cli.terminal.settings import settings_in_use
from newsdesk.exceptions import NoRecordings, NotTheDemos
from pipelines.counting import counters
from schedules.job import JobResult, JobSpec

if TYPE_CHECKING:
    from pipelines.config import Settings

EXAMPLES = "[bold]Example[/]  newsdesk demo"
DATABASE = "newsdesk_demo"
SITES = ("guancha", "sina")
NIGHTS = ("night-1", "night-2")
RECORDINGS = Path(newsdesk.__path__[0]) / "recordings"
"""Where a wheel holds the recorded nights; `[tool.hatch]` in pyproject.toml puts them there."""
CHECKOUT = RECORDINGS.parents[1] / "fixtures" / "recordings"
DEADLINE_SECONDS = 300.0
# Which site counts a story of both depends on which comes last: it is left out, so that the demo
# gives the same figures every time. The stories themselves are counted below the table.
LINES = [line for line in SUMMARY if line.name != counters.SAME_STORY.name]
# The demo shows the shipped topics, whatever the operator has set.
ENVIRONMENT = {"NEWSDESK_TOPICS": "", "NEWSDESK_KEEP_UNMATCHED": "false"}
SHOWN_ARTICLES = 12
SHOWN_COLLECTIONS = ("articles", "revisions", "stories", "urls", "rejects", "evidence", "jobs")


@define(frozen=True, kw_only=True)
class CrawledNight:
    """A recorded night and what crawling it brought."""

    title: str
    results: list[JobResult]


def demo(json: AsJson = False) -> None:
    """Crawl two recorded nights of Guancha and Sina into MongoDB and show what came in.

    No network is used. The demo has a database of its own, which is emptied first.
    """
    from newsdesk.cli.crawls.running import exit_code

    recordings = find_recordings()
    settings = demo_settings(settings_in_use())
    started = time.monotonic()
    say(f"Emptying the database {settings.database} ...")
    prepare(settings)
    crawled = list(crawl_nights(recordings, settings))
    if json:
        print_json(demo_data(crawled))
    else:
        show_demo(crawled, settings, time.monotonic() - started)
    code = exit_code([result for night in crawled for result in night.results])
    if code != EXIT_PARTIAL:
        raise typer.Exit(code)


def find_recordings() -> list[Path]:
    """Finds the recorded nights, in order.

    Raises:
        NoRecordings: this Newsdesk was installed without them.
    """
    nights = [(RECORDINGS if RECORDINGS.is_dir() else CHECKOUT) / night for night in NIGHTS]
    missing = [night for night in nights if not (night / "manifest.json").is_file()]
    if missing:
        raise NoRecordings(
            f"The demo's recorded sites come with Newsdesk, and {missing[0]} is not there: "
            "install it again."
        )
    return nights


def demo_settings(settings: Settings) -> Settings:
    """Returns the operator's settings with the demo's own database."""
    return settings.model_copy(update={"database": DATABASE})


def prepare(settings: Settings) -> None:
    """Empties the demo's database and spool.

    Raises:
        NotTheDemos: nights were crawled into it.
    """
    from pipelines.storage.queries import drop_database, has_nights

    if has_nights(settings):
        raise NotTheDemos(
            f"The database {settings.database} holds nights: the demo would empty it. Give the "
            "nights another one (NEWSDESK_DATABASE), or drop it yourself."
        )
    drop_database(settings)
    shutil.rmtree(settings.spool_dir, ignore_errors=True)


def night_specs(recording: Path) -> list[JobSpec]:
    """Returns the jobs of one night."""
    return [
        JobSpec(
            site=site,
            replay=recording,
            environment=ENVIRONMENT,
            deadline_seconds=DEADLINE_SECONDS,
        )
        for site in SITES
    ]


def crawl_nights(recordings: Sequence[Path], settings: Settings) -> Iterator[CrawledNight]:
    """Crawls each night in turn, until one is stopped."""
    import asyncio

    from newsdesk.cli.crawls.running import run_jobs

    for number, recording in enumerate(recordings, start=1):
        title = f"night {number}"
        results = asyncio.run(run_jobs(night_specs(recording), settings, title))
        yield CrawledNight(title=title, results=results)
        if any(result.state == "cancelled" for result in results):
            return


def demo_data(crawled: Sequence[CrawledNight]) -> list[dict[str, object]]:
    """Returns the results as plain values: one entry per night."""
    from newsdesk.answers.crawls.summary import result_data

    return [
        {"night": night.title, "jobs": [result_data(result) for result in night.results]}
        for night in crawled
    ]


def show_demo(crawled: Sequence[CrawledNight], settings: Settings, seconds: float) -> None:
    """Shows what came in, the newest articles, and how to look further."""
    from pipelines.storage.queries import counts, newest_articles

    columns = demo_columns(crawled)
    out.print(heading("What came in", f"two nights, two sites, {seconds:.0f} s"))
    out.print(outcome_table(columns, lines=LINES))
    out.print(explanations(columns))
    articles = newest_articles(settings, limit=SHOWN_ARTICLES)
    held = counts(settings)
    out.print(heading("Newest articles", f"{len(articles)} of {held.get('articles', 0)}"))
    out.print(articles_table(articles, out.width))
    out.print(heading("Look further"))
    ids = [str(article["_id"]) for article in articles]
    out.print(further(settings, held, ids), soft_wrap=True)


def heading(title: str, remark: str = "") -> Text:
    """Returns the line above a table."""
    return Text.assemble("\n", (title, "bold"), "  ", (remark, "dim"), "\n")


def demo_columns(crawled: Sequence[CrawledNight]) -> list[CrawlColumn]:
    """Returns a column per site and night, the nights of a site side by side."""
    by_site = [(result.site, night, result) for night in crawled for result in night.results]
    by_site.sort(key=lambda entry: entry[0])
    return [column_of(result, f"{site}, {night.title}") for site, night, result in by_site]


def further(settings: Settings, held: dict[str, int], articles: Sequence[str]) -> Text:
    """Lists commands that show more of the demo's database, to be copied."""
    from newsdesk.answers.settings import console_address

    program, at = command_name(), console_address(settings)
    demo_program = f"{program} --database {settings.database}"
    collections = " · ".join(f"{name} {held[name]}" for name in SHOWN_COLLECTIONS if name in held)
    text = Text.assemble(("In MongoDB now: ", "dim"), collections, "\n")
    for label, command in (
        ("An article whole", f"{demo_program} articles show {articles[0] if articles else 'ID'}"),
        ("What is written of testing", f"{demo_program} articles search '芯片 AND 测试'"),
        ("All of one site, as JSON", f"{demo_program} articles list --site sina --json"),
        ("MongoDB itself", f"{demo_program} db shell"),
        (f"The console, at {at}", f"{demo_program} web"),
        ("The topics that decide", f"{program} topics list"),
        ("Is all well here?", f"{program} doctor"),
        ("Your first real crawl", f"{program} crawl guancha --limit 20"),
    ):
        text.append(f"\n{label}\n", style="dim")
        text.append(f"  {command}", style="cyan")
    return text


def command_name() -> str:
    """Returns how this command was called, so that the commands shown can be copied."""
    program = Path(sys.argv[0])
    if program.stem != "newsdesk" or shutil.which("newsdesk") == str(program.absolute()):
        return "newsdesk"
    absolute = program.absolute()
    return str(
        absolute.relative_to(Path.cwd()) if absolute.is_relative_to(Path.cwd()) else absolute
    )
