"""`newsdesk crawl`: run the sites' spiders now, all at the same time, and show what came in."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from newsdesk.cli.jobs import exit_code, run_jobs, show_results, topic_environment
from newsdesk.sites import check_arguments
from pipelines.config import load_settings
from schedules.job import DEADLINE_SECONDS, JobSpec

EXAMPLES = (
    "[bold]Examples[/]  newsdesk crawl guancha sina   ·   "
    "newsdesk crawl sina --since 2026-03-01 --limit 50   ·   "
    "newsdesk crawl guancha --replay fixtures/recordings/night-1"
)


def crawl(
    sites: Annotated[list[str], typer.Argument(help="Sites to crawl.", metavar="SITE...")],
    since: Annotated[
        str | None, typer.Option(help="Only what was published at or after this time or date.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Only what was published before this time or date.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(help="Ask for at most so many articles per site.", min=1)
    ] = None,
    sections: Annotated[
        str | None,
        typer.Option(help="Only these lists of the site, with commas between.", metavar="A,B"),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(help="Answer every request from this recorded site; no network is used."),
    ] = None,
    keep_unmatched: Annotated[
        bool | None,
        typer.Option(
            "--keep-unmatched/--topics-only",
            help="Store articles that match no topic too (else as NEWSDESK_KEEP_UNMATCHED says).",
        ),
    ] = None,
    deadline: Annotated[
        float, typer.Option(help="Stop a crawl after so many seconds.", min=1)
    ] = DEADLINE_SECONDS,
    json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Crawl sites now and store their articles.

    Ctrl-C stops at once and keeps what came in; what is missing comes with the next run.
    """
    given = {"since": since, "until": until, "limit": limit, "sections": sections}
    arguments = {name: str(value) for name, value in given.items() if value is not None}
    check_arguments(sites, arguments)
    specs = [
        JobSpec(
            site=site,
            arguments=arguments,
            environment=topic_environment(keep_unmatched),
            replay=replay,
            deadline_seconds=deadline,
        )
        for site in dict.fromkeys(sites)
    ]
    results = asyncio.run(run_jobs(specs, load_settings()))
    show_results(results, json)
    raise typer.Exit(exit_code(results))
