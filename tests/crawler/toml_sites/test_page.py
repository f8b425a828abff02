from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.exceptions import Moved, NotCollectable, PageError, PageGone
from crawler.pages.budget import read_within_budget
from pipelines.items import Article
from tests.support.toml_site import EXAMPLE, TEXT, URL, opened, page, site_of

LATER = """
[[article]]
since = 2026-11-20
[article.fields]
title = "h1.headline"
time = ".when"
body = ".words"
"""
TWO_LOOKS = EXAMPLE.replace("[article.fields]", "[[article]]\n[article.fields]").replace(
    "[expectations]", f"{LATER}\n[expectations]"
)
SCRIPT = """
[article.fields]
title = { script = "allData", path = "doc.title" }
time = { script = "allData", path = "doc.time" }
body = { script = "allData", path = "doc.content.*.data" }
authors = { script = "allData", path = "doc.authors.name" }
source = [{ script = "#more", path = "source" }]
section = { json_ld = "articleSection" }
"""
IN_SCRIPTS = EXAMPLE[: EXAMPLE.index("[article.fields]")] + SCRIPT


def read(folder: Path, html: str, text: str = EXAMPLE, url: str = URL) -> Article:
    return read_within_budget(opened(site_of(folder, text), html, url))[0]


def test_each_field_is_read_where_it_is_declared(tmp_path: Path) -> None:
    head = (
        '<meta name="keywords" content="秋粮，收获,储备">'
        '<meta name="description" content="今年以来全国粮食收购进度快于往年，储备充足，价格平稳。">'
    )
    html = page(
        head=head,
        body=f"<p>（记者 王小明）{TEXT}</p><p class='advert'>下载客户端看更多</p>",
        more='<div class="editor">责任编辑：李小红</div>',
    )
    article = read(tmp_path, html)
    assert article.id == "example:4711"
    assert article.title == "全国秋粮收获基本结束"
    assert article.body.endswith(TEXT)
    assert "客户端" not in article.body
    assert article.published_at == datetime(2026, 11, 29, 5, 5, tzinfo=UTC)
    assert article.times.visible == "2026年11月29日 13:05"
    assert article.source is not None
    assert article.source.name == "示例日报"
    assert [editor.name for editor in article.editors] == ["李小红"]
    assert article.keywords == ["秋粮", "收获", "储备"]
    assert article.summary == "今年以来全国粮食收购进度快于往年，储备充足，价格平稳。"
    assert article.section == "finance"
    assert (article.extraction.method, article.extraction.version) == ("example", 1)


def test_places_are_tried_in_order(tmp_path: Path) -> None:
    html = page(title="", info="", head='<meta property="og:title " content="秋粮收获结束">')
    html = html.replace("</head>", _json_ld({"datePublished": "2026-11-29T13:05:00+08:00"}))
    article = read(tmp_path, html)
    assert article.title == "秋粮收获结束"
    assert article.times.live == "2026-11-29T13:05:00+08:00"


def _json_ld(data: dict[str, str]) -> str:
    text = str({"@type": "NewsArticle", **data}).replace("'", '"')
    return f'<script type="application/ld+json">{text}</script></head>'


def test_fields_stand_in_scripts_as_well(tmp_path: Path) -> None:
    script = (
        '<script>var allData = {"doc": {"title": "秋粮收获结束", "time": 1795928700000,'
        f'"content": [{{"data": "<p>{TEXT}</p>"}}, {{"data": "<p>第二段在这里，储备充足。</p>"}}],'
        '"authors": [{"name": "王小明"}, {"name": "李小红"}]}}; var other = 1;</script>'
        '<script id="more" type="application/json">{"source": "示例日报"}</script>'
    )
    head = script + _json_ld({"articleSection": "财经"}).removesuffix("</head>")
    article = read(tmp_path, page(head=head), IN_SCRIPTS)
    assert article.body == f"{TEXT}\n第二段在这里，储备充足。"
    assert article.published_at == datetime(2026, 11, 29, 5, 5, tzinfo=UTC)
    assert article.times.live == "2026-11-29T13:05:00+08:00"
    assert [author.name for author in article.authors] == ["王小明", "李小红"]
    assert article.source is not None
    assert article.source.name == "示例日报"
    assert article.section == "财经"


@pytest.mark.parametrize(
    ("html", "kind", "reason"),
    [
        (page(more='<div class="paywall">订阅后阅读</div>'), NotCollectable, "paid"),
        (page(title="页面不存在"), PageGone, "gone"),
        (page().removesuffix("</body></html>"), PageError, "truncated"),
        (page(body=""), PageError, "no_body"),
        (page(info="来源：示例日报"), PageError, "no_time"),
        (
            page(
                body="", head='<meta http-equiv="refresh" content="0;url=/sport/2026/11/29/9.html">'
            ),
            Moved,
            "moved",
        ),
    ],
)
def test_what_is_no_article_says_why(
    tmp_path: Path, html: str, kind: type[PageError], reason: str
) -> None:
    with pytest.raises(kind) as raised:
        read(tmp_path, html)
    assert raised.value.reason == reason


def test_later_pages_follow_from_the_links(tmp_path: Path) -> None:
    html = page(
        more='<a href="4711_2.html">2</a><a href="4711_3.html">3</a><a href="1_9.html">9</a>'
    )
    _, rest = read_within_budget(opened(site_of(tmp_path), html))
    assert rest is not None
    assert rest.page_urls == (URL.replace(".html", "_2.html"), URL.replace(".html", "_3.html"))


NEW_LOOK = (
    f'<html><body><h1 class="headline">新版标题在这里</h1><p class="when">2026-11-18 13:05</p>'
    f'<div class="words"><p>{TEXT}</p></div></body></html>'
)
OLD_LOOK = page(info="2026-11-18 13:05")
BEFORE, AFTER = "Thu, 19 Nov 2026 06:00:00 GMT", "Sun, 29 Nov 2026 06:00:00 GMT"


@pytest.mark.parametrize(
    ("html", "date", "version"),
    [
        (OLD_LOOK, BEFORE, 1),
        (NEW_LOOK, AFTER, 2),
        (OLD_LOOK, AFTER, 1),  # an old page keeps its look
        (NEW_LOOK, BEFORE, 2),  # the site changed earlier than somebody noticed
    ],
)
def test_the_look_that_fits_reads_the_page(
    tmp_path: Path, html: str, date: str, version: int
) -> None:
    article, _ = read_within_budget(opened(site_of(tmp_path, TWO_LOOKS), html, date=date))
    assert article.extraction.version == version


def test_of_two_looks_that_fit_the_one_of_the_day_reads_the_page(tmp_path: Path) -> None:
    both = page(
        info="2026-11-18 13:05", more=NEW_LOOK.partition("<body>")[2].partition("</body>")[0]
    )
    site = site_of(tmp_path, TWO_LOOKS)
    versions = [
        read_within_budget(opened(site, both, date=date))[0].extraction.version
        for date in (BEFORE, AFTER)
    ]
    assert versions == [1, 2]
