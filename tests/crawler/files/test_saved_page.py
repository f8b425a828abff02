"""Reading a page that is at hand: the right page object, the right characters, the right time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.exceptions import PageError
from crawler.files.saved_page import page_class, read_page
from crawler.pages.base import ArticlePage
from crawler.pages.generic import GenericPage
from crawler.sites.any_site import identify_any
from crawler.sites.guancha.article import GuanchaArticlePage
from crawler.sites.sina.article import SinaArticlePage
from crawler.sites.sina.mobile import SinaMobilePage
from crawler.urls import ArticleUrl

SINA = "https://news.sina.com.cn/c/2026-03-01/doc-iqreadx0000001.shtml"
MOBILE = "https://news.sina.cn/gn/2026-03-01/detail-iqreadx0000001.d.html"
GUANCHA = "https://www.guancha.cn/politics/2026_03_01_123456.shtml"
SENTENCE = "　　临河水库开闸，㐂田镇的𠮷祥桥限行。"


def sina_page(charset: str = "utf-8", body: str = f"<p>{SENTENCE}</p>") -> str:
    return (
        f"<html><head><meta http-equiv='Content-Type' content='text/html; charset={charset}'>"
        "</head>"
        "<body><h1 class='main-title'>临河水库开闸</h1>"
        "<div class='date-source'><span class='date'>2026年03月01日 10:00</span></div>"
        f"<div class='article' id='article'>{body}</div></body></html>"
    )


@pytest.mark.parametrize(
    ("url", "expected", "site"),
    [
        (SINA, SinaArticlePage, "sina"),
        (SINA.replace("https", "http"), SinaArticlePage, "sina"),
        (
            "https://mil.news.sina.com.cn/2026-03-01/doc-iqreadx0000001.shtml",
            SinaArticlePage,
            "sina",
        ),
        (MOBILE, SinaMobilePage, "sina"),
        (GUANCHA, GuanchaArticlePage, "guancha"),
        ("https://example.org/a", GenericPage, "web"),
        ("https://sina.com.cn.example.org/a", GenericPage, "web"),
    ],
)
def test_the_url_chooses_page_object_and_rules(
    url: str, expected: type[ArticlePage], site: str
) -> None:
    assert page_class(url) is expected
    found = identify_any(url)
    assert isinstance(found, ArticleUrl)
    assert found.site == site


@pytest.mark.parametrize(
    ("declared", "encoded"),
    [
        ("utf-8", "utf-8"),
        ("gb2312", "utf-8"),  # saved again by somebody's browser
        ("gb2312", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-8", "gb18030"),
        ("no-such-charset", "gb18030"),
        ("gb2312", "utf-8-sig"),
    ],
)
@pytest.mark.parametrize("header", [None, "text/html; charset=gb2312"])
async def test_bytes_win_over_what_is_declared(
    declared: str, encoded: str, header: str | None
) -> None:
    headers = {"content-type": header} if header else None
    article = await read_page(sina_page(declared).encode(encoded), SINA, headers=headers)
    assert article.body == SENTENCE.strip()
    assert article.title == "临河水库开闸"
    assert article.extraction.flags == []


async def test_broken_bytes_are_flagged_and_the_rest_is_read() -> None:
    body = bytearray(sina_page(body=f"<p>{SENTENCE * 20}</p>").encode())
    body[body.index("限".encode())] = 0xFF
    article = await read_page(bytes(body), SINA)
    assert "broken_characters" in article.extraction.flags
    assert "㐂田镇" in article.body


async def test_the_first_of_several_pages_is_flagged() -> None:
    link = "<a href='doc-iqreadx0000001-p2.shtml'>2</a>"
    article = await read_page(sina_page(body=f"<p>{SENTENCE}</p>{link}").encode(), SINA)
    assert article.extraction.flags == ["more_pages"]


async def test_relative_times_count_from_when_the_page_was_fetched() -> None:
    page = (
        "<html><body><article class='art_box'><h1 class='art_tit_h1'>临河水库开闸</h1>"
        "<time class='weibo_time'><span class='weibo_time_day'>03月01日</span>07:56</time>"
        "<section class='art_content'><p class='art_p'>今日开闸。</p></section></article>"
        "</body></html>"
    ).encode()
    article = await read_page(page, MOBILE, fetched_at=datetime(2027, 1, 5, tzinfo=UTC))
    assert article.published_at == datetime(2026, 2, 28, 23, 56, tzinfo=UTC)
    assert article.times.visible == "03月01日 07:56"
    known = {"date": "Sun, 01 Mar 2026 01:00:00 GMT"}
    late = datetime(2030, 1, 1, tzinfo=UTC)
    article = await read_page(page, MOBILE, headers=known, fetched_at=late)
    assert article.published_at == datetime(2026, 2, 28, 23, 56, tzinfo=UTC)
    with pytest.raises(PageError, match="no_time"):
        await read_page(page, MOBILE)


# Sites without rules


def any_page(title: str, head: str = "", info: str = "2026-02-18 09:12 来源：临河日报") -> bytes:
    sentence = "这座桥全长两公里，通车之后，两岸之间的车程将由四十分钟缩短到十分钟，"
    return (
        f"<html><head><title>{title}</title>{head}</head><body>"
        "<div class='nav'><a href='/'>首页</a></div>"
        f"<div class='main'><h1>临河大桥合龙</h1><div class='info'>{info}</div>"
        "<div class='content'>"
        f"<p>临河大桥今天合龙。{sentence * 3}</p><p>{sentence * 3}沿线居民十分期待。</p></div>"
        f"</div></body></html>"
    ).encode()


@pytest.mark.parametrize(
    ("head", "info", "published", "flags"),
    [
        ("", "2026-02-18 09:12 来源：临河日报", "2026-02-18T01:12:00+00:00", []),
        (
            "<meta property='article:published_time' content='2026-02-18T09:10:05+08:00'>",
            "2026-02-18 09:12",
            "2026-02-18T01:12:00+00:00",
            [],
        ),
        (
            '<script type="application/ld+json">{"datePublished": "2026-02-18T01:00:00Z"}</script>',
            "",
            "2026-02-18T01:00:00+00:00",
            [],
        ),
        ("", "", "2026-02-17T16:00:00+00:00", ["date_only", "time_from_url"]),
    ],
)
async def test_the_time_on_an_unknown_site(
    head: str, info: str, published: str, flags: list[str]
) -> None:
    page = any_page("临河大桥合龙 - 临河新闻网", head, info)
    article = await read_page(page, "https://news.linhe.example/2026-02/18/c_1.html")
    assert article.published_at is not None
    assert article.published_at.isoformat() == published
    assert article.extraction.flags == flags
    assert article.extraction.agreement == 1.0
    assert article.extraction.method == "passages"


@pytest.mark.parametrize(
    ("window", "og", "title"),
    [
        ("临河大桥合龙 - 临河新闻网", "", "临河大桥合龙"),
        ("两岸车程缩短_临河新闻网", "两岸车程缩短到十分钟", "两岸车程缩短到十分钟"),
        ("两岸车程缩短到十分钟_临河网", "", "两岸车程缩短到十分钟"),
    ],
)
async def test_the_title_on_an_unknown_site(window: str, og: str, title: str) -> None:
    head = f"<meta property='og:title' content='{og}'>" if og else ""
    article = await read_page(any_page(window, head), "https://news.linhe.example/c_1.html")
    assert article.title == title
    assert article.source is not None
    assert article.source.name == "临河日报"
    assert article.authors == []


@pytest.mark.parametrize(
    ("body", "url", "reason"),
    [
        (b"", "https://example.org/a", "empty_page"),
        (b"<html><body><p>x</p></body></html>", "https://example.org/a", "no_title"),
        (b"<p>" + b"x" * 4_200_000, "https://example.org/a", "too_long"),
        (any_page("x", info=""), "https://example.org/a", "no_time"),
        (any_page("x"), "https://example.org/a.pdf", "not_a_page"),
    ],
    ids=["empty", "no_title", "too_long", "no_time", "no_page"],
)
async def test_what_no_rule_can_read_is_refused(body: bytes, url: str, reason: str) -> None:
    with pytest.raises(PageError) as caught:
        await read_page(body, url)
    assert caught.value.reason == reason
