"""The summary of crawls."""

from __future__ import annotations

from newsdesk.cli.crawls.tables import CrawlColumn, crawl_summary
from tests.support.screens import printed

STATS = {
    "newsdesk/found": 12345,
    "newsdesk/requested": 23,
    "newsdesk/new": 17,
    "newsdesk/unreadable": 2,
    "newsdesk/unreadable/no_time": 2,
    "newsdesk/failed": 3,
    "newsdesk/failed/not_recorded": 2,
    "newsdesk/failed/timeout": 1,
}


def columns(number: int) -> list[CrawlColumn]:
    reason = "Lists given up, articles behind them are missing: yaowen (timeout)."
    return [
        CrawlColumn(heading=f"guancha, night {n}", stats=STATS, state="partial", reason=reason)
        for n in range(number)
    ]


def test_failed_and_not_recorded_are_two_things() -> None:
    text = printed(crawl_summary(columns(1)))
    lines = [line.split() for line in text.splitlines() if line.strip()]
    rows = {" ".join(line[:-1]): line[-1] for line in lines}
    assert (rows["failed"], rows["not recorded"], rows["Found"]) == ("1", "2", "12,345")
    assert "failed: timeout 1" in text


def test_four_columns_fit_80() -> None:
    assert "guancha, night 3" in printed(crawl_summary(columns(4)))
