from __future__ import annotations

import pytest

from crawler.kit.links.ways import (
    Paged,
    feeds_of,
    is_feed,
    is_sitemap,
    next_page,
    paging_of,
    sitemaps_of,
)
from crawler.kit.page import Page

URL = "https://www.example.com/news/"


def page(html: str) -> Page:
    return Page(url=URL, body=html.encode())


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (URL, f"{URL}index_2.html", Paged(url=f"{URL}index_{{page}}.html", first=URL)),
        (URL, f"{URL}p1.htm", Paged(url=f"{URL}p{{page}}.htm", first=URL, number_from=0)),
        (f"{URL}l_1.htm", f"{URL}l_2.htm", Paged(url=f"{URL}l_{{page}}.htm", first=None)),
        (f"{URL}?p=1&n=20", f"{URL}?p=2&n=20", Paged(url=f"{URL}?p={{page}}&n=20", first=None)),
        (URL, f"{URL}20260301/c12345.html", None),
        (URL, URL, None),
    ],
)  # fmt: skip
def test_paging_is_learnt_from_the_second_page(first: str, second: str, found: Paged) -> None:
    assert paging_of(first, second) == found


@pytest.mark.parametrize("words", ["下一页", "下页", "下一頁", "»", "Next"])
def test_the_next_page_is_told_by_its_words(words: str) -> None:
    html = f"<a href='/news/'>1</a><a href='index_2.html'>{words}</a>"
    assert next_page(page(html)) == f"{URL}index_2.html"


def test_feeds_are_named_in_the_head_or_linked() -> None:
    html = (
        "<head><link type='application/rss+xml' href='/rss/a.xml'></head>"
        "<a href='/rss/b.xml'>订阅</a><a href='/feedback/'>反馈</a>"
    )
    assert feeds_of(page(html)) == [
        "https://www.example.com/rss/a.xml",
        "https://www.example.com/rss/b.xml",
    ]


def test_sitemaps_stand_in_robots_txt() -> None:
    robots = "User-agent: *\nDisallow: /x\nsitemap: https://www.example.com/s.xml\r\nSitemap:/b"
    assert sitemaps_of(robots) == ["https://www.example.com/s.xml", "/b"]


def test_answers_are_told_by_what_is_in_them() -> None:
    assert is_feed(b"<?xml version='1.0'?><rss><channel><item></item></channel></rss>")
    assert not is_feed(b"<?xml version='1.0'?><rss><channel></channel></rss>")
    assert not is_feed(b"<html><body>rss</body></html>")
    assert is_sitemap(b"<?xml version='1.0'?><urlset></urlset>")
