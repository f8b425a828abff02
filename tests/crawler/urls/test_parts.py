from __future__ import annotations

import pytest

from crawler.urls.parts import is_in_domain, join_url


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("sina.com.cn", True),
        ("finance.sina.com.cn", True),
        ("a.b.sina.com.cn", True),
        ("mysina.com.cn", False),
        ("sina.com.cn.evil.example", False),
        ("com.cn", False),
        ("", False),
    ],
)
def test_a_domain_holds_itself_and_its_subdomains(host: str, inside: bool) -> None:
    assert is_in_domain(host, "sina.com.cn") == inside


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("b.html", "https://x.cn/a/b.html"),
        ("/b.html", "https://x.cn/b.html"),
        ("//y.cn/b", "https://y.cn/b"),
        ("https://y.cn/b", "https://y.cn/b"),
        ("", "https://x.cn/a/"),
        ("http://[::1", None),
        ("//[", None),
    ],
)
def test_links_are_joined_with_their_page(link: str, address: str | None) -> None:
    assert join_url("https://x.cn/a/", link) == address
