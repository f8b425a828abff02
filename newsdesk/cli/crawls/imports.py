"""`newsdesk import`: saved files through the same pipelines into the same collections."""

from __future__ import annotations

import json as json_module
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from newsdesk.cli.terminal.console import out, say, shown
from newsdesk.cli.terminal.options import AsJson, KeepUnmatched
from newsdesk.exceptions import NothingToImport
from schedules.job import JobResult, JobSpec

EXAMPLES = """[bold]Examples[/]

newsdesk import mirror/source/_posts

newsdesk import saved/page.txt --keep-unmatched

[bold]Exit codes[/]  0 ok · 1 failed · 2 wrong usage · 3 a file gave no article · 130 stopped"""
SHOWN_WARNINGS = 20
WARNING = " WARNING: "


def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files, or folders that are walked.", exists=True, metavar="PATH..."),
    ],
    keep_unmatched: KeepUnmatched = None,
    json: AsJson = False,
) -> None:
    """Import saved articles: posts of a Hexo mirror (Markdown) and saved texts of Guancha pages.

    Importing a file again changes nothing. Hidden files are passed over.
    """
    import asyncio

    from newsdesk.cli.crawls.running import exit_code, run_jobs, show_results, topic_environment
    from pipelines.config import load_settings

    files = list(dict.fromkeys(walk(paths)))
    if not files:
        raise NothingToImport(f"{paths[0]} holds no files: name a file, or a folder with some.")
    settings = load_settings()
    spec = JobSpec(
        site="files",
        kind="import",
        arguments={"paths": f"@{write_list(files, settings.jobs_dir)}"},
        environment=topic_environment(keep_unmatched),
    )
    results = asyncio.run(run_jobs([spec], settings))
    show_results(results, json)
    if not json:
        show_warnings(results)
    raise typer.Exit(exit_code(results))


def write_list(files: Sequence[Path], folder: Path) -> Path:
    """A file with the names, which are too many for a command line."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"import-{secrets.token_hex(6)}.paths.json"
    names = [str(file) for file in files]
    path.write_text(json_module.dumps(names), encoding="utf-8")
    return path


def walk(paths: Sequence[Path]) -> Iterator[Path]:
    """Every file that is named or stands below a named folder, sorted within it."""
    for path in paths:
        if not path.is_dir():
            yield path.absolute()
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith("."):
                    yield (Path(folder) / name).absolute()


def show_warnings(results: Sequence[JobResult]) -> None:
    """Which files gave no article, and why, as the log has it."""
    for result in results:
        with result.log.open(encoding="utf-8", errors="replace") as log:
            warnings = [line.partition(WARNING)[2] for line in log if WARNING in line]
        for warning in warnings[:SHOWN_WARNINGS]:
            out.print(shown(warning.strip(), "yellow"), soft_wrap=True)
        if len(warnings) > SHOWN_WARNINGS:
            say(f"... and {len(warnings) - SHOWN_WARNINGS} more: see {result.log}")
