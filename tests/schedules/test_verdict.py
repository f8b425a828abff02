"""The verdict comes from what the crawl reported, and its sentence says what to do."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from schedules.statsfile import StatsReport
from schedules.verdict import Stop, judge

FINE = {"newsdesk/found": 40, "newsdesk/requested": 30, "newsdesk/new": 30}


def finished(stats: Mapping[str, object], reason: str = "finished") -> StatsReport:
    return StatsReport(finished=True, finish_reason=reason, stats=stats)


@pytest.mark.parametrize(
    ("changes", "state", "says"),
    [
        ({}, "ok", "stored or accounted for"),
        ({"newsdesk/failed": 1, "newsdesk/failed/timeout": 1}, "ok", "1 page failed and will be"),
        ({"newsdesk/requested": 9, "newsdesk/failed": 2}, "ok", "2 pages failed"),
        ({"newsdesk/requested": 3, "newsdesk/failed": 2}, "partial", "2 of 3 pages"),
        (
            {"newsdesk/failed": 3, "newsdesk/failed/timeout": 2, "newsdesk/failed/http_503": 1},
            "partial",
            "3 of 30 pages could not be had (timeout 2, http_503 1)",
        ),
        (
            {"newsdesk/failed": 30, "newsdesk/failed/not_recorded": 30},
            "failed",
            "None of the 30 pages",
        ),
        (
            {
                "newsdesk/list_failed": 1,
                "newsdesk/list_failed/yaowen": 1,
                "newsdesk/list_error/yaowen": "timeout: took longer than 30 s",
            },
            "partial",
            "Lists given up, articles behind them are missing: yaowen (timeout)",
        ),
        (
            {
                "newsdesk/requested": 0,
                "newsdesk/list_failed": 2,
                "newsdesk/list_failed/home": 2,
                "newsdesk/list_error/home": "memory_unavailable: MongoDB does not answer",
            },
            "failed",
            "No list could be read: home (memory_unavailable). MongoDB did not answer",
        ),
        ({"newsdesk/found": 0}, "failed", "Has the site changed"),
        (
            {"newsdesk/unreadable": 9, "newsdesk/unreadable/no_body": 9},
            "partial",
            "9 of 30 pages could not be read (no_body 9)",
        ),
        ({"newsdesk/unreadable": 2, "newsdesk/unreadable/no_body": 2}, "ok", ""),
        (
            {"spider_exceptions/count": 2, "spider_exceptions/KeyError": 2},
            "partial",
            "2 errors in Newsdesk itself",
        ),
        ({"item_error_count": 1}, "partial", "1 error"),
        ({"newsdesk/requested": 0, "newsdesk/known": 40, "newsdesk/new": 0}, "ok", ""),
    ],
)
def test_a_crawl_that_ended_by_itself(changes: dict[str, int], state: str, says: str) -> None:
    verdict = judge(finished(FINE | changes), exit_code=0, stop=None)
    assert verdict.state == state
    assert says in verdict.reason


def test_articles_that_wait_in_the_spool_make_it_partial() -> None:
    verdict = judge(finished(FINE | {"newsdesk/spooled": 7}), exit_code=0, stop=None)
    assert (verdict.state, "7 articles and reports wait" in verdict.reason) == ("partial", True)


@pytest.mark.parametrize("exit_code", [0, 1, -9, None])
def test_no_report_is_a_failure_whatever_the_exit_code(exit_code: int | None) -> None:
    assert judge(None, exit_code=exit_code, stop=None).state == "failed"
    unfinished = StatsReport(stats=FINE)
    verdict = judge(unfinished, exit_code=exit_code, stop=None)
    assert verdict.state == "failed"
    assert "The 30 articles stored before that are safe" in verdict.reason


def test_the_way_it_ended_is_told() -> None:
    assert "was killed (SIGKILL)" in judge(None, exit_code=-9, stop=None).reason
    assert "exit code 3" in judge(None, exit_code=3, stop=None).reason


def test_memory_limit_is_partial() -> None:
    verdict = judge(finished(FINE, "memusage_exceeded"), exit_code=0, stop=None)
    assert (verdict.state, "memusage_exceeded" in verdict.reason) == ("partial", True)


def test_stops() -> None:
    report = finished(FINE, "shutdown")
    assert judge(report, exit_code=0, stop=None).state == "cancelled"
    assert judge(report, exit_code=0, stop=Stop.ASKED).state == "cancelled"
    assert judge(None, exit_code=-9, stop=Stop.ASKED).state == "cancelled"
    assert judge(report, exit_code=0, stop=Stop.DEADLINE).state == "partial"
    assert judge(None, exit_code=-9, stop=Stop.DEADLINE).state == "failed"
    assert judge(StatsReport(stats=FINE), exit_code=-9, stop=Stop.SILENCE).state == "failed"


def test_an_import_tolerates_nothing() -> None:
    stats = FINE | {"newsdesk/unreadable": 1, "newsdesk/unreadable/needs_url": 1}
    assert judge(finished(stats), exit_code=0, stop=None).state == "ok"
    verdict = judge(finished(stats), exit_code=0, stop=None, kind="import")
    assert verdict.state == "partial"
    assert "1 of 30 files gave no article (needs_url 1)" in verdict.reason


def test_without_a_database_nothing_was_asked_for() -> None:
    verdict = judge(finished({}, "database_unavailable"), exit_code=0, stop=None)
    assert (verdict.state, "newsdesk doctor" in verdict.reason) == ("failed", True)


@pytest.mark.parametrize(
    ("finish", "state", "says"),
    [
        ("blocked", "blocked", "turned us away: it asks who we are. The page is in `evidence`."),
        ("come_back_later", "partial", "asked for a longer pause than a crawl waits: it asks who"),
        ("budget_spent", "partial", "requests for this site are used up"),
        ("quiet_hours", "partial", "quiet hours"),
    ],
)
def test_a_site_that_is_left_alone_says_why_and_until_when(
    finish: str, state: str, says: str
) -> None:
    stats = {
        "newsdesk/left_alone": "it asks who we are",
        "newsdesk/come_back_at": "2026-03-02T03:00:00+00:00",
        "newsdesk/new": 2,
    }
    verdict = judge(finished(stats, finish), exit_code=0, stop=None)
    assert verdict.state == state
    assert says in verdict.reason
    assert "from 2026-03-02 03:00:00 UTC on" in verdict.reason
    assert "The 2 articles stored before that are safe." in verdict.reason
    silent = judge(finished({}, finish), exit_code=0, stop=None)
    assert (silent.state, "gave no reason" in silent.reason) == (state, True)
