"""What one page may cost, tried with work that would never end."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable

import pytest
from web_poet import HttpResponse

from crawler.exceptions import PageError
from crawler.pages.budget import read_within_budget, within_budget
from crawler.pages.html import parse
from crawler.sites.guancha.article import GuanchaArticlePage
from tests.support import pages

SECONDS = 0.05
URL = "https://www.guancha.cn/politics/2026_03_01_516923.shtml"


def turn() -> None:
    while True:
        pass


def turn_over_errors() -> None:
    while True:
        with contextlib.suppress(Exception):  # as broad as a careless page object's
            turn()


def backtrack() -> None:
    re.search(r"(a+)+b", "a" * 100)


def recurse() -> None:
    recurse()


@pytest.mark.parametrize("work", [turn, turn_over_errors, backtrack, recurse])
def test_what_never_ends_is_too_costly(work: Callable[[], None]) -> None:
    begun = time.process_time()
    with pytest.raises(PageError) as caught:
        within_budget(work, SECONDS)
    assert caught.value.reason == "too_costly"
    assert time.process_time() - begun < 100 * SECONDS


def test_what_is_done_in_time_is_never_interrupted_afterwards() -> None:
    assert within_budget(lambda: 7, SECONDS) == 7
    begun = time.process_time()
    while time.process_time() - begun < 3 * SECONDS:
        pass


def test_an_error_of_the_work_comes_through() -> None:
    with pytest.raises(KeyError):
        within_budget(lambda: {"y": 7}["x"], SECONDS)
    with pytest.raises(PageError):
        within_budget(turn, SECONDS)


def test_another_thread_is_left_alone() -> None:
    done = []
    thread = threading.Thread(target=lambda: done.append(within_budget(lambda: 7, SECONDS)))
    thread.start()
    thread.join()
    assert done == [7]


def test_a_page_is_read_and_empty_afterwards() -> None:
    page = GuanchaArticlePage(response=HttpResponse(URL, pages.article().encode()))
    article, rest = read_within_budget(page)
    assert article.body.split("\n") == list(pages.PARAGRAPHS)
    assert rest is None
    assert vars(page) == {}


def test_a_page_without_an_article_is_empty_afterwards() -> None:
    page = GuanchaArticlePage(response=HttpResponse(URL, b"<p>x"))
    with pytest.raises(PageError):
        read_within_budget(page)
    assert vars(page) == {}


@pytest.mark.parametrize(
    "markup",
    ["<p>" * 200_001, "<b>" * 1000 + "</i>" * 200_000, "<a b=c d=e f=g h=i>" * 100_001,
     "<div>" * 10_000 + "底" + "</div>" * 10_000, "<span><b>" * 1500 + "底"],
    ids=["tags", "end_tags", "attributes", "deep", "deep_and_open"],
)  # fmt: skip
def test_what_the_parser_would_take_too_long_for_is_too_costly(markup: str) -> None:
    begun = time.process_time()
    with pytest.raises(PageError) as caught:
        parse(f"<html><body>{markup}</body></html>")
    assert caught.value.reason == "too_costly"
    assert time.process_time() - begun < 3
