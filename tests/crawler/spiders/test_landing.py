from __future__ import annotations

from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.exceptions import PageError
from crawler.sites.guancha.site import GUANCHA
from crawler.spiders.landing import check_landing

ARTICLE = "https://www.guancha.cn/politics/2026_03_02_846720.shtml"
SECOND = "https://www.guancha.cn/politics/2026_03_02_846720_2.shtml"


def answer(url: str, *, redirected: bool = False, **values: Any) -> HtmlResponse:
    meta = {"redirect_times": 1} if redirected else {}
    return HtmlResponse(url, request=Request(ARTICLE, meta=meta), body=b"<html></html>", **values)


@pytest.mark.parametrize(
    ("response", "part"),
    [
        (answer(ARTICLE), False),
        (answer(ARTICLE, redirected=True), False),
        (answer(SECOND), True),
        (answer("https://www.guancha.cn/about"), False),  # asked for so: a site's rules may change
    ],
)
def test_the_page_that_was_asked_for_passes(response: HtmlResponse, part: bool) -> None:
    check_landing(GUANCHA, response, part=part)


@pytest.mark.parametrize(
    ("response", "reason", "state"),
    [
        (answer(ARTICLE, status=206), "truncated", "unreadable"),
        (answer(SECOND, redirected=True), "page_missing", "unreadable"),
        (answer("https://www.guancha.cn/", redirected=True), "redirect_home", "gone"),
        (answer("https://x.example/a", redirected=True), "other_site", "not_collectable"),
    ],
)
def test_another_page_is_refused(response: HtmlResponse, reason: str, state: str) -> None:
    with pytest.raises(PageError) as refused:
        check_landing(GUANCHA, response, part=False)
    assert (refused.value.reason, refused.value.state) == (reason, state)
