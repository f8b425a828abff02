"""Pages of sites without rules: what becomes of a whole page, each kind with several members."""

from __future__ import annotations

import contextlib
import time

import pytest
import web_poet

from crawler.exceptions import PageError
from crawler.pages.generic import GenericPage
from pipelines.items import Article
from tests.support.portal_layouts import ARTICLES, LISTS, Layout, Story, stories

URL = "https://www.example-news.cn/news/100001.html"
DATE = "Wed, 06 Mar 2024 02:00:00 GMT"
TITLE = "旧码头下月起分两期改建"
TEXT = tuple(
    f"{city}市的{thing}下月起分两期改建，市政府昨天公布了方案，第一期先修复两座仓库，"
    "工程预计用时八个月，附近居民可以在网上查看图纸。"
    for thing in ("旧码头", "老车站")
    for city in "甲乙丙"
)
SHORT = (
    "演员王小明近日进组，与导演李小红商量新片的拍法，两人都说这次要慢慢来，多走几个村子。",
    "新片下月在旧码头开机，剧组已经搭好了两座仓库，王小明为此学了三个月的修船手艺。",
)
STORIES = stories(24, seed=11)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>　　{text}</p>\n" for text in texts)


def page(
    text: str = paragraphs(*TEXT),
    *,
    head: str = "",
    window: str = f"{TITLE}_某某新闻网",
    title: str = TITLE,
    info: str = "<span class='t'>2024-03-05 09:10</span>",
) -> str:
    return (
        f"<html><head><meta charset='utf-8'><title>{window}</title>{head}</head><body>"
        f"<div class='top'><h1 class='ttl'>{title}</h1><div class='info'>{info}</div></div>"
        f"<div class='text'>{text}</div></body></html>"
    )


async def read(html: str, url: str = URL, date: str = DATE) -> Article:
    response = web_poet.HttpResponse(url, body=html.encode(), headers={"Date": date})
    return await GenericPage(response).to_item()


async def refusal(html: str, url: str = URL) -> str:
    with pytest.raises(PageError) as caught:
        await read(html, url)
    return caught.value.reason


# The text


@pytest.mark.parametrize("layout", ARTICLES.values(), ids=ARTICLES)
@pytest.mark.parametrize("number", [0, 6, 12, 18])
@pytest.mark.parametrize("length", [1, 3, 50])
async def test_the_text_of_any_layout(layout: Layout, number: int, length: int) -> None:
    known = STORIES[number]
    story = Story(known.title, known.paragraphs[:length])
    article = await read(layout(story, STORIES[number + 1 : number + 6]))
    assert article.body.split("\n") == list(story.paragraphs)
    assert article.title == story.title
    assert article.source is not None
    assert article.source.name == story.source
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2008-06-03T01:26:00+00:00"
    assert article.extraction.flags == []
    assert article.extraction.agreement is not None
    assert article.extraction.agreement > 0.7


@pytest.mark.parametrize(
    "box",
    [
        "<div id='Feedback-Article' class='mod-left Feedback-Article'><p>对本频道若有意见或者建议，"
        "欢迎写信给我们的值班编辑，地址见首页底部。</p></div>",
        "<div id='article-copyright' class='article content'><p>本网所登文章，版权归作者所有，"
        "如有疏漏，"
        "请与编辑部联系，我们会尽快改正。</p></div>",
        "<div id='content_share_article' class='article-content'><p>把这篇文章寄给朋友，"
        "请填写地址，"
        "多个地址之间用逗号分开，每次最多十个。</p></div>",
        "<div id='main-content-article' class='comment content'><p>网友发言只代表个人看法，"
        "请遵守规则，"
        "文明发言，理性讨论，谢谢合作。</p></div>",
    ],
    ids=["feedback", "copyright", "share", "comment"],
)
async def test_a_name_does_not_make_a_box_the_article(box: str) -> None:
    html = (
        "<title>王导演新片下月开机_某某新闻网</title><div class='top'><h1>王导演新片下月开机</h1>"
        "<div class='info'>2024-03-05 09:10</div></div><div class='wrap'>"
        "<div id='Cnt-Main-Article'>"
        f"{paragraphs(*SHORT)}</div></div>{box}"
    )
    assert (await read(html)).body.split("\n") == list(SHORT)


@pytest.mark.parametrize(
    "below",
    [
        f"<div class='recommend-list'><div class='rec-item content'>{paragraphs(*TEXT)}</div>"
        f"</div>",
        f"<div class='c2'><b>猜你喜欢</b><div class='c3'>{paragraphs(*TEXT)}</div></div>",
        f"<div class='c2'><h4>网友评论</h4>{paragraphs(*TEXT)}</div>",
        "".join(
            f"<div class='c2'><a href='/a/{n}'>别处的一篇文章讲了别的事情</a>{paragraphs(text)}"
            f"</div>"
            for n, text in enumerate(TEXT)
        ),
        f"<aside>{paragraphs(*TEXT)}</aside>",
    ],
    ids=["named", "headed", "comments", "entries", "aside"],
)
async def test_another_text_below_is_not_taken_for_the_article(below: str) -> None:
    html = (
        "<title>王导演新片下月开机_某某新闻网</title><div class='top'><h1>王导演新片下月开机</h1>"
        f"<div class='info'>2024-03-05 09:10</div></div>"
        f"<div class='detail'>{paragraphs(SHORT[0])}</div>"
        f"{below}"
    )
    assert (await read(html)).body == SHORT[0]


async def test_a_text_without_a_word_of_its_headline_is_doubtful() -> None:
    article = await read(page(window="王导演新片开机_某某新闻网", title="王导演新片开机"))
    assert article.body.split("\n") == list(TEXT)
    assert "doubtful_body" in article.extraction.flags
    assert article.extraction.agreement is not None
    assert article.extraction.agreement < 0.7


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"<section><span>{text}</span></section>" for text in TEXT),
        "".join(f"<section><section><p>{text}</p></section></section>" for text in TEXT),
        f"<p>{'<br/>'.join(TEXT)}</p>",
        "".join(f"<span>{text}</span><br>" for text in TEXT),
    ],
    ids=["sections", "nested", "breaks", "spans"],
)
async def test_the_text_of_wechat_that_a_script_shows(text: str) -> None:
    html = (
        f"<html><head><meta charset='utf-8'><meta property='og:title' content='{TITLE}'><title>"
        f"</title>"
        f"</head><body><div class='rich_media'><h1 class='rich_media_title'>{TITLE}</h1>"
        f"<em id='publish_time'></em><div class='rich_media_content' id='js_content' "
        f"style='visibility: hidden;'>{text}</div></div><script>var ct = \"1709601000\";</script>"
        "</body></html>"
    )
    article = await read(html, "https://mp.weixin.qq.com/s?__biz=MzA&mid=1&idx=1&sn=ab")
    assert article.body.split("\n") == list(TEXT)
    assert article.title == TITLE
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-03-05T01:10:00+00:00"


@pytest.mark.parametrize("link", ["返回某某网，查看更多", "返回首页>>", "更多内容>>", "[详细]"])
async def test_a_link_away_at_the_end_is_no_text(link: str) -> None:
    text = f"{paragraphs(*TEXT[:5])}<p>　　{TEXT[5]}<a href='/'>{link}</a></p>"
    assert (await read(page(text))).body.split("\n") == list(TEXT)


@pytest.mark.parametrize(
    "box",
    [
        "<table><tr><td><a href='/1'>最省钱的网络电话</a></td></tr><tr><td>"
        "<a href='/2'>表情百变</a></td>"
        "</tr></table>",
        "<dl><dt>相关报道</dt><dd><a href='/1'>去年旧码头停航的始末</a></dd></dl>",
        "<ul class='links'><li><a href='/1'>邻市的老厂房变成书店</a></li></ul>",
        "<div class='ad_box'>某牌轮胎，耐磨又省油，现在买三送一，另送洗车券。</div>",
    ],
    ids=["table", "headed", "links", "advertisement"],
)
async def test_what_stands_within_the_text_and_is_none_of_it(box: str) -> None:
    text = f"{paragraphs(*TEXT[:3])}{box}{paragraphs(*TEXT[3:])}"
    assert (await read(page(text))).body.split("\n") == list(TEXT)


async def test_what_is_left_out_of_the_text_is_kept_beside_it() -> None:
    note = "喜欢这篇文章，请分享给朋友，也请留下您的意见。"
    box = f"<div class='share-box'><p>{note}</p></div>"
    article = await read(page(f"{paragraphs(*TEXT)}{box}"))
    assert article.body.split("\n") == list(TEXT)
    assert [(removed.line, removed.rule) for removed in article.extraction.removed] == [
        (note, "apart")
    ]


# What is no article


@pytest.mark.parametrize("layout", LISTS.values(), ids=LISTS)
@pytest.mark.parametrize("number", [0, 8, 16])
async def test_lists_and_frames_are_refused(layout: Layout, number: int) -> None:
    html = layout(STORIES[number], STORIES[number + 1 : number + 8])
    reason = await refusal(html, "https://www.example-news.cn/2024-03/05/100001.html")
    assert reason in ("list_page", "no_article", "no_body")


@pytest.mark.parametrize("path", ["", "/", "/#top"])
async def test_a_home_page_is_known_by_its_address(path: str) -> None:
    assert await refusal(page(), f"https://www.example-news.cn{path}") == "home_page"


async def test_a_page_by_number_on_the_root_is_no_home_page() -> None:
    assert (await read(page(), "https://www.example-news.cn/?p=12")).title == TITLE


async def test_only_a_footer_is_no_article() -> None:
    footer = "<p>Copyright © 2024 某某新闻网 版权所有，未经许可不得转载，举报电话见首页。</p>"
    assert await refusal(page(footer)) in ("no_article", "no_body")


# The headline


@pytest.mark.parametrize(
    "window",
    [
        f"{TITLE}-某某网",
        f"{TITLE}-某某网-某某频道",
        f"{TITLE}|某某新闻",
        f"{TITLE}——某某在线",
        f"{TITLE}_财经频道_某某网",
        f"{TITLE} - 某某日报",
        f"【图】{TITLE}_某某网",
    ],
)
@pytest.mark.parametrize("tag", ["div class='ttl'", "h1", "h3", "b"])
async def test_the_headline_without_the_names_of_the_site(window: str, tag: str) -> None:
    html = page(window=window).replace(
        f"<h1 class='ttl'>{TITLE}</h1>", f"<{tag}>{TITLE}</{tag.partition(' ')[0]}>"
    )
    assert (await read(html)).title == TITLE


@pytest.mark.parametrize(
    "window", [f"{TITLE}-某某网", f"{TITLE}_某某频道_某某网", f"{TITLE}--某某日报", TITLE]
)
async def test_the_headline_that_only_the_window_has(window: str) -> None:
    html = page(window=window).replace(f"<h1 class='ttl'>{TITLE}</h1>", "")
    assert (await read(html)).title == TITLE


async def test_the_headline_of_a_page_whose_window_names_only_the_site() -> None:
    assert (await read(page(window="某某市人民政府门户网站"))).title == TITLE


async def test_og_title_cut_at_a_quote_gives_way_to_the_heading() -> None:
    title = "“第一期”先修两座仓库 旧码头下月起分两期改建"
    head = "<meta property='og:title' content='“第一期”先修'>"
    article = await read(page(title=title, window=f"{title}_某某网", head=head))
    assert article.title == title


# The time


@pytest.mark.parametrize(
    ("info", "visible"),
    [
        ("<span>时间：2024-03-05</span> <span>作者：王小明</span>", "2024-03-05"),
        ("发布日期：2024年3月5日 浏览：33", "2024年3月5日"),
        ("<i>2024/03/05</i> | 来源：甲乙日报", "2024/03/05"),
        ("日期: 2024.3.5", "2024.3.5"),
    ],
)
async def test_a_day_without_a_clock_is_a_time_that_says_so(info: str, visible: str) -> None:
    article = await read(page(info=info))
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-03-04T16:00:00+00:00"
    assert article.times.visible == visible
    assert article.extraction.flags == ["date_only"]


@pytest.mark.parametrize("info", ["2024-03-05 09:10 来源：甲乙日报", "2024-03-05 09:10"])
async def test_a_poem_is_read_and_said_to_be_doubtful(info: str) -> None:
    lines = ("旧码头的水", "照着下月的灯", "有人在改建", "一只小小的船")
    article = await read(page(paragraphs(*lines), info=info))
    assert article.body == "\n".join(lines)
    assert article.extraction.flags == ["doubtful_body"]


@pytest.mark.parametrize(
    ("info", "published"),
    [
        ("2024-03-05 03:30 PM", "2024-03-05T07:30:00+00:00"),
        ("2024-03-05T01:30:00Z", "2024-03-05T01:30:00+00:00"),
        ("2024-03-05 01:30 GMT", "2024-03-05T01:30:00+00:00"),
        ("更新：2024-03-05 18:00 发布：2024-03-05 09:30", "2024-03-05T01:30:00+00:00"),
        ("（更新：2024-03-06 08:00）2024-03-05 09:30", "2024-03-05T01:30:00+00:00"),
        ("2024年3月5日 星期二 09:30", "2024-03-05T01:30:00+00:00"),
        ("March 5, 2024 9:30 AM", "2024-03-05T01:30:00+00:00"),
        ("<span title='2024-03-05 09:30:00'>1天前</span>", "2024-03-05T01:30:00+00:00"),
    ],
)
async def test_an_exact_time_in_any_form_has_no_doubt(info: str, published: str) -> None:
    article = await read(page(info=info))
    assert article.published_at is not None
    assert article.published_at.isoformat() == published
    assert article.extraction.flags == []


@pytest.mark.parametrize(
    "info",
    [
        "<span class='date'>发布时间：03-05</span><span class='time'>12:00</span>",
        "3月5日 12:00",
        "昨天 12:00",
        "<em>03-05 12:00</em><em>优质原创作者</em>",
    ],
)
async def test_a_time_that_counts_from_the_visit_says_so(info: str) -> None:
    article = await read(page(info=info))
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-03-05T04:00:00+00:00"
    assert article.extraction.flags == ["relative_time"]


async def test_the_line_with_a_relative_time_is_no_text() -> None:
    text = f"<div class='from'><span>38分钟前</span>来自 网页版</div>{paragraphs(*TEXT)}"
    article = await read(page(text, info=""))
    assert article.body.split("\n") == list(TEXT)
    assert article.times.visible == "38分钟前"


async def test_a_time_that_counts_from_an_unknown_visit_is_none() -> None:
    html = page(info="昨天 12:00")
    with pytest.raises(PageError, match="no_time"):
        await read(html, date="")


PLAYER = "<div class='player'><div>版本号 3.4.40 (2024-3-5 9:38:01 PM)</div></div>"


@pytest.mark.parametrize(
    ("head", "info"),
    [
        ("<meta name='apub:time' content='2024-3-7 21:30:50'>", PLAYER),
        ("", f"{PLAYER}<span>2024-03-07 21:30:50</span>"),
        ("", "<span>2024-03-07 21:30:50</span><span>Copyright 2024-03-05 09:10</span>"),
        ("", "<p>以下数据截至2024-03-05 09:10</p><span>2024-03-07 21:30:50</span>"),
    ],
    ids=["meta", "player", "copyright", "as_of"],
)
async def test_a_date_that_is_another_things_is_not_the_articles(head: str, info: str) -> None:
    article = await read(page(head=head, info=info), date="Sat, 09 Mar 2024 02:00:00 GMT")
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-03-07T13:30:50+00:00"


@pytest.mark.parametrize(
    ("stated", "published"),
    [
        ("2024-03-05T10:45:00+08:00", "2024-03-05T01:10:00+00:00"),
        ("2024-03-04T23:59:00+08:00", "2024-03-05T01:10:00+00:00"),
        ("2024-01-05T10:45:00+08:00", "2024-01-05T02:45:00+00:00"),
    ],
    ids=["went_live_later", "night_before", "another_day"],
)
async def test_the_printed_time_of_the_same_day_counts(stated: str, published: str) -> None:
    head = f"<meta property='article:published_time' content='{stated}'>"
    article = await read(page(head=head))
    assert article.published_at is not None
    assert article.published_at.isoformat() == published
    assert article.times.visible == "2024-03-05 09:10"


async def test_a_page_in_another_language_prints_the_time_of_another_zone() -> None:
    text = "The old pier will be rebuilt in two stages, the city said, and the plans are public. "
    html = page(
        paragraphs(text * 3, text * 2),
        head="<meta property='article:published_time' content='2024-03-05T09:10:00-05:00'>",
        window="The old pier will be rebuilt | Example News",
        title="The old pier will be rebuilt",
        info="2024-03-05 09:10",
    )
    article = await read(html)
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-03-05T14:10:00+00:00"


async def test_a_printed_day_is_not_the_addresss() -> None:
    url = "https://www.example-news.cn/2024-03-05/100001.html"
    assert (await read(page(info="2024-03-05"), url)).extraction.flags == ["date_only"]
    flags = (await read(page(info=""), url)).extraction.flags
    assert flags == ["date_only", "time_from_url"]


async def test_the_time_below_the_text_if_a_label_says_so() -> None:
    text = f"{paragraphs(*TEXT)}<p>发布日期：2024-03-05 09:10</p>"
    article = await read(page(text, info=""))
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-03-05T01:10:00+00:00"


# Who and whence


@pytest.mark.parametrize(
    ("info", "source"),
    [
        (
            "<span>来源：甲乙新闻客户端</span><span>丙丁网</span><span>分享到</span>",
            "甲乙新闻客户端",
        ),
        ("来源：<a href='/'>甲乙日报</a><a href='#c'>我要评论</a>", "甲乙日报"),
        ("文章来源：甲乙晚报责任编辑：王小明", "甲乙晚报"),
        ("2024-03-05 09:10来源：甲乙在线作者：王小明", "甲乙在线"),
        ("<b>甲乙日报</b> | <i>字号</i>", "甲乙日报"),
        ("<a class='source'>在乙地</a><a class='share'>分享</a>", "在乙地"),
    ],
)
async def test_the_source_ends_where_its_neighbour_begins(info: str, source: str) -> None:
    article = await read(page(info=f"<span>2024-03-05 09:10</span> {info}"))
    assert article.source is not None
    assert article.source.name == source


@pytest.mark.parametrize(
    ("info", "names"),
    [
        ("时间：2024-03-05 作者：王小明", ["王小明"]),
        ("作者：<a href='/u/1'>王小明</a> 浏览：33", ["王小明"]),
        ("来源：甲乙网 作者：王小明 编辑：李小红", ["王小明"]),
        ("王小明/甲乙日报", ["王小明"]),
        ("甲乙新闻记者 王小明 李小红", ["王小明", "李小红"]),
    ],
)
async def test_authors_beside_the_headline(info: str, names: list[str]) -> None:
    article = await read(page(info=f"<span>2024-03-05 09:10</span><p>{info}</p>"))
    assert [author.name for author in article.authors] == names


@pytest.mark.parametrize(
    "info",
    [
        "作者：甲乙日报",
        "作者：某某院宣传部",
        "作者：医技药剂支部",
        "作者：本站编辑",
        "作者：admin",
        "编辑：王小明",
        "王小明 关注",
    ],
)
async def test_nobody_is_an_author_who_is_not_named_as_one(info: str) -> None:
    article = await read(page(info=f"<span>2024-03-05 09:10</span><p>{info}</p>"))
    assert article.authors == []
    assert article.body.split("\n") == list(TEXT)


@pytest.mark.parametrize(
    "end",
    [
        "<p>责任编辑：王小明</p>",
        "<div class='ep-source'><span>本文来源：甲乙日报</span><span>责任编辑：王小明</span></div>",
        "</div><div class='end'>【责任编辑:王小明】",
        "</div><div class='share'><a href='/'>分享</a></div><div class='editor'>编辑：王小明",
    ],
    ids=["line", "glued", "beside", "below"],
)
async def test_the_editor_at_the_end(end: str) -> None:
    article = await read(page(f"{paragraphs(*TEXT)}{end}"))
    assert [editor.name for editor in article.editors] == ["王小明"]
    assert article.body.split("\n") == list(TEXT)


# Lines of the text that are none of it


@pytest.mark.parametrize(
    "line",
    [
        "参与互动",
        "字号",
        "首页 &gt; 科技湃",
        "您的位置：首页 &gt; 新闻 &gt; 正文",
        "点击进入“文艺之星”&gt;&gt;",
        "【1】【2】【3】【4】",
        "评论(15)",
        "我要跟帖",
        "已输入0字",
    ],
)
@pytest.mark.parametrize("at", ["start", "end"])
async def test_the_pages_controls_are_no_text(line: str, at: str) -> None:
    control, text = f"<p>{line}</p>", paragraphs(*TEXT)
    article = await read(page(control + text if at == "start" else text + control))
    assert article.body.split("\n") == list(TEXT)


@pytest.mark.parametrize(
    ("line", "name", "code"),
    [
        ("责任编辑：王小明_AB4425", "王小明", "AB4425"),
        ("（责任编辑：王小明_NB12556）", "王小明", "NB12556"),
        ("本文来源：甲乙日报责任编辑：王小明_NN7379", "王小明", "NN7379"),
        ("责编：王小明", "王小明", None),
    ],
)
async def test_an_editors_code_is_no_part_of_the_name(
    line: str, name: str, code: str | None
) -> None:
    (editor,) = (await read(page(f"{paragraphs(*TEXT)}<p>{line}</p>"))).editors
    assert (editor.name, editor.code) == (name, code)


@pytest.mark.parametrize(
    "line",
    [
        "（原题为《旧码头要变样》）",
        "本文原标题：《旧码头要变样》",
        "（原标题：旧码头要变样）",
        "原标题：旧码头要变样",
    ],
)
async def test_the_original_title_in_marks_or_without(line: str) -> None:
    article = await read(page(f"{paragraphs(*TEXT)}<p>{line}</p>"))
    assert article.original_title == "旧码头要变样"
    assert article.body.split("\n") == list(TEXT)


async def test_bylines_above_within_and_below_the_text() -> None:
    dateline = "甲乙网3月5日讯（记者王小红 整合） 旧码头下月起分两期改建，市政府昨天公布了方案。"
    above, below = "执笔/王小明、李小红&amp;张三丰", "(作者：王小军甲乙大学经济学院教授)"
    text = f"<p>{above}</p><p>{dateline}</p>{paragraphs(*TEXT)}<p>{below}</p>"
    article = await read(page(text))
    names = ["王小明", "李小红", "张三丰", "王小军", "王小红"]
    assert sorted(author.name for author in article.authors) == sorted(names)
    assert article.body.split("\n") == [dateline, *TEXT]


# Hostile pages


@pytest.mark.parametrize(
    ("start", "repeated", "times"),
    [
        ("", "<div>", 60_000),
        ("", f"<div>{TEXT[0]}", 20_000),
        ("", f"<font>{TEXT[0]}", 20_000),
        ("", "<p>a</p>", 300_000),
        ("", "<a href='/x'>一个链接</a>", 60_000),
        ("<p>", TEXT[0], 40_000),
        ("<p>", "来源：", 200_000),
        ("<p>", "2024-", 200_000),
        ("<p>", " ", 2_000_000),
        ("", f"<div class=x><a href=/>{TEXT[0]}</a><p>{TEXT[1]}</p>", 8_000),
        ("<table>", "<tr><td><table>", 20_000),
    ],
    ids=[
        "deep", "deep_text", "fonts", "lines", "links", "one_line", "labels", "digits", "blanks",
        "entries", "tables",
    ],
)  # fmt: skip
async def test_no_page_takes_long(start: str, repeated: str, times: int) -> None:
    html = page(start + repeated * times)
    began = time.process_time()
    with contextlib.suppress(PageError):
        await read(html)
    assert time.process_time() - began < 5
