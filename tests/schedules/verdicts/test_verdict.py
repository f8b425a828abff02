"""The verdict comes from what the crawl reported, and its sentence says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schedules.verdicts.expectations import History
from schedules.verdicts.report import StatsReport
from schedules.verdicts.verdict import ORPHANED, Stop, Verdict, judge

SITE = {"articles": 20, "filled": {"source": 0.5}, "newest_hours": 24, "unreadable": 0.1,
        "fallback": 0.0, "doubtful": 0.1}  # fmt: skip
NOW = datetime(2026, 3, 2, tzinfo=UTC)
FINE = {"newsdesk/found": 40, "newsdesk/requested": 30, "newsdesk/new": 30}


def finished(stats: Mapping[str, object], reason: str = "finished") -> StatsReport:
    return StatsReport(finished=True, finish_reason=reason, stats=stats)


def kinds(verdict: Verdict) -> list[str]:
    return [problem.kind for problem in verdict.problems]


@pytest.mark.parametrize(
    ("changes", "state", "says"),
    [
        ({}, "ok", "stored or accounted for"),
        ({"newsdesk/failed": 1, "newsdesk/failed/timeout": 1}, "ok", "1 page failed and will be"),
        ({"newsdesk/requested": 9, "newsdesk/failed": 2}, "ok", "2 pages failed"),
        (
            {"newsdesk/failed": 1, "newsdesk/failed/not_recorded": 1},
            "ok",
            "accounted for. Not in the recording: 1 page.",
        ),
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
            {"newsdesk/requested": 1, "newsdesk/known": 29, "newsdesk/failed": 1},
            "partial",
            "1 of 1 pages",
        ),
        ({"newsdesk/requested": 1, "newsdesk/failed": 1}, "failed", "None of the 1 pages"),
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
        (
            {
                "newsdesk/unreadable": 9,
                "newsdesk/unreadable/no_body": 8,
                "newsdesk/unreadable/no_time": 1,
                "newsdesk/first_unreadable/no_body": "guancha:1: URL: nothing at div.all-txt",
            },
            "partial",
            "(no_body 8, no_time 1; the first, guancha:1: URL: nothing at div.all-txt): has the",
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
def test_a_crawl_that_ended_by_itself(changes: dict[str, Any], state: str, says: str) -> None:
    verdict = judge(finished(FINE | changes), exit_code=0, stop=None)
    assert verdict.state == state
    assert says in verdict.reason


@pytest.mark.parametrize(
    ("changes", "state", "kind"),
    [
        ({"newsdesk/unsaved": 7}, "failed", "disk"),
        ({"newsdesk/gone": 30, "newsdesk/gone/http_404": 30}, "partial", "layout_changed"),
        ({"newsdesk/gone": 20, "newsdesk/not_collectable": 10}, "partial", "layout_changed"),
        ({"newsdesk/failed": 27, "newsdesk/gone": 3}, "partial", "network"),
        ({"newsdesk/failed": 9, "newsdesk/failed/http_403": 9}, "partial", "blocked"),
        ({"newsdesk/failed": 9, "newsdesk/failed/dns": 9}, "partial", "dns"),
        ({"newsdesk/unreadable": 9}, "partial", "layout_changed"),
        ({"newsdesk/found": 0}, "failed", "empty"),
        ({"newsdesk/spooled": 1}, "partial", "database"),
        ({"item_error_count": 1}, "partial", "bug"),
        ({"newsdesk/topics_broken": 1}, "partial", "topics"),
    ],
)
def test_the_class_of_each_failure(changes: dict[str, int], state: str, kind: str) -> None:
    verdict = judge(finished(FINE | changes), exit_code=0, stop=None)
    assert (verdict.state, kinds(verdict)[:1]) == (state, [kind])


def test_one_or_two_pages_that_are_gone_say_nothing() -> None:
    stats = FINE | {"newsdesk/requested": 2, "newsdesk/gone": 2}
    assert judge(finished(stats), exit_code=0, stop=None).state == "ok"


@pytest.mark.parametrize("reason", ["database_unavailable", "storage_unusable", "store_failed"])
def test_a_crawl_that_could_store_nothing_failed(reason: str) -> None:
    verdict = judge(finished(FINE | {"newsdesk/unsaved": 3}, reason), exit_code=0, stop=None)
    assert (verdict.state, "newsdesk doctor" in verdict.reason) == ("failed", True)


def expected(changes: dict[str, int], history: History) -> Verdict:
    report = StatsReport(
        finished=True,
        finish_reason="finished",
        stats={**FINE, **changes},
        expectations=SITE,
        updated_at=NOW,
    )
    return judge(report, exit_code=0, stop=None, history=history)


LIKE = History(counts=tuple({"found": 60 + n, "new": 20} for n in range(6)))


@pytest.mark.parametrize(
    ("changes", "history", "kind", "says"),
    [
        ({"newsdesk/found": 19}, History(), "unusual", "Only 19 articles were found; a crawl of"),
        ({"newsdesk/found": 18 + 2}, LIKE, "", ""),
        ({"newsdesk/new": 0}, LIKE, "unusual", "No new article came in; like runs bring 20"),
        ({"newsdesk/new": 0}, History(counts=LIKE.counts[:4]), "", ""),
        ({"newsdesk/found": 3}, History(narrowed=True), "", ""),
        ({"newsdesk/found": 3, "newsdesk/list_not_modified/home": 1}, History(), "", ""),
        ({}, History(newest_at=NOW - timedelta(hours=30)), "stale", "1 day 6 hours old"),
        ({}, History(newest_at=NOW - timedelta(hours=23)), "", ""),
        (
            {"newsdesk/read": 20, "newsdesk/filled/source": 9},
            History(),
            "layout_changed",
            "Only 45% of 20 articles have source; 50% at least should",
        ),
        ({"newsdesk/read": 9}, History(), "", ""),
        ({"newsdesk/unreadable": 4}, History(), "layout_changed", "4 of 30 pages could not be"),
        (
            {"newsdesk/read": 20, "newsdesk/filled/source": 20, "newsdesk/by_fallback": 1},
            History(),
            "layout_changed",
            "1 of 20 articles were read by a fallback; 0% at most",
        ),
        (
            {"newsdesk/read": 20, "newsdesk/filled/source": 20, "newsdesk/doubtful": 3},
            History(),
            "layout_changed",
            "3 of 20 texts may not be the article; 10% at most",
        ),
        (
            {"newsdesk/read": 20, "newsdesk/filled/source": 20, "newsdesk/doubtful": 2},
            History(),
            "",
            "",
        ),
    ],
)
def test_what_a_site_lets_expect(
    changes: dict[str, int], history: History, kind: str, says: str
) -> None:
    verdict = expected(changes, history)
    assert kinds(verdict) == ([kind] if kind else [])
    assert verdict.state == ("partial" if kind else "ok")
    assert says in verdict.reason


def test_far_fewer_articles_than_usual() -> None:
    usual = History(counts=tuple({"found": 200} for _ in range(6)))
    verdict = expected({}, usual)
    assert "Only 40 articles were found; like runs find 200 (median of 6)" in verdict.reason


def test_a_crawl_whose_runner_has_gone_is_lost() -> None:
    verdict = judge(finished(FINE, ORPHANED), exit_code=None, stop=None)
    assert (verdict.state, kinds(verdict)) == ("lost", ["lost"])


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


def test_a_crawl_that_ended_before_its_first_list_does_not_blame_the_site() -> None:
    verdict = judge(finished({}, "memusage_exceeded"), exit_code=0, stop=None)
    assert (verdict.state, kinds(verdict)) == ("failed", ["memory"])
    assert verdict.reason == "The crawl ended early (memusage_exceeded)."


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
    assert "from 2026-03-02 11:00:00 Beijing time on" in verdict.reason
    assert "The 2 articles stored before that are safe." in verdict.reason
    silent = judge(finished({}, finish), exit_code=0, stop=None)
    assert (silent.state, "gave no reason" in silent.reason) == (state, True)


def test_lists_given_up_for_the_same_reason_are_told_together() -> None:
    lists = ("home", "yaowen", "politics", "economy", "tech")
    stats = FINE | {f"newsdesk/list_failed/{name}": 1 for name in lists} | {
        f"newsdesk/list_error/{name}": "robots_unreachable: no answer" for name in lists
    }  # fmt: skip
    stats |= {"newsdesk/list_failed/app": 1, "newsdesk/list_error/app": "timeout: 30 s"}
    told = judge(finished(stats), exit_code=0, stop=None).reason
    assert "missing: app (timeout), economy, home, politics and 2 more lists (robots_un" in told
