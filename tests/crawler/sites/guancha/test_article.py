"""Guancha's pages beyond the fixtures: where shells lead, pagers, captions, bad input."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import web_poet
from web_poet import HttpResponse

from crawler.exceptions import Moved, NotCollectable, PageError, PageGone
from crawler.files.saved_page import page_class
from crawler.pages.base import ArticlePage, Continuation
from crawler.sites.guancha.article import GuanchaArticlePage
from crawler.sites.guancha.mobile import GuanchaMobilePage
from crawler.sites.guancha.post import GuanchaPostPage
from pipelines.items import Author, Editor, Image, Source

URL = "https://www.guancha.cn/politics/2026_03_01_846630.shtml"
POST = "https://user.guancha.cn/main/content?id=1443001"
FIXTURES = Path(__file__).parents[4] / "fixtures"
NEWS = FIXTURES / "crawler.sites.guancha.article.GuanchaArticlePage" / "news" / "inputs"
TIME = '<div class="time fix"><span>2026-03-01 12:00:00</span></div>'


def article(
    body: str = "<p>正文。</p>", rest: str = "", head: str = "", url: str = URL
) -> ArticlePage:
    html = (
        f"<html><head>{head}</head><body><ul><li class='left left-main'><h3>题</h3>{TIME}"
        f"<div class='content all-txt'>{body}</div>{rest}</li></ul></body></html>"
    )
    return GuanchaArticlePage(response=HttpResponse(url, html.encode()))


@pytest.mark.parametrize(
    ("url", "chosen"),
    [
        (URL, GuanchaArticlePage),
        ("http://guancha.cn/politics/2026_03_01_846630_s.shtml", GuanchaArticlePage),
        ("https://m.guancha.cn/politics/2026_03_01_846630.shtml", GuanchaMobilePage),
        (POST + "&page=0", GuanchaPostPage),
        ("https://user.guancha.cn/wap/content?id=1443001", GuanchaPostPage),
    ],
)
def test_the_rules_choose_the_page_object(url: str, chosen: type[ArticlePage]) -> None:
    assert page_class(url) is chosen


@pytest.mark.parametrize(
    ("script", "kind", "reason"),
    [
        (f'window.location.href="{POST}&s=x"', Moved, "moved"),
        (f"location.replace( '{POST}' )", Moved, "moved"),
        (f'top.location = "//user.guancha.cn{POST[23:]}";', Moved, "moved"),
        ('location.href="/internation/2026_03_01_1.shtml"', Moved, "moved"),
        ('location.href="https://member.guancha.cn/post/view?id=1"', NotCollectable, "paid"),
        ('location.href="https://tv.cctv.com/2026/x.shtml"', NotCollectable, "other_site"),
        ('location.href="https://v.guancha.cn/1.mp4"', NotCollectable, "video"),
        ('location.href="/"', PageGone, "home_page"),
        (f'location.href="{URL.replace("www", "m")}"', PageError, "no_body"),
        ("window.location.href = url;", PageError, "no_body"),
        ("", PageError, "no_body"),
    ],
)
async def test_where_a_shell_leads(script: str, kind: type[PageError], reason: str) -> None:
    with pytest.raises(PageError) as caught:
        await article("", f"<script>if (1) {{ {script} }}</script>").to_item()
    assert (type(caught.value), caught.value.reason) == (kind, reason)
    if isinstance(caught.value, Moved) and reason == "moved" and "1443001" in script:
        assert caught.value.url == POST + "&page=0"


async def test_a_refreshing_shell() -> None:
    head = f'<meta http-equiv="Refresh" content="0; URL={POST}">'
    with pytest.raises(Moved):
        await article("", head=head).to_item()


async def test_a_page_with_text_is_no_shell() -> None:
    item = await article(
        rest=f'<script>function go() {{ location.href="{POST}" }}</script>'
    ).to_item()
    assert item.body == "正文。"


async def test_a_page_that_broke_off_in_the_body_is_no_article() -> None:
    html = f"<li class='left-main'><h3>题</h3>{TIME}<div class='all-txt'><p>正文。</p><p>第二段断在"
    with pytest.raises(PageError) as caught:
        await GuanchaArticlePage(response=HttpResponse(URL, html.encode())).to_item()
    assert (caught.value.reason, caught.value.state) == ("truncated", "unreadable")


@pytest.mark.parametrize(
    ("url", "kind", "reason"),
    [
        ("https://www.guancha.cn/?s=x", PageGone, "home_page"),
        ("https://www.guancha.cn/economy/list_1.shtml", NotCollectable, "list"),
    ],
)
async def test_an_address_of_no_article(url: str, kind: type[PageError], reason: str) -> None:
    with pytest.raises(kind) as caught:
        await article(url=url).to_item()
    assert caught.value.reason == reason


def test_a_pager_with_gaps_names_every_page() -> None:
    links = "".join(f'<a href="{URL[:-6]}_{n}.shtml">{n}</a>' for n in (2, 3, 5))
    other = '<a href="/politics/2026_03_01_7_9.shtml">9</a><a onclick="next()">下一页</a>'
    page = article(
        rest=f'<div id="select_page"><div class="module-page">{links}{other}</div></div>'
    )
    stem = URL.removesuffix(".shtml")
    assert page.continuation == Continuation(
        page_urls=tuple(f"{stem}_{n}.shtml" for n in (2, 3, 4, 5))
    )


async def test_captions_and_pictures() -> None:
    item = await article(
        '<p>一段。</p><p style="text-align: center"><img src="/news/1.jpg"><br>'
        '<span style="font-size:12px;color:#999999">图一</span></p>'
        '<p align="center"><img src="https://i.guancha.cn/news/2.jpg"></p>'
        '<p align="center">图二</p>'
        '<p align="center"><img src="https://i.guancha.cn/news/3.jpg"></p>'
        '<p align="center"><strong>居中的小标题</strong></p>'
        '<p><span style="color:#999999">灰色的正文。</span></p>'
        '<p align="center"><img src="https://i.guancha.cn/other/qrcode.png"></p>'
    ).to_item()
    assert item.images == [
        Image(url="https://www.guancha.cn/news/1.jpg", caption="图一"),
        Image(url="https://i.guancha.cn/news/2.jpg", caption="图二"),
        Image(url="https://i.guancha.cn/news/3.jpg"),
    ]
    assert item.body == "一段。\n居中的小标题\n灰色的正文。"


async def test_people_and_credits() -> None:
    item = await article(
        "<p>（某报记者 王小甲）正文。</p>",
        '<div class="author-intro"><p>李大乙</p></div><div class="author-intro"><p>'
        "<a>观察者网</a></p></div>"
        '<ul class="article-other"><li>责任编辑：无名氏甲乙丙丁</li><li>來源：某報</li></ul>',
    ).to_item()
    assert Author(name="李大乙") in item.authors
    assert "观察者网" not in [author.name for author in item.authors]
    assert item.editors == [Editor(name="无名氏甲乙丙丁")]
    assert item.source == Source(name="某報")


async def test_without_a_heading_the_head_gives_the_title() -> None:
    html = (
        f"<head><title>头上的题</title></head><div class='all-txt'><p>正文。</p></div>{TIME}</html>"
    )
    item = await GuanchaArticlePage(response=HttpResponse(URL, html.encode())).to_item()
    assert (item.title, item.extraction.flags) == ("头上的题", ["title_from_head"])


@pytest.mark.parametrize(
    ("shown", "count"),
    [("22", 22), (" 0 ", 0), ("1.2万", 12_000), ("3萬", 30_000), ("", None), ("评论", None)],
)
async def test_counts(shown: str, count: int | None) -> None:
    assert (
        await article(rest=f'<span id="count2">{shown}</span>').to_item()
    ).comment_count == count


def test_a_post_that_goes_on_is_asked_for_as_a_whole() -> None:
    link = f'<a href="{POST}&amp;page=2">2</a>'
    body = "<div class='article-txt-content'>文</div>"
    html = f"<div class='article-content'><h1>题</h1>{body}</div>{link}"
    page = GuanchaPostPage(response=HttpResponse(POST, html.encode()))
    assert page.continuation == Continuation(full_text_url=POST + "&page=0")
    whole = GuanchaPostPage(response=HttpResponse(POST + "&page=0", html.encode()))
    assert whole.continuation is None


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00" * 99, b"hello", b'{"a": 1}', bytes(range(256)) * 99, b"<div>" * 20_000,
     b"<script>location.href='" * 5_000, b"<ul class='new-left-list'>" + b"<li>" * 5_000],
)  # fmt: skip
@pytest.mark.parametrize("kind", [GuanchaArticlePage, GuanchaMobilePage, GuanchaPostPage])
async def test_what_is_no_page_gives_a_page_error(body: bytes, kind: type[ArticlePage]) -> None:
    with pytest.raises(PageError):
        await kind(response=HttpResponse(POST if kind is GuanchaPostPage else URL, body)).to_item()


async def test_damaged_pages_give_an_article_or_a_page_error() -> None:
    whole = (NEWS / "HttpResponse-body.html").read_bytes()
    chance = random.Random(20260302)
    articles = 0
    for _ in range(150):
        page = bytearray(whole)
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(page))
            page[at : at + chance.choice([1, 1, 40, 400])] = chance.randbytes(chance.choice([0, 1]))
        try:
            item = await GuanchaArticlePage(response=HttpResponse(URL, bytes(page))).to_item()
        except PageError:
            continue
        articles += 1
        assert item.title
        assert item.body
        assert item.published_at
    assert articles > 50


def test_rules_are_registered_once() -> None:
    page_class(URL)
    rules = [rule for rule in web_poet.default_registry.get_rules() if "guancha" in str(rule.use)]
    assert {rule.instead_of for rule in rules} == {ArticlePage}
    assert len(rules) == 3


@pytest.mark.parametrize(
    ("printed", "published", "flags"),
    [
        ("1小时10分前", "2026-03-02T02:50:00+00:00", ["relative_time"]),
        ("1个月10天前", "2026-01-23T04:00:00+00:00", ["relative_time", "time_guessed"]),
        ("3个月前", "2025-12-02T04:00:00+00:00", ["relative_time", "time_guessed"]),
        ("周日 10:20", "2026-03-01T02:20:00+00:00", ["relative_time"]),
        ("今早 6:30", "2026-03-01T22:30:00+00:00", ["relative_time"]),
        ("昨晚", "2026-02-28T16:00:00+00:00", ["relative_time", "date_only"]),
        ("2026-03-01 凌晨12:30", "2026-02-28T16:30:00+00:00", []),
        ("2026-03-01", "2026-02-28T16:00:00+00:00", ["date_only"]),
        ("26-03-01 10:20", "2026-03-01T02:20:00+00:00", ["time_guessed"]),
    ],
)
async def test_times_in_words_count_from_the_visit(
    printed: str, published: str, flags: list[str]
) -> None:
    html = (
        "<html><body><div class='user-main'><h4><a>湖边的人</a></h4></div>"
        f"<div class='article-content'><h1>题</h1><span class='time1'>{printed}</span>"
        "<div class='article-txt-content'><p>正文。</p></div></div></body></html>"
    )
    headers = {"Date": "Mon, 02 Mar 2026 04:00:00 GMT"}
    item = await GuanchaPostPage(
        response=HttpResponse(POST, html.encode(), headers=headers)
    ).to_item()
    assert item.published_at is not None
    assert (item.published_at.isoformat(), item.extraction.flags) == (published, flags)


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("2026-13-01 10:20", "no_time"),
        ("1970-01-01 08:00", "no_time"),
        ("2199-01-01 10:20", "no_time"),
        ("2093-03-01 21:14:08", "future_time"),
    ],
)
async def test_a_time_that_cannot_be_is_no_time(printed: str, reason: str) -> None:
    html = TIME.replace("2026-03-01 12:00:00", printed)
    page = f"<li class='left-main'><h3>题</h3>{html}<div class='all-txt'><p>正文。</p></div></html>"
    with pytest.raises(PageError) as caught:
        await GuanchaArticlePage(
            response=HttpResponse(
                URL, page.encode(), headers={"Date": "Mon, 02 Mar 2026 04:00:00 GMT"}
            )
        ).to_item()
    assert caught.value.reason == reason


async def test_a_table_keeps_its_columns() -> None:
    table = (
        "<table><tr><th>公司<th>一季<th>二季<tr><td>甲<td><td>3万片<tr><td>乙<td>2万片<td></table>"
    )
    item = await article(f"<p>正文。</p>{table}").to_item()
    assert item.body == "正文。\n公司 一季 二季\n甲 – 3万片\n乙 2万片 –"


@pytest.mark.parametrize("end", ["-观察者网", "_观察者网", " - 觀察者網", "｜风闻社区-观察者网"])
async def test_a_title_from_the_head_loses_the_sites_name(end: str) -> None:
    html = (
        f"<head><title>澄湖产业园开工{end}</title></head><div class='all-txt'><p>正文。</p></div>"
        f"{TIME}</html>"
    )
    item = await GuanchaArticlePage(response=HttpResponse(URL, html.encode())).to_item()
    assert item.title == "澄湖产业园开工"


async def test_what_the_text_says_of_its_source_stands_beside_the_pages() -> None:
    html = (
        "<html><body><ul><li class='left left-main'><h3>题</h3><div class='time fix'>"
        "<span>2026-03-01 12:00:00</span><span>来源：某某网</span></div>"
        "<div class='content all-txt'><p>正文。</p><p>本文转自澄湖日报</p></div>"
        "</li></ul></body></html>"
    )
    item = await GuanchaArticlePage(response=HttpResponse(URL, html.encode())).to_item()
    assert item.source == Source(name="某某网", origin="澄湖日报")
    assert [line.rule for line in item.extraction.removed] == ["source"]
