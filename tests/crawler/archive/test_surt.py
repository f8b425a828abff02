"""The key of an address in an index."""

from __future__ import annotations

import pytest

from crawler.archive.surt import surt


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
