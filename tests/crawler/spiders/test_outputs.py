from __future__ import annotations

import pytest
from scrapy import Request

from crawler.spiders.outputs import SpiderOutput, settled
from pipelines.items import PageReport, PageState


def report(key: str, state: PageState = "not_collectable", reason: str = "moved") -> PageReport:
    url = f"https://www.guancha.cn/{key}"
    return PageReport(site="guancha", key=key, url=url, state=state, reason=reason)


SHELLS = (report("1"), report("2"))


def test_shells_follow_what_they_led_to() -> None:
    gone = report("3", "gone", "http_404")
    assert list(settled(gone, SHELLS)) == [gone, *SHELLS]


@pytest.mark.parametrize("outcome", [Request("https://www.guancha.cn/3")])
def test_a_request_carries_its_shells_on(outcome: SpiderOutput) -> None:
    assert list(settled(outcome, SHELLS)) == [outcome]


def test_shells_of_a_failed_article_fail_too_so_that_the_next_run_finds_the_way() -> None:
    failed = report("3", "failed", "timeout")
    found = list(settled(failed, SHELLS))
    assert [
        (each.key, each.state, each.reason) for each in found if isinstance(each, PageReport)
    ] == [
        ("3", "failed", "timeout"),
        ("1", "failed", "target_failed"),
        ("2", "failed", "target_failed"),
    ]


def test_a_shell_that_failed_itself_is_reported_once() -> None:
    failed = report("1", "failed", "bug")
    assert [each.key for each in settled(failed, SHELLS) if isinstance(each, PageReport)] == [
        "1",
        "2",
    ]
