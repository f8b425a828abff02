"""Guancha URLs: a table of real shapes; the ids are invented."""

from __future__ import annotations

import pytest

from crawler.sites.guancha.urls import identify, post_url
from crawler.urls import ArticleUrl, NotAnArticleUrl

CLEAN = "https://www.guancha.cn/industry-science/2026_03_02_846720.shtml"
ARTICLES = [
    # url, page
    (CLEAN, 1),
    ("http://www.guancha.cn/industry-science/2026_03_02_846720.shtml", 1),
    ("https://guancha.cn/industry-science/2026_03_02_846720.shtml", 1),
    ("//www.guancha.cn/industry-science/2026_03_02_846720.shtml", 1),
    ("  HTTPS://WWW.guancha.cn:443/industry-science/2026_03_02_846720.shtml\n", 1),
    (CLEAN + "?s=zwyxgtjbt", 1),
    (CLEAN + "#comment", 1),
    (CLEAN + "?s=a&t=b#comment", 1),
    ("https://m.guancha.cn/industry-science/2026_03_02_846720.shtml", 1),
    *(
        (f"https://{host}.guancha.cn/industry-science/2026_03_02_846720.shtml", 1)
        for host in ("app", "member", "user", "video", "v")
    ),
    ("https://www.guancha.cn/industry-science/2026_03_02_846720_1.shtml", 1),
    ("https://www.guancha.cn/industry-science/2026_03_02_846720_2.shtml", 2),
    ("https://www.guancha.cn/industry-science/2026_03_02_846720_12.shtml?s=x", 12),
    ("https://www.guancha.cn/industry-science/2026_03_02_846720_s.shtml", 0),
    ("https://www.guancha.cn/industry-science/2026_03_02_846720.shtml&s=x", 1),
    ("https://www.guancha.cn/industry-science/2026_03_02_846720.shtml%3Fs=x", 1),
    ("https://www.guancha.cn//industry-science//2026_03_02_846720_2.shtml/", 2),
]
POSTS = [
    ("https://user.guancha.cn/main/content?id=1443001", 1),
    ("http://user.guancha.cn/main/content?id=1443001&s=fwzwyzzwzbt", 1),
    ("https://user.guancha.cn/main/content?s=syfwrk&id=01443001&page=0#comment", 0),
    ("https://user.guancha.cn/main/content?id=1443001&page=2", 2),
    ("https://user.guancha.cn/wap/content?id=1443001", 1),
    ("https://m.guancha.cn/main/content?id=1443001&s=x", 1),
]
OTHERS = [
    ("", "no_link"),
    ("   ", "no_link"),
    ("#", "no_link"),
    ("javascript:;", "no_link"),
    ("JavaScript:void(0)", "no_link"),
    ("mailto:news@example.com", "no_link"),
    ("/politics/2026_03_02_846720.shtml", "bad_url"),
    ("ftp://www.guancha.cn/politics/2026_03_02_846720.shtml", "bad_url"),
    ("https://www.guancha.cn/\ud800/2026_03_02_846720.shtml", "bad_url"),
    ("https://www.guancha.cn/a\x00/2026_03_02_846720.shtml", "bad_url"),
    ("http://[www.guancha.cn/politics/2026_03_02_846720.shtml", "bad_url"),
    ("https://www.guancha.cn/politics/" + "x" * 3000, "bad_url"),
    ("https://www.guancha.cn/", "home"),
    ("http://m.guancha.cn", "home"),
    ("https://www.guancha.cn/?s=dhshouye", "home"),
    ("https://www.guancha.cn/DaGongSi?s=zwyxgtjzt", "list"),
    ("https://www.guancha.cn/gongye%C2%B7keji", "list"),
    ("https://www.guancha.cn/mainnews-yw/list_2.shtml", "list"),
    ("https://www.guancha.cn/mainnews-sp/", "list"),
    ("https://www.guancha.cn/other/commentselected.shtml", "other_page"),
    ("https://www.guancha.cn/about/about.shtml", "other_page"),
    ("https://www.guancha.cn/politics/2026_13_02_846720.shtml", "other_page"),
    ("https://www.guancha.cn/politics/2026_03_02_.shtml", "other_page"),
    ("https://www.guancha.cn/politics/2026_03_02_٨٤٦٧٢٠.shtml", "other_page"),
    ("https://www.guancha.cn/politics/٢٠٢٦_03_02_846720.shtml", "other_page"),
    ("https://user.guancha.cn/main/content?id=١٤٤٣٠٠١", "user_page"),
    ("https://member.guancha.cn/politics/846720", "paid"),
    ("https://www.guancha.cn/a/b/c/d/e/2026_03_02_846720.shtml", "other_page"),
    ("https://user.guancha.cn/", "user_page"),
    ("https://user.guancha.cn/main/content?id=", "user_page"),
    ("https://user.guancha.cn/main/content?id=12a", "user_page"),
    ("https://user.guancha.cn/user/personal-homepage?uid=7", "user_page"),
    ("https://user.guancha.cn/main/search?click=news&keyword=x", "user_page"),
    ("https://member.guancha.cn/post/view?id=4411", "paid"),
    ("https://i.guancha.cn/news/2026/03/02/1.jpg", "image"),
    ("https://v.guancha.cn/1.mp4", "video"),
    ("https://app.guancha.cn/news/yaowen-new.json?pageNo=1", "app"),
    ("https://api.guancha.cn/x", "other_page"),
    ("https://www.guancha.cn.example.com/politics/2026_03_02_846720.shtml", "other_site"),
    ("https://notguancha.cn/politics/2026_03_02_846720.shtml", "other_site"),
    ("https://h.xinhuaxmt.com/vh512/share/1", "other_site"),
]


@pytest.mark.parametrize(("url", "page"), ARTICLES)
def test_article(url: str, page: int) -> None:
    assert identify(url) == ArticleUrl(
        site="guancha",
        key="846720",
        url=CLEAN,
        kind="article",
        section="industry-science",
        page=page,
    )


@pytest.mark.parametrize(
    ("url", "clean", "section"),
    [
        (
            "https://www.guancha.cn/2026_03_02_846720.shtml",
            "https://www.guancha.cn/2026_03_02_846720.shtml",
            None,
        ),
        (
            "http://m.guancha.cn/sp/politics/2026_03_02_846720.html",
            "https://www.guancha.cn/sp/politics/2026_03_02_846720.shtml",
            "sp/politics",
        ),
        (
            "https://mil.guancha.cn/news/2026_03_02_846720.shtml?s=x",
            "https://mil.guancha.cn/news/2026_03_02_846720.shtml",
            "news",
        ),
    ],
)
def test_the_id_decides_and_not_the_place(url: str, clean: str, section: str | None) -> None:
    assert identify(url) == ArticleUrl(site="guancha", key="846720", url=clean, section=section)


@pytest.mark.parametrize(("url", "page"), POSTS)
def test_post(url: str, page: int) -> None:
    assert identify(url) == ArticleUrl(
        site="guancha",
        key="fengwen-1443001",
        url="https://user.guancha.cn/main/content?id=1443001",
        whole_url="https://user.guancha.cn/main/content?id=1443001&page=0",
        kind="post",
        section="风闻",
        page=page,
    )


@pytest.mark.parametrize(("url", "reason"), OTHERS)
def test_no_article(url: str, reason: str) -> None:
    assert identify(url) == NotAnArticleUrl(url=url, reason=reason)


@pytest.mark.parametrize("section", ["GuoJi·ZhanLue", "GuoJi%C2%B7ZhanLue", "GuoJi%A1%A4ZhanLue"])
def test_a_section_with_a_middle_dot_is_one_section_however_it_is_written(section: str) -> None:
    found = identify(f"https://www.guancha.cn/{section}/2026_09_27_902427.shtml")
    assert isinstance(found, ArticleUrl)
    assert found.section == "GuoJi·ZhanLue"
    assert found.url == "https://www.guancha.cn/GuoJi%C2%B7ZhanLue/2026_09_27_902427.shtml"


@pytest.mark.parametrize("url", [url for url, _ in ARTICLES + POSTS])
def test_a_clean_url_names_the_same_article(url: str) -> None:
    first = identify(url)
    assert isinstance(first, ArticleUrl)
    again = identify(first.url)
    assert isinstance(again, ArticleUrl)
    assert (again.id, again.url, again.page) == (first.id, first.url, 1)


def test_the_whole_of_a_post_has_an_address() -> None:
    found = identify(post_url("fengwen-7", whole=True))
    assert isinstance(found, ArticleUrl)
    assert (found.key, found.page) == ("fengwen-7", 0)
