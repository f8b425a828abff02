"""`newsdesk import`: saved files through the same pipelines into the same collections."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from newsdesk.cli.terminal.console import out, say, shown
from newsdesk.cli.terminal.options import AsJson, KeepUnmatched
from newsdesk.cli.terminal.settings import settings_in_use
from schedules.job import JobResult

EXAMPLES = """[bold]Examples[/]

newsdesk import mirror/source/_posts

newsdesk import saved/page.txt --keep-unmatched

[bold]Exit codes[/]  0 ok · 1 failed · 2 wrong usage · 3 a file gave no article · 130 stopped"""
SHOWN_WARNINGS = 20


def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files, or folders that are walked.", exists=True, metavar="PATH"),
    ],
    keep_unmatched: KeepUnmatched = None,
    json: AsJson = False,
) -> None:
    """Import saved articles: posts of a Hexo mirror (Markdown) and saved texts of Guancha pages.

    Importing a file again changes nothing. Hidden files are passed over.
    """
    import asyncio

    from newsdesk.answers.crawls.importing import import_spec
    from newsdesk.cli.crawls.running import exit_code, run_jobs, show_results, topic_environment

    settings = settings_in_use()
    spec = import_spec(paths, settings, topic_environment(keep_unmatched))
    results = asyncio.run(run_jobs([spec], settings))
    show_results(results, json)
    if not json:
        show_warnings(results)
    raise typer.Exit(exit_code(results))


def show_warnings(results: Sequence[JobResult]) -> None:
    """Shows which files gave no article, and why."""
    from newsdesk.answers.crawls.importing import warnings_of

    for result in results:
        warnings = warnings_of(result)
        for warning in warnings[:SHOWN_WARNINGS]:
            out.print(shown(warning, "yellow"), soft_wrap=True)
        if len(warnings) > SHOWN_WARNINGS:
            say(f"... and {len(warnings) - SHOWN_WARNINGS} more: see {result.log}")
