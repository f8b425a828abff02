"""The key of an address in an index."""

from __future__ import annotations

import pytest

from crawler.archive.surt import posted_as, surt


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (
            "https://www.guancha.cn/politics/2026_03_01_1.shtml",
            "cn,guancha)/politics/2026_03_01_1.shtml",
        ),
        ("http://www2.Guancha.cn:80/Politics/", "cn,guancha)/politics"),
        ("https://guancha.cn", "cn,guancha)/"),
        ("https://a.sina.com.cn/x?k=2&B=1#top", "cn,com,sina,a)/x?b=1&k=2"),
        ("https://user:word@a.cn:8443/x?", "cn,a:8443)/x"),
        ("https://新闻.cn/头条", "cn,xn--efvy88h)/头条"),
        ("https://a.cn/a b", "cn,a)/a%20b"),
        ("https://a.cn:port/x", "https://a.cn:port/x"),
        ("no address", "no%20address"),
    ],
)
def test_addresses_of_one_page_share_a_key(url: str, key: str) -> None:
    assert surt(url) == key


@pytest.mark.parametrize(
    ("method", "body", "said"),
    [
        ("GET", b"", ""),
        ("HEAD", b"x=1", ""),
        ("POST", b"page=1&n=%E7%9F%B3", "__wb_method=POST&page=1&n=%E7%9F%B3"),
        ("POST", b'{"a": {"id": 1}, "b": [{"id": 2}]}', "__wb_method=POST&id=1&id.2_=2"),
        ("POST", b"\x00\xff", "__wb_method=POST&__wb_post_data=AP8%3D"),
        ("PUT", b"", "__wb_method=PUT&__wb_post_data="),
    ],
)
def test_what_is_posted_is_told_as_a_query(method: str, body: bytes, said: str) -> None:
    assert posted_as(method, body) == said


def test_what_is_posted_stays_short_however_long_it_is() -> None:
    long = posted_as("POST", b"a=" + b"x" * 100_000)
    assert len(long) < 100
    assert long != posted_as("POST", b"a=" + b"x" * 100_001)
    assert len(posted_as("POST", b"[" * 100_000)) < 100
