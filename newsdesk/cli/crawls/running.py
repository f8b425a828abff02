"""Runs the jobs of `crawl`, `import` and `demo` with progress, and shows the results."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from newsdesk.answers.crawls.backfill import backfill_of
from newsdesk.answers.crawls.summary import result_data
from newsdesk.cli.crawls.live import Board
from newsdesk.cli.crawls.tables import column_of, crawl_summary
from newsdesk.cli.terminal.console import (
    EXIT_BLOCKED,
    EXIT_FAILED,
    EXIT_PARTIAL,
    EXIT_STOPPED,
    out,
    print_json,
    say,
)
from pipelines.config import Settings
from pipelines.records import JobState
from schedules.job import JobResult, JobSpec
from schedules.jobs.ledger import MongoLedger
from schedules.jobs.process import StopRequest, stop_signals
from schedules.jobs.runner import Runner

EXIT_CODES: tuple[tuple[JobState, int], ...] = (
    ("failed", EXIT_FAILED),
    ("cancelled", EXIT_STOPPED),
    ("blocked", EXIT_BLOCKED),
    ("partial", EXIT_PARTIAL),
)
"""The worst first."""


def finish(specs: Sequence[JobSpec], settings: Settings, *, as_json: bool) -> None:
    """Runs the jobs, shows the results, and ends the command with the exit code that fits."""
    results = asyncio.run(run_jobs(specs, settings))
    show_results(results, as_json)
    raise typer.Exit(exit_code(results))


async def run_jobs(
    specs: Sequence[JobSpec], settings: Settings, title: str = ""
) -> list[JobResult]:
    """Runs the jobs side by side with progress; Ctrl-C stops them gracefully, twice at once."""
    stop = StopRequest()
    backfills = {spec.site: days for spec in specs if (days := backfill_of(spec))}
    board = Board([spec.site for spec in specs], title, backfills)
    with board, stopping(stop, board):
        ledger = MongoLedger(settings, board.note)
        await ledger.settle()
        runner = Runner(settings=settings, ledger=ledger, on_progress=board.update, stop=stop)
        try:
            return await runner.run_all(specs)
        finally:
            await ledger.close()


@contextmanager
def stopping(stop: StopRequest, board: Board) -> Iterator[None]:
    """Turns Ctrl-C, SIGTERM and a closed terminal into a request to stop."""
    loop, numbers = asyncio.get_running_loop(), stop_signals()

    def press() -> None:
        stop.press()
        board.note(
            "Stopping: what is under way is finished and stored. Ctrl-C again stops at once."
            if stop.times == 1
            else "Stopping at once."
        )

    for number in numbers:
        loop.add_signal_handler(number, press)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


def topic_environment(keep_unmatched: bool | None) -> dict[str, str]:
    """Returns the setting for one job; nothing if the operator did not choose."""
    if keep_unmatched is None:
        return {}
    return {"NEWSDESK_KEEP_UNMATCHED": str(keep_unmatched).lower()}


def show_results(results: Sequence[JobResult], as_json: bool) -> None:
    """Shows the summary as tables, or as JSON on stdout."""
    if as_json:
        print_json([result_data(result) for result in results])
        return
    out.print(crawl_summary([column_of(result) for result in results]))
    for result in results:
        if result.state != "ok":
            say(f"Log of {result.site}: {result.log}")


def exit_code(results: Sequence[JobResult]) -> int:
    """Returns 0 if all are ok; else the code of the worst: failed, stopped, blocked, partial."""
    states = {result.state for result in results}
    return next((code for state, code in EXIT_CODES if state in states), 0)
