"""How far a crawl back to some day has come, as a share and as a bar."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from rich.console import Console

from newsdesk.answers.crawls.backfill import Backfill, backfill_of, reached
from newsdesk.cli.crawls.live import Board
from schedules.job import JobSpec, Progress


@pytest.mark.parametrize(
    ("stats", "share", "words"),
    [
        ({}, 0.0, "asking for the lists"),
        (
            {"newsdesk/back_to/a": "2026-03-16T00:00:00+00:00", "newsdesk/requested": 1200},
            0.5,
            "lists walked back to 2026-03-16 08:00, 1,200 articles",
        ),
        ({"newsdesk/back_to/a": "2026-01-16T00:00:00+00:00"}, 1.0, "walked back to 2026-01-16"),
        (
            {"newsdesk/requested": 40, "newsdesk/new": 8, "newsdesk/off_topic": 2},
            0.25,
            "10 of 40 articles",
        ),
    ],
)
def test_progress_is_that_of_the_lists_then_that_of_the_articles(
    stats: dict[str, object], share: float, words: str
) -> None:
    spec = JobSpec(site="guancha", arguments={"since": "2026-03-01", "until": "2026-03-30"})
    assert backfill_of(spec) == Backfill(
        since=datetime(2026, 2, 28, 16, tzinfo=UTC), until=datetime(2026, 3, 30, 16, tzinfo=UTC)
    )
    assert backfill_of(JobSpec(site="guancha")) is None
    begin, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)
    backfill = Backfill(since=begin, until=end)
    assert reached(stats, backfill).share == pytest.approx(share)
    assert words in reached(stats, backfill).words
    board = Board(["guancha"], backfills={"guancha": backfill})
    board.update(Progress(job="j", site="guancha", stats=stats))
    console = Console(width=120, file=None, record=True, force_terminal=True)
    with console.capture() as drawn:
        console.print(board._draw())
    assert f"{share:.0%}" in drawn.get()
