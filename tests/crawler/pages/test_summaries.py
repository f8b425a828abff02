"""A summary is an editor's own, or the start of the text cut off by a machine."""

from __future__ import annotations

import time

import pytest

from crawler.pages.summaries import own_summary

BODY = "市里的第一条试验线昨天开始运行，工程师们用了三年时间。"


@pytest.mark.parametrize(
    "description",
    [
        BODY[:24],
        f"原标题：试验线开始运行 {BODY[:24]}...",
        f"{BODY[:24]}…_新浪网",
        f"{BODY[:24]}..._手机新浪网_新浪财经",
        f"{BODY[:24]}-观察者网",
        "太短",
        "",
    ],
)
def test_what_a_machine_cut_off_is_no_summary(description: str) -> None:
    assert own_summary(description, [BODY]) is None


def test_an_editors_words_are_one_without_the_sites_name() -> None:
    said = "三年之后，一条试验线终于开始运行，本地工厂供货过半"
    assert own_summary(f"{said}_新浪网", [BODY]) == said
    assert own_summary(f"{said}...", [BODY]) == said


@pytest.mark.parametrize("piece", ["_新浪", "_新浪x", "…", "-", "_ "])
def test_no_description_takes_long(piece: str) -> None:
    begin = time.process_time()
    own_summary(piece * 40_000 + "。", [BODY])
    assert time.process_time() - begin < 3
