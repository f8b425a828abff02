"""Sina's page objects where one page is not enough; whole pages per template stand in fixtures/."""

from __future__ import annotations

import pytest
import web_poet

from crawler.exceptions import Moved, NotCollectable, PageError, PageGone
from crawler.pages.base import join_pages
from crawler.sites.sina.article import SinaArticlePage
from crawler.sites.sina.parts import count, page_variables, split_time_and_source
from pipelines.items import Article, Source

URL = "https://finance.sina.com.cn/roll/2026-03-01/doc-iqtestx0000001.shtml"
KEY = "qtestx0000001"
BODY = "<p>　　临河水库今日开闸。</p>"


def html(
    body: str = BODY,
    *,
    title: str = "临河水库开闸",
    date: str = "2026年03月01日 10:00",
    beside: str = "",
    meta: str = "",
    after: str = "",
) -> str:
    return (
        f"<html><head><meta charset='utf-8'><meta name='publishid' content='{KEY}'>{meta}"
        "</head><body>"
        f"<h1 class='channel-logo'>新闻中心</h1><h1 class='main-title'>{title}</h1>"
        f"<div class='date-source'><span class='date'>{date}</span>{beside}</div>"
        f"<div class='article' id='artibody'>{body}</div>{after}</body></html>"
    )


def page(
    text: str | bytes, url: str = URL, date: str | None = "Sun, 01 Mar 2026 04:00:00 GMT"
) -> SinaArticlePage:
    body = text if isinstance(text, bytes) else text.encode()
    headers = {"Date": date} if date else {}
    return SinaArticlePage(response=web_poet.HttpResponse(url, body=body, headers=headers))


async def read(text: str | bytes, url: str = URL) -> Article:
    return await page(text, url).to_item()


async def refusal(text: str | bytes, url: str = URL) -> PageError:
    with pytest.raises(PageError) as caught:
        await read(text, url)
    return caught.value


# Identity


async def test_an_unknown_url_is_known_by_the_docid_of_the_page() -> None:
    og = "<meta property='og:url' content='http://news.sina.com.cn/c/2026-03-01/doc-iqtestx0000001.shtml'>"
    article = await read(html(meta=og), "https://news.sina.com.cn/moved/here.html")
    assert article.id == f"sina:{KEY}"
    assert article.url == "https://news.sina.com.cn/c/2026-03-01/doc-iqtestx0000001.shtml"


async def test_the_docid_may_stand_in_the_page_variables_alone() -> None:
    variables = "<script>var SINA_TEXT_PAGE_INFO = {\n newsid: 'comos-qother00001'\n};</script>"
    text = html(after=variables).replace("publishid", "no")
    assert (await read(text, "https://news.sina.com.cn/x.html")).key == "qother00001"


async def test_no_docid_anywhere_is_said() -> None:
    text = html().replace("publishid", "no")
    assert (await refusal(text, "https://news.sina.com.cn/x.html")).reason == "no_key"


async def test_a_page_that_states_another_docid_is_flagged() -> None:
    article = await read(html(), URL.replace(KEY, "qother00002"))
    assert article.extraction.flags == ["other_docid"]


# Shells


@pytest.mark.parametrize(
    ("text", "url", "reason"),
    [
        ("<html><head><title>Sina Visitor System</title></head><body></body></html>", URL, "wall"),
        (
            "<html><body><script>location.replace('https://passport.weibo.com/visitor/x')</script></body></html>",
            URL,
            "wall",
        ),
        (html(), "https://passport.sina.com.cn/visitor", "wall"),
        ("", URL, "empty_page"),
        (html().removesuffix("</body></html>"), URL, "truncated"),
        ("<html><body><p>x</p></body></html>", URL, "no_title"),
        (html(body="<p>　　</p><script>var a</script>"), URL, "no_body"),
        (html(date=""), URL, "no_time"),
    ],
)
async def test_what_is_no_article_is_refused_with_its_reason(
    text: str, url: str, reason: str
) -> None:
    assert (await refusal(text, url)).reason == reason


OTHER = "https://finance.sina.com.cn/roll/2026-03-01/doc-iqtestx0000002.shtml"


@pytest.mark.parametrize(
    "text",
    [
        f'<html><meta content="0;url={OTHER}" http-equiv="refresh"><body></body></html>',
        f"<script>window.location.href='{OTHER}'</script>",
        html(body=f"<p>　　</p><script>location.replace('{OTHER}')</script>"),
    ],
)
async def test_a_shell_sends_its_reader_on(text: str) -> None:
    why = await refusal(text)
    assert isinstance(why, Moved)
    assert why.url == OTHER


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (html(body="<video src='/1.mp4'></video>"), URL),
        (html(body="<p> </p>"), URL.replace("finance.", "video.")),
    ],
)
async def test_a_player_without_a_text_is_no_article(text: str, url: str) -> None:
    why = await refusal(text, url)
    assert isinstance(why, NotCollectable)
    assert why.reason == "video"


async def test_a_deleted_article_is_gone() -> None:
    shell = "<html><head><title>页面没有找到</title></head><body>404</body></html>"
    assert isinstance(await refusal(shell), PageGone)


# Times


@pytest.mark.parametrize(
    ("date", "meta", "published"),
    [
        # the desk's time wins over the one that went live hours later
        (
            "2026年03月01日 04:04",
            "<meta name='weibo: article:create_at' content='2026-03-01 04:04:43'>"
            "<meta property='article:published_time' content='2026-03-01T06:52:51+08:00'>",
            "2026-02-28T20:04:43+00:00",
        ),
        (
            "2026年03月01日04:04",
            "<meta property='article:published_time' content='2026-03-01T06:52:51+08:00'>",
            "2026-02-28T20:04:00+00:00",
        ),
        (
            "",
            "<meta property='article:published_time' content='2026-03-01T06:52:51+08:00'>",
            "2026-02-28T22:52:51+00:00",
        ),
        ("2026年03月01日", "", "2026-02-28T16:00:00+00:00"),
        # in words, in other zones, in halves of the day
        ("2026年03月01日 凌晨12:30", "", "2026-02-28T16:30:00+00:00"),
        ("2026年03月01日 下午3点半 滨海晚报", "", "2026-03-01T07:30:00+00:00"),
        ("1小时10分前", "", "2026-03-01T02:50:00+00:00"),
        (
            "",
            "<meta property='article:published_time' content='Sun Mar  1 06:52:51 CST 2026'>",
            "2026-02-28T22:52:51+00:00",
        ),
        (
            "",
            "<meta property='article:published_time' content='2026-03-01 06:52 GMT+8'>",
            "2026-02-28T22:52:00+00:00",
        ),
        # what is in doubt, or no time, gives way
        (
            "2026年03月01日",
            "<meta property='article:published_time' content='2026-03-01T06:52:51+08:00'>",
            "2026-02-28T22:52:51+00:00",
        ),
        (
            "2026年03月01日 10:00",
            "<meta name='weibo: article:create_at' content='1970-01-01 08:00:00'>",
            "2026-03-01T02:00:00+00:00",
        ),
    ],
)
async def test_the_time_of_publication(date: str, meta: str, published: str) -> None:
    article = await read(html(date=date, meta=meta))
    assert article.published_at is not None
    assert article.published_at.isoformat() == published
    assert article.times.visible == (date.removesuffix(" 滨海晚报") or None)


@pytest.mark.parametrize(
    ("date", "created", "flags"),
    [
        ("2026年03月01日", "", ["date_only"]),
        ("3小时前", "", ["relative_time"]),
        ("2026年03月01日 10:00", "1970-01-01 08:00:00", ["time_unread"]),
        ("2026年03月01日 10:00", "2199-01-01 08:00:00", ["time_unread"]),
        ("2026年03月01日 10:00", "2026-13-01 08:00:00", ["time_unread"]),
        ("2026年03月01日 10:00", "2026-03-01 10:00:12", []),
    ],
)
async def test_a_doubtful_time_says_so(date: str, created: str, flags: list[str]) -> None:
    meta = f"<meta name='weibo: article:create_at' content='{created}'>" if created else ""
    assert (await read(html(date=date, meta=meta))).extraction.flags == flags


async def test_a_time_that_does_not_exist_is_no_other_time() -> None:
    assert (await refusal(html(date="2026年13月01日 10:00"))).reason == "no_time"


async def test_a_day_unlike_the_url_is_flagged() -> None:
    article = await read(html(date="2024年03月01日 10:00"))
    assert article.extraction.flags == ["date_unlike_url"]


# Fields


@pytest.mark.parametrize(
    ("beside", "name", "url"),
    [
        ("<span class='source'>滨海晚报</span>", "滨海晚报", None),
        (
            "<a class='source' href='//paper.example/1'>滨海晚报</a>",
            "滨海晚报",
            "https://paper.example/1",
        ),
        ("<a class='source' href='javascript:;'>滨海晚报</a>", "滨海晚报", None),
        (
            "<span class='source'>来源：<a href='https://weibo.com/b'>滨海晚报</a></span>",
            "滨海晚报",
            None,
        ),
    ],
)
async def test_the_source(beside: str, name: str, url: str | None) -> None:
    source = (await read(html(beside=beside))).source
    assert source is not None
    assert (source.name, source.url) == (name, url)


async def test_the_medium_in_the_authors_place_is_no_author() -> None:
    beside = "<span class='source'>滨海晚报</span><span class='date'>作者：滨海晚报</span>"
    article = await read(html(beside=beside))
    assert article.authors == []
    assert article.times.visible == "2026年03月01日 10:00"


@pytest.mark.parametrize("word", ["海外版", "国际部", "公众号", "投教基地", "固收组", "评论部"])
async def test_a_department_in_the_authors_place_is_no_author(word: str) -> None:
    beside = f"<span class='source'>滨海晚报</span><p>作者：{word}</p>"
    article = await read(html(beside=beside))
    assert article.authors == []
    assert article.source is not None
    assert article.source.name == "滨海晚报"


async def test_a_title_with_markup_or_none_at_all() -> None:
    assert (await read(html(title="<font cms-style='font-L'>临河</font>开闸"))).title == "临河开闸"
    og = "<meta property='og:title' content='临河水库开闸放水'>"
    article = await read(html(title="", meta=og))
    assert article.title == "临河水库开闸放水"
    assert article.extraction.flags == ["title_from_meta"]


@pytest.mark.parametrize(
    ("description", "summary"),
    [
        ("水位、流量与下游安排，一图看懂这次开闸。", "水位、流量与下游安排，一图看懂这次开闸。"),
        ("原标题：开闸　　临河水库今日开闸。下泄流量每秒四百", None),
        ("临河水库今日开闸。下泄流量每秒四百..._新浪网", None),
        ("临河水库开闸", None),
        ("", None),
    ],
)
async def test_only_a_written_summary_is_one(description: str, summary: str | None) -> None:
    body = "<p>　　临河水库今日开闸。</p><p>　　下泄流量每秒四百立方米，预计持续两天。</p>"
    meta = f"<meta name='description' content='{description}'>"
    assert (await read(html(body, meta=meta))).summary == summary


@pytest.mark.parametrize(
    ("counted", "number"),
    [
        ("<em><a>1,229</a></em>条评论|<em><a>5,874</a></em>人参与", 1229),
        ("<em><a>0</a></em>条评论", 0),
        ("", None),
    ],
)
async def test_comments_are_counted_not_participants(counted: str, number: int | None) -> None:
    after = f"<span comment-type='count' class='count'>{counted}</span>"
    assert (await read(html(after=after))).comment_count == number


async def test_times_in_lists_that_need_a_date_header_are_left_out_without_it() -> None:
    card = (
        "<div id='tab_related'><div class='ty-card'><h3>"
        "<a href='/a/2026-02-01/doc-iqtestx0000009.shtml'>相关一条</a></h3>"
        "<span class='ty-card-time'>2月1日 15:00</span></div></div>"
    )
    without = await page(html(after=card), date=None).to_item()
    assert [item.published_at for item in without.related] == [None]
    (item,) = (await read(html(after=card))).related
    assert item.url == "https://finance.sina.com.cn/a/2026-02-01/doc-iqtestx0000009.shtml"
    assert item.published_at is not None
    assert item.published_at.isoformat() == "2026-02-01T07:00:00+00:00"


async def test_the_loaded_ranking_is_preferred_to_the_servers() -> None:
    def ranking(box: str, title: str) -> str:
        line = f"<li><span>01</span><a href='/x.html'>{title}</a></li>"
        return f"<div class='{box}'><ul>{line}</ul></div>"

    boxes = ranking("interfaceData", "新") + ranking("botData", "旧")
    after = f"<div id='read-comment'><div class='rc-context read-context'>{boxes}</div></div>"
    assert [hot.title for hot in (await read(html(after=after))).hot] == ["新"]


# The body

LINK = "<a href='https://news.sina.com.cn/c/2026-02-01/doc-iqother00001.shtml'>水库去年检修</a>"


@pytest.mark.parametrize(
    "more",
    [
        "<div class='wap_special'><p>点击进入专题：</p><a href='/zt_d/x'>汛期</a></div>",
        f"<div data-sudaclick='content_relativenews_p'><p>大家都在看</p>{LINK}</div>",
        f"<p>　　此前报道：{LINK}</p>",
        f"<p><strong>相关新闻：</strong></p><p>　　{LINK}</p>",
        "<center><a href='http://slide.news.sina.com.cn/x'>更多美图请进入图集</a></center>",
        "<p><a href='http://ent.sina.com.cn/f/v/waptuiguang.html'>"
        "<img width='18' height='36' src='/deco/2009/0507/phone.gif'>上手机看水库</a></p>",
        "<p><img class='video' src='http://i1.sinaimg.cn/dy/play.gif'></p>",
    ],
)
async def test_what_the_page_puts_into_the_text_is_no_body(more: str) -> None:
    article = await read(html(BODY + more))
    assert (article.body, article.images) == ("临河水库今日开闸。", [])


async def test_links_before_the_text_are_no_body() -> None:
    head = f"<p><strong>相关新闻：</strong></p><p>　　{LINK}</p><p>{LINK}</p>"
    assert (await read(html(head + BODY))).body == "临河水库今日开闸。"


async def test_a_link_to_an_article_at_the_end_stays() -> None:
    assert (await read(html(f"{BODY}<p>{LINK}</p>"))).body == "临河水库今日开闸。\n水库去年检修"


@pytest.mark.parametrize(
    ("inner", "body"),
    [
        (
            "演员<a href='#'><b>石小溪</b><!--wapdump begin-->(</a><a href='#'>"
            "<img src='/play.gif'></a> <a href='#'>blog</a>)<!--wapdump end-->将出演",
            "演员石小溪将出演",
        ),
        ("甲<!-- wapdump begin -->(乙)<!-- wapdump end -->丙", "甲丙"),
        ("甲<!--wapdump begin-->(乙)", "甲(乙)"),
        ("甲</p><!--wapdump begin--><p>整段乙</p><!--wapdump end--><p>丙", "甲\n整段乙\n丙"),
    ],
)
async def test_decoration_of_2008_leaves_nothing_behind(inner: str, body: str) -> None:
    article = await read(html(f"<p>{inner}</p>"), URL.replace("2026-", "2008-"))
    assert (article.body, article.images) == (body, [])


async def test_the_page_of_a_lazy_picture_gives_the_picture() -> None:
    pictures = (
        "<div class='img_wrapper'><img data-echo='https://n.sinaimg.cn/x/3.jpg'"
        " src='//n.sinaimg.cn/x/loading.gif'></div><div class='img_wrapper'>"
        "<img src='data:image/gif;base64,R0' real_src='http://s1.sinaimg.cn/x/2.jpg'></div>"
    )
    images = (await read(html(BODY + pictures))).images
    assert [image.url for image in images] == [
        "https://n.sinaimg.cn/x/3.jpg",
        "http://s1.sinaimg.cn/x/2.jpg",
    ]


# Paged articles


def part(number: int, text: str, pages: int = 3) -> str:
    base = f"http://finance.sina.com.cn/roll/2026-03-01/doc-i{KEY}"
    links = "".join(
        f"<a href='{base}-p{n}.shtml'>{n}</a>" for n in range(1, pages + 1) if n != number
    )
    return html(
        f"<p>{text}</p><div class='pagebox'><span>上一页</span>{links}<span>下一页</span></div>"
    )


async def test_a_paged_article_is_joined_in_order() -> None:
    first = page(part(1, "第一页正文。"))
    rest = first.continuation
    assert rest is not None
    assert rest.page_urls == tuple(URL.replace(KEY, f"{KEY}-p{n}") for n in (2, 3))
    second = page(part(2, "第二页正文。"), rest.page_urls[0])
    assert second.continuation is None
    third = page(part(3, "第三页正文。（记者 方致远）"), rest.page_urls[1])
    whole = join_pages(await first.to_item(), [await second.to_item(), await third.to_item()])
    assert whole.body.split("\n")[:2] == ["第一页正文。", "第二页正文。"]
    assert whole.url == URL
    assert [author.name for author in whole.authors] == ["方致远"]


@pytest.mark.parametrize(
    "link",
    [
        "<a href='/roll/2026-03-01/doc-iqother00001-p2.shtml'>另一篇</a>",
        f"<a href='/roll/2026-03-01/doc-i{KEY}-p999.shtml'>太多</a>",
        f"<a href='http://[/doc-i{KEY}-p2.shtml'>坏链接</a>",
        f"<!-- <a href='/roll/2026-03-01/doc-i{KEY}-p2.shtml'>2</a> -->",
    ],
)
async def test_links_that_are_no_pager(link: str) -> None:
    assert page(html(after=link)).continuation is None


# Parts


@pytest.mark.parametrize(
    ("script", "variables"),
    [
        (
            "SINA_TEXT_PAGE_INFO = {\n entry: 'account',\n // 注释 a: 'b'\n"
            ' newsid: "comos-x", // 尾注\n difDay: 180\n};',
            {"entry": "account", "newsid": "comos-x", "difDay": "180"},
        ),
        ("SINA_TEXT_PAGE_INFO['videoDatas0'] = [{ video_id: 1 }];", {}),
        ("SINA_TEXT_PAGE_INFO = {</script>\n newsid: 'comos-late'", {}),
        ("SINA_TEXT_PAGE_INFO = {" + " " * 9000 + "\n newsid: 'comos-far'", {}),
        ("", {}),
    ],
)
def test_page_variables_are_read_without_json(script: str, variables: dict[str, str]) -> None:
    assert page_variables(f"<script>var {script}") == variables


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2016年05月25日10:10 新浪财经", ("2016年05月25日10:10", "新浪财经")),
        ("新浪财经 2016-05-25 10:10:09", ("2016-05-25 10:10:09", "新浪财经")),
        ("2016年5月25日 星期三 10:10 新浪财经", ("2016年5月25日 星期三 10:10", "新浪财经")),
        ("2016-05-25 02:10 UTC", ("2016-05-25 02:10 UTC", "")),
        ("更新：2016-05-26 09:00 2016-05-25 10:10", ("2016-05-25 10:10", "更新：")),
        ("昨天 10:10 新浪财经", ("昨天 10:10", "新浪财经")),
        ("2016-13-25 10:10", ("2016-13-25 10:10", "")),
        ("新浪财经", ("", "新浪财经")),
    ],
)
def test_time_and_source_in_one_node(text: str, parts: tuple[str, str]) -> None:
    assert split_time_and_source(text) == parts


@pytest.mark.parametrize(
    ("text", "number"),
    [("5,874", 5874), ("1.2万", 12000), ("", None), ("无", None), ("9" * 40, None)],
)
def test_printed_numbers(text: str, number: int | None) -> None:
    assert count(text) == number


# Hostile pages


@pytest.mark.parametrize(
    "text",
    [
        b"\x00" * 1000,
        bytes(range(256)) * 20,
        ("<div>" * 20_000).encode(),
        html(body="<b>" * 100_000).encode(),
        html()[:200].encode(),
        b"<?xml version='1.0' encoding='no-such'?><html><body>x</body></html>",
    ],
    ids=["nul", "binary", "deep", "open_tags", "cut_off", "strange_encoding"],
)
async def test_a_hostile_page_is_refused_not_fatal(text: bytes) -> None:
    reasons = {"empty_page", "truncated", "no_title", "no_body", "too_costly"}
    assert (await refusal(text)).reason in reasons


async def test_nul_surrogates_and_a_long_title_are_survived() -> None:
    text = html("<p>正\x00文。</p>", title="标" * 100_000 + "&#xD800;")
    article = await read(text)
    assert article.body == "正文。"
    assert "\ud800" not in article.title
    assert len(article.title) >= 100_000


# Source, authors, section, title


@pytest.mark.parametrize(
    "beside",
    [
        "<span class='author'><a class='source' href='https://k.example/1'>澄湖日报</a> "
        "澄湖日报官方账号</span>",
        "<div><span><em class='source'>澄湖日报</em></span></div>",
        "<p class='author'><span class='source'>来源：澄湖日报 作者：王小甲</span></p>",
        "<span class='source'>澄湖日报（ID：chrb）</span>",
        "<span class='source'>微信公众号：澄湖日报</span>",
        "<span class='source'>微信公众号“澄湖日报”</span>",
        "<span class='source'>澄湖日报 公众号</span>",
        "<a class='ent-source'>澄湖日报</a>",
        "<span class='author'><a href='https://k.example/1'>澄湖日报</a></span>",
        "<span>澄湖日报</span>",
        "来源：<a href='https://k.example/1'>澄湖日报</a>",
    ],
)
async def test_the_source_stands_in_any_wrapper(beside: str) -> None:
    article = await read(html(beside=beside))
    assert article.source is not None
    assert article.source.name == "澄湖日报"


@pytest.mark.parametrize("said", ["--", "未知", "", "不详"])
async def test_a_source_that_names_nobody_is_none(said: str) -> None:
    beside = f"<span class='source'>{said}</span>"
    assert (await read(html(beside=beside))).source is None


async def test_another_source_in_the_body_is_kept_as_the_origin() -> None:
    beside = "<span class='source'>某某晚报</span>"
    article = await read(html(BODY * 3 + "<p>来源：乙丙都市报</p>", beside=beside))
    assert article.source == Source(name="某某晚报", origin="乙丙都市报")
    assert [(each.line, each.rule) for each in article.extraction.removed] == [
        ("来源：乙丙都市报", "label")
    ]


async def test_links_and_pagers_that_leave_the_body_are_kept_beside_it() -> None:
    lists = "<p>相关新闻：</p><p><a href='/c/2019-09-01/doc-iaaaaaaa1111111.shtml'>旧闻甲</a></p>"
    article = await read(html(f"{BODY * 3}{lists}<p>上一页 1 2 下一页</p><p>来源：澄湖日报</p>"))
    assert [(each.line, each.rule) for each in article.extraction.removed] == [
        ("相关新闻：", "link_list"),
        ("旧闻甲", "link_list"),
        ("上一页 1 2 下一页", "control"),
        ("来源：澄湖日报", "label"),
    ]


@pytest.mark.parametrize(
    ("path", "section"),
    [
        (
            "<a href='/china/'>国内新闻</a>&gt;<b>正文</b> &gt; <a href='/zt_d/x'>旧城</a>",
            "国内新闻",
        ),
        ("<a href='/'>新闻中心</a> &gt; <a href='/c/'>国内新闻</a> &gt; 正文", "国内新闻"),
        (
            "<a href='/'>财经</a><b><a href='/s/'>证券</a></b>&gt; 正文 <a href='/x/'>专栏</a>",
            "证券",
        ),
        ("<a href='/c/'>国内新闻</a> &gt; <a href='/zt/bridge/'>大桥通车</a>", "国内新闻"),
        ("<a href='/c/'>国际新闻</a>", "国际新闻"),
        ("<span>正文</span>", "finance/roll"),
    ],
)
async def test_the_section_is_the_channel_and_no_special_topic(path: str, section: str) -> None:
    article = await read(html(after=f"<div class='channel-path'>{path}</div>"))
    assert article.section == section


@pytest.mark.parametrize("end", ["_新浪财经", "-新浪网", " | 新浪新闻_手机新浪网"])
async def test_a_title_from_the_head_loses_the_sites_name(end: str) -> None:
    meta = f"<meta property='og:title' content='临河水库开闸{end}'>"
    assert (await read(html(title="", meta=meta))).title == "临河水库开闸"


async def test_brackets_at_the_end_of_the_body_name_the_writers() -> None:
    article = await read(html(BODY * 3 + "<p>　　水位明天回落。（甲乙新闻网 王小明）</p>"))
    assert [author.name for author in article.authors] == ["王小明"]
    assert article.body.endswith("（甲乙新闻网 王小明）")
