"""One article, one key: every address under which readers and lists know it."""

from __future__ import annotations

import pytest

from crawler.sites.any_site import identify_any
from crawler.urls import ArticleUrl

GUANCHA = "guancha.cn/industry-science/2026_03_02_846720"
DOC = "ihabcdef1234567"
SAME: dict[str, list[str]] = {
    "guancha:846720": [
        f"https://www.{GUANCHA}.shtml",
        f"http://www.{GUANCHA}.shtml",  # without https
        f"//www.{GUANCHA}.shtml",
        f"https://{GUANCHA}.shtml",
        f"https://m.{GUANCHA}.shtml",  # mobile
        f"HTTPS://WWW.{GUANCHA}.shtml",
        f"https://www.{GUANCHA}_2.shtml",  # a page of it
        f"https://www.{GUANCHA}_s.shtml",  # the full text
        f"https://www.{GUANCHA}.shtml?s=zwyxgtjbt",  # tracking
        f"https://www.{GUANCHA}.shtml#comment",
        f"https://m.{GUANCHA}_2.shtml?s=fwzx&from=singlemessage#top",
        "https://www.guancha.cn/politics/2026_03_02_846720.shtml",  # another section
        f"www.{GUANCHA}.shtml?s=dhshouye",  # as people type it
        f"m.{GUANCHA}.shtml",
        f"https://www.{GUANCHA}.shtml&from=wap",  # a query without its question mark
        "https://www.guancha.cn/GuoJi·ZhanLue/2026_03_02_846720.shtml",  # a middle dot
        "https://www.guancha.cn/GuoJi%C2%B7ZhanLue/2026_03_02_846720.shtml",  # escaped
        "https://www.guancha.cn/GuoJi%A1%A4ZhanLue/2026_03_02_846720.shtml",  # in GBK
    ],
    "guancha:fengwen-1443001": [
        "https://user.guancha.cn/main/content?id=1443001",
        "http://user.guancha.cn/main/content?id=1443001&page=0",
        "https://user.guancha.cn/main/content?s=syfwrk&id=1443001#comment",
        "https://user.guancha.cn/wap/content?id=1443001",
    ],
    "sina:habcdef1234567": [
        f"https://finance.sina.com.cn/roll/2026-03-01/doc-{DOC}.shtml",
        f"http://finance.sina.com.cn/roll/2026-03-01/doc-{DOC}.shtml?cre=tianyi&mod=pcpager&loc=1",
        f"https://news.sina.com.cn/c/2026-03-01/doc-{DOC}.shtml",  # another section
        f"https://tech.sina.com.cn/i/2026-03-01/1010/doc-{DOC}.shtml",  # with the minute
        f"https://tech.sina.com.cn/i/2026-03-01/doc-{DOC}-p2.shtml",  # a page of it
        f"https://news.sina.cn/gn/2026-03-01/detail-{DOC}.d.html?vt=4&pos=108",  # mobile
        f"https://finance.sina.com.cn/zl/china/2026-03-01/zl-{DOC}.shtml",  # as a column
        f"//news.sina.com.cn/c/2026-03-01/doc-{DOC}.shtml#p",
        f"https://finance.sina.com.cn/7x24/2026-03-01/doc-{DOC}.shtml",  # in another kind of list
        f"news.sina.cn/gn/2026-03-01/detail-{DOC}.d.html?vt=4",  # as people type it
        f"https://doc.sina.cn/?id=comos:{DOC[1:]}",
    ],
    "web": [
        "https://www.example.org/news/7.html",
        "http://example.org/news/7.html",
        "https://m.example.org/news/7.html",
        "https://wap.example.org/news/7.html#comments",
        "example.org/news/7.html",
        "HTTPS://Example.org:443/news/7.html?utm_source=weibo&spm=a1.b2&fbclid=x",
    ],
}


@pytest.mark.parametrize("name", SAME)
def test_all_addresses_of_an_article_have_its_key(name: str) -> None:
    found = [identify_any(url) for url in SAME[name]]
    ids = {one.id if isinstance(one, ArticleUrl) else one.reason for one in found}
    assert len(ids) == 1, ids
    assert name == "web" or ids == {name}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"https://www.{GUANCHA}.shtml", "https://www.guancha.cn/a/2026_03_02_8467201.shtml"),
        ("https://example.org/news/7.html", "https://example.org/news/8.html"),
        ("https://example.org/n?id=7", "https://example.org/n?id=8"),
        ("https://m.cn/a", "https://www.cn/a"),
        ("https://sports.example.org/a", "https://example.org/a"),
    ],
)
def test_other_articles_have_other_keys(one: str, other: str) -> None:
    found = [identify_any(url) for url in (one, other)]
    assert all(isinstance(each, ArticleUrl) for each in found)
    assert found[0].id != found[1].id  # type: ignore[union-attr]
