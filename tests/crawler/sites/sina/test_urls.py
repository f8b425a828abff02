"""Sina URLs: a table of real shapes; the ids are invented."""

from __future__ import annotations

import itertools

import pytest

from crawler.sites.sina.urls import flash_url, identify, key_of_comos
from crawler.urls import ArticleUrl, NotAnArticleUrl

KEY = "habcdef1234567"
ARTICLES = [
    # url, clean url, section, kind, page
    (
        f"https://finance.sina.com.cn/roll/2026-03-01/doc-i{KEY}.shtml",
        f"https://finance.sina.com.cn/roll/2026-03-01/doc-i{KEY}.shtml",
        "finance/roll",
        "article",
        1,
    ),
    (
        f"http://news.sina.com.cn/c/2026-03-01/doc-i{KEY}.shtml?cre=tianyi&mod=pcpager_china&loc=1#p",
        f"https://news.sina.com.cn/c/2026-03-01/doc-i{KEY}.shtml",
        "news/c",
        "article",
        1,
    ),
    (
        f"http://finance.sina.com.cn/money/forex/forexroll/2026-03-01/1010/doc-i{KEY}.shtml",
        f"https://finance.sina.com.cn/money/forex/forexroll/2026-03-01/1010/doc-i{KEY}.shtml",
        "finance/money/forex/forexroll",
        "article",
        1,
    ),
    (
        f"//finance.sina.com.cn/zl/china/2026-03-01/zl-i{KEY}.shtml",
        f"https://finance.sina.com.cn/zl/china/2026-03-01/zl-i{KEY}.shtml",
        "finance/zl/china",
        "column",
        1,
    ),
    (
        f"http://auto.sina.com.cn/newcar/x/2026-03-01/detail-i{KEY}.shtml",
        f"https://auto.sina.com.cn/newcar/x/2026-03-01/detail-i{KEY}.shtml",
        "auto/newcar/x",
        "article",
        1,
    ),
    (
        f"http://tech.sina.com.cn/i/2026-03-01/doc-i{KEY}-p2.shtml",
        f"https://tech.sina.com.cn/i/2026-03-01/doc-i{KEY}.shtml",
        "tech/i",
        "article",
        2,
    ),
    (
        f"https://news.sina.cn/gn/2026-03-01/detail-i{KEY}.d.html?vt=4&pos=108&from=wap",
        f"https://news.sina.cn/gn/2026-03-01/detail-i{KEY}.d.html",
        "news/gn",
        "article",
        1,
    ),
    (
        f"http://finance.sina.cn/2026-03-01/detail-i{KEY}.d.html",
        f"https://finance.sina.cn/2026-03-01/detail-i{KEY}.d.html",
        "finance",
        "article",
        1,
    ),
    (
        f"HTTPS://News.Sina.com.cn:443/o/doc-i{KEY}.shtml",
        f"https://news.sina.com.cn/o/doc-i{KEY}.shtml",
        "news/o",
        "article",
        1,
    ),
    (
        f"http://doc.sina.cn/?id=comos:{KEY}",
        f"https://doc.sina.cn/?id=comos:{KEY}",
        None,
        "article",
        1,
    ),
]


@pytest.mark.parametrize(("url", "clean", "section", "kind", "page"), ARTICLES)
def test_an_article_has_one_key_on_all_hosts(
    url: str, clean: str, section: str | None, kind: str, page: int
) -> None:
    found = identify(url)
    assert isinstance(found, ArticleUrl)
    assert (found.id, found.url, found.section, found.kind, found.page) == (
        f"sina:{KEY}",
        clean,
        section,
        kind,
        page,
    )


@pytest.mark.parametrize(
    ("path", "clean", "section"),
    [
        ("finance.sina.com.cn/7x24/2026-03-01/doc-i{}.shtml", None, "finance/7x24"),
        ("video.sina.com.cn/p/finance/2026-03-01/detail-i{}.d.html", None, "video/p/finance"),
        ("live.sina.com.cn/zt/doc-i{}.shtml", None, "live/zt"),
        ("k.sina.com.cn/2026-03-01/doc-i{}.shtml", None, "k"),
        ("news.sina.com.cn/zt_d/abc/2026-03-01/doc-i{}.shtml", None, "news/zt_d/abc"),
        ("finance.sina.com.cn/realstock/company/doc-i{}.shtml", None, "finance/realstock/company"),
        ("slide.news.sina.com.cn/c/slide-i{}.html", None, "slide/c"),
        ("blog.sina.com.cn/lm/20260301/zx-i{}.shtml", None, "blog/lm"),
        (
            "news.sina.com.cn/c/2026-03-01/doc-i{}.shtml&from=wap",
            "news.sina.com.cn/c/2026-03-01/doc-i{}.shtml",
            "news/c",
        ),
        (
            "news.sina.com.cn/c/2026-03-01/doc-i{}.shtml/",
            "news.sina.com.cn/c/2026-03-01/doc-i{}.shtml",
            "news/c",
        ),
    ],
)
def test_the_docid_decides_and_not_the_place(path: str, clean: str | None, section: str) -> None:
    found = identify(f"https://{path.format(KEY)}")
    assert isinstance(found, ArticleUrl)
    assert (found.key, found.url) == (KEY, f"https://{(clean or path).format(KEY)}")
    assert found.section == section


@pytest.mark.parametrize(
    ("url", "key", "clean"),
    [
        (
            "http://news.sina.com.cn/c/2004-07-27/07543211989s.shtml",
            "20040727-07543211989s",
            "https://news.sina.com.cn/c/2004-07-27/07543211989s.shtml",
        ),
        (
            "http://tech.sina.com.cn/it/2001-12-31/987654.html?x=1",
            "20011231-987654",
            "https://tech.sina.com.cn/it/2001-12-31/987654.html",
        ),
        (
            "http://video.sina.com.cn/news/2012-05-08/182427064386.shtml",
            "20120508-182427064386",
            "https://video.sina.com.cn/news/2012-05-08/182427064386.shtml",
        ),
        (
            "http://finance.sina.com.cn/7x24/2012-05-08/182427064386_2.shtml",
            "20120508-182427064386",
            "https://finance.sina.com.cn/7x24/2012-05-08/182427064386.shtml",
        ),
        (
            "http://news.sina.com.cn/c/2012-05-08/182427064386.shtml",
            "20120508-182427064386",
            "https://news.sina.com.cn/c/2012-05-08/182427064386.shtml",
        ),
        (
            "http://finance.sina.com.cn/stock/t/20120508/182415396873_2.shtml",
            "20120508-182415396873",
            "https://finance.sina.com.cn/stock/t/20120508/182415396873.shtml",
        ),
    ],
)
def test_articles_from_before_docids_are_known_by_date_and_number(
    url: str, key: str, clean: str
) -> None:
    found = identify(url)
    assert isinstance(found, ArticleUrl)
    assert (found.key, found.url) == (key, clean)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://video.sina.com.cn/p/news/c/doc/2026-03-01/072768898683.html", "video"),
        ("https://finance.sina.com.cn/about/about-international.shtml", "other_page"),
        ("https://news.sina.com.cn/c/٢٠٢٦-03-01/182427064386.shtml", "other_page"),
        ("https://news.sina.com.cn/c/2026-03-01/١٨٢٤٢٧٠٦٤٣٨٦.shtml", "other_page"),
        ("https://video.sina.com.cn/p/2026-03-01/182427064386.html", "video"),
        ("http://slide.news.sina.com.cn/z/slide_1_64237_388399.html#p=1", "slides"),
        ("https://finance.sina.com.cn/g/slide_9_1_2.html", "slides"),
        ("http://blog.sina.com.cn/s/blog_1234567890102yrvv.html", "blog"),
        ("https://weibo.com/u/1234567890", "weibo"),
        ("https://m.weibo.cn/status/1", "weibo"),
        ("https://zhibo.sina.com.cn/api/zhibo/feed?zhibo_id=152", "live"),
        ("https://finance.sina.com.cn/7x24/", "live"),
        ("https://finance.sina.com.cn/7x24/?id=", "live"),
        ("https://www.sina.com.cn/7x24/?id=4000001", "live"),
        ("http://finance.sina.com.cn/zt_d/26ecoperson", "topic_page"),
        ("https://news.sina.com.cn/zt_d/abc/index.shtml", "topic_page"),
        ("https://k.sina.com.cn/article_6192937794_17120bb42020008d4x.html", "self_media"),
        ("http://tags.finance.sina.com.cn/%E8%8A%AF%E7%89%87", "list"),
        ("http://comment5.news.sina.com.cn/comment/skin/default.html?newsid=comos-x", "comments"),
        ("https://passport.sina.com.cn/visitor", "login"),
        ("http://finance.sina.com.cn/realstock/company/sz000725/nc.shtml", "quotes"),
        ("https://news.sina.com.cn/china/", "list"),
        ("https://news.sina.com.cn", "home"),
        ("https://finance.sina.com.cn/mobile/comfinanceweb.shtml?source=x", "other_page"),
        ("https://news.sina.com.cn/c/2026-03-01/doc-i.shtml", "other_page"),
        ("https://www.guancha.cn/politics/2026_03_01_123456.shtml", "other_site"),
        (f"https://evilsina.com.cn/doc-i{KEY}.shtml", "other_site"),
        (f"https://sina.com.cn.evil.example/doc-i{KEY}.shtml", "other_site"),
        ("javascript:;", "no_link"),
        ("mailto:a@sina.com.cn", "no_link"),
        ("", "no_link"),
        ("http://[::1", "bad_url"),
        ("http://news.sina.com.cn:99999/", "bad_url"),
        ("https://news.sina.com.cn/a\x00b", "bad_url"),
        ("https://news.sina.com.cn/\ud800", "bad_url"),
        ("https://news.sina.com.cn/" + "a/" * 5000, "bad_url"),
    ],
    ids=itertools.count(),
)
def test_what_is_no_article_says_why(url: str, reason: str) -> None:
    found = identify(url)
    assert isinstance(found, NotAnArticleUrl)
    assert (found.reason, found.url) == (reason, url)


@pytest.mark.parametrize(
    ("docid", "key"),
    [
        (f"comos:{KEY}", KEY),
        (f"comos-{KEY}", KEY),
        (f" comos:{KEY} ", KEY),
        ("wpcomos:245630", None),
        (f"slide:{KEY}", None),
        ("", None),
    ],
)
def test_ids_of_the_apis_give_the_same_key(docid: str, key: str | None) -> None:
    assert key_of_comos(docid) == key


def test_a_flash_is_known_by_its_number_in_the_stream() -> None:
    found = identify(flash_url("4000001"))
    assert found == ArticleUrl(
        site="sina",
        key="7x24-4000001",
        url="https://finance.sina.com.cn/7x24/?id=4000001",
        kind="flash",
        section="7x24",
    )
