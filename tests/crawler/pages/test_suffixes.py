from __future__ import annotations

import pytest
from url_matcher.util import get_domain

from crawler.pages.base import ArticlePage


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://user.guancha.cn/main/content?id=1", "guancha.cn"),
        ("//guancha.cn", "guancha.cn"),
        ("https://finance.sina.com.cn/roll/x.shtml", "sina.com.cn"),
        ("//sina.com.cn", "sina.com.cn"),
        ("https://finance.sina.cn:8080/x", "sina.cn"),
        ("https://blog.example.co.uk/", "example.co.uk"),
        ("https://www.example.com/", "example.com"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://[::1]/", "::1"),
        ("http://localhost/", "localhost"),
        ("http://[broken/", ""),
    ],
)
def test_domains_are_told_without_the_list_of_suffixes(url: str, domain: str) -> None:
    assert ArticlePage is not None
    get_domain.cache_clear()
    assert get_domain(url) == domain
