"""URLs of sites without rules of their own."""

from __future__ import annotations

import pytest

from crawler.urls import ArticleUrl, NotAnArticleUrl
from crawler.urls.generic import identify, normalise


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("HTTP://Example.ORG:80/a?utm_source=x&b=2&a=1#top", "http://example.org/a?a=1&b=2"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a?spm=1.2.3", "https://example.org/a"),
        ("https://example.org/新闻?id=7", "https://example.org/%E6%96%B0%E9%97%BB?id=7"),
        ("https://example.org/s?q=%D6%D0", "https://example.org/s?q=%D6%D0"),
        (
            "https://mp.weixin.qq.com/s?__biz=MzA3&mid=26&idx=1&sn=ab12&chksm=f0&scene=27#wechat_redirect",
            "https://mp.weixin.qq.com/s?__biz=MzA3&idx=1&mid=26&sn=ab12",
        ),
        ("https://example.org/a?scene=2", "https://example.org/a?scene=2"),
    ],
)
def test_a_page_has_one_spelling(url: str, clean: str) -> None:
    assert normalise(url) == clean
    assert normalise(clean) == clean


def test_http_and_https_name_one_article() -> None:
    variants = [
        "http://www.example.org/a",
        "https://example.org/a?utm_medium=m",
        "//example.org/a#x",
    ]
    found = [identify(url) for url in variants]
    assert all(isinstance(one, ArticleUrl) and one.site == "web" for one in found)
    assert len({one.key for one in found if isinstance(one, ArticleUrl)}) == 1
    first = found[0]
    assert isinstance(first, ArticleUrl)
    assert len(first.key) == 16


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://example.org/a.PDF", "not_a_page"),
        ("https://example.org/i.jpg?x=1", "not_a_page"),
        ("ftp://example.org/a", "bad_url"),
        ("/relative", "bad_url"),
    ],
)
def test_what_is_no_page_says_why(url: str, reason: str) -> None:
    found = identify(url)
    assert isinstance(found, NotAnArticleUrl)
    assert found.reason == reason


def test_an_unusable_url_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match="give one such as"):
        normalise("not a url")
