"""Whether what was found is an article, and how far it is to be trusted."""

from __future__ import annotations

import pytest

from crawler.pages.fallback.body import find_body
from crawler.pages.fallback.headline import find_headline
from crawler.pages.fallback.judging import Judgement, judge, title_share
from crawler.pages.fallback.passages import read_passages
from crawler.pages.html import parse

TITLE = "旧码头下月起分两期改建"
TEXT = "".join(
    f"<p>第{n}期旧码头下月起改建，分两期施工，附近居民可以在网上查看图纸。</p>" for n in range(6)
)


def judgement(html: str, window: str = f"{TITLE}_某网", *, is_dated: bool = False) -> Judgement:
    root = parse(html)
    assert root is not None
    page = read_passages(root)
    headline = find_headline(page, window, "")
    found = find_body(page, headline.number)
    assert found is not None
    return judge(page, found, headline, is_dated=is_dated)


@pytest.mark.parametrize(
    ("title", "text", "share"),
    [
        ("旧码头", "旧码头今天开工", 1.0),
        ("旧码头改建", "老车站完工", 0.0),
        ("旧码头", "码头", 0.5),
        ("Old Pier", "the old pier", 1.0),
        ("", "任何文字", 1.0),
    ],
)
def test_the_share_of_the_titles_pieces(title: str, text: str, share: float) -> None:
    assert title_share(title, text) == pytest.approx(share)


def test_a_plain_article_is_trusted() -> None:
    found = judgement(f"<h1>{TITLE}</h1><div>{TEXT}</div>")
    assert found.confidence == 1
    assert not found.is_doubtful
    assert found.refusal is None


def test_an_article_whose_headline_is_about_something_else_is_doubtful() -> None:
    found = judgement(f"<h1>王导演新片开机</h1><div>{TEXT}</div>", "王导演新片开机_某网")
    assert found.refusal is None
    assert found.is_doubtful
    assert found.confidence == 0.5


def test_a_headline_that_the_page_does_not_show_costs_confidence() -> None:
    assert judgement(f"<div>{TEXT}</div>").confidence == 0.8


@pytest.mark.parametrize(
    ("html", "window"),
    [
        (f"<h1>滚动新闻</h1><div>{TEXT}</div>", "滚动新闻_某网"),
        (f"<div>{TEXT}</div>", "某某网欢迎您"),
        (f"<h1>{TITLE}</h1><p>暂无内容，敬请期待，谢谢。</p>", f"{TITLE}_某网"),
    ],
    ids=["section", "no_word", "nothing"],
)
def test_what_is_no_article_is_refused(html: str, window: str) -> None:
    assert judgement(html, window).refusal == "no_article"


def test_a_text_among_links_without_a_headline_is_a_list() -> None:
    link = "<a href='/a'>旧码头改建的又一篇报道，附图纸一张</a>"
    entries = f"<p>近日旧码头分两期改建，居民查看图纸，提出意见。{link}</p>" * 9
    assert judgement(f"<div>{entries}</div>", "旧码头要闻_某网").refusal == "list_page"


def test_what_two_ways_find_in_different_places_is_not_stored() -> None:
    link = "<a href='/a'>旧码头改建的又一篇报道</a>"
    entries = f"<p>近日旧码头分两期改建，居民查看图纸，提出意见。</p>{link}" * 9
    assert judgement(f"<div>{entries}</div>").refusal == "doubtful"


def test_a_refusal_says_what_was_measured() -> None:
    assert "links" in judgement(f"<div>{TEXT}</div>", "某某网欢迎您").detail


def short(title: str, *lines: str) -> Judgement:
    text = "".join(f"<p>{line}</p>" for line in lines)
    html = f"<div><h1>{title}</h1><p>2024-03-05 09:10</p><div>{text}</div></div>"
    return judgement(html, f"{title}_某网", is_dated=True)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "对话李小红：码头怎么修",
            ("记者：何时开工？", "李小红：下月，先修仓库。", "记者：难在哪里？"),
        ),
        (
            "老船长谈改建",
            ("问：您同意改建吗？", "答：同意，早该修了。", "问：怕什么？", "答：怕太吵。"),
        ),
        ("市政府发言人答记者问", ("问：图纸何时公布？", "答：下月公布，在网上可以查看。")),
        ("关于中秋放假的公告", ("9月15日至17日放假，共3天。", "特此公告。", "市政府办公室")),
        ("关于滨河路停水的通知", ("因检修管道，3月8日全天停水。", "影响范围：滨河路、码头路。")),
        ("市人大常委会任免名单", ("任命：", "王小明为市文化局局长；", "李小红为市档案局局长。")),
        ("王小明任本市代市长", ("3月1日，市人大常委会决定任命王小明为副市长、代理市长。",)),
        ("旧码头今天开工", ("旧码头改建开工。", "工期八个月。", "仓库先修，书店后建。")),
    ],
)
def test_what_is_short_by_its_kind_is_an_article(title: str, lines: tuple[str, ...]) -> None:
    assert short(title, *lines).refusal is None


@pytest.mark.parametrize(
    "title",
    [
        "404",
        "404 Not Found",
        "页面不存在",
        "抱歉，您访问的页面不存在",
        "系统提示",
        "用户登录",
        "会员注册",
        "找回密码",
        "隐私政策",
        "某某网隐私保护声明",
        "用户服务协议",
        "版权声明",
        "关于我们",
        "某某网简介",
        "联系我们",
        "安全验证",
        "网站地图",
        "“码头”的搜索结果",
    ],
)
def test_where_the_site_speaks_there_is_no_article(title: str) -> None:
    line = "我们每天为您送上本市的新闻，请您在使用本网站之前仔细阅读下面的话，有问题请来信。"
    assert short(title, *[line] * 6).refusal == "no_article"


@pytest.mark.parametrize(
    "line",
    [
        "您访问的页面不存在或已删除，请返回首页，或者搜索您需要的内容。",
        "旧码头改建的文章正在审核，您查看的内容已下线，5秒后将自动返回首页。",
        "旧码头改建：请先登录您的账号，登录后可以查看全文。",
    ],
)
def test_a_sentence_of_the_site_alone_is_no_article(line: str) -> None:
    assert short(TITLE, line).refusal == "no_article"


@pytest.mark.parametrize(
    "title",
    ["百余篇文章被删除", "苹果更新隐私政策", "隐私权之争", "500 强企业名单公布", "登录火星"],
)
def test_an_article_about_such_pages_stays_one(title: str) -> None:
    assert (
        short(title, *[f"{title}，这是昨天的消息，附近的居民都在谈论这件事。"] * 3).refusal is None
    )


def test_a_paragraph_above_many_links_is_the_page_of_a_topic_unless_it_has_a_time() -> None:
    links = "".join(f"<li><a href='/{n}'>邻市的第{n}座老厂房变成书店</a></li>" for n in range(12))
    html = (
        f"<h1>{TITLE}</h1><p>{TITLE}，附近居民可以在网上查看图纸，工期八个月。</p><ul>{links}</ul>"
    )
    assert judgement(html).refusal == "list_page"
    assert judgement(html, is_dated=True).refusal is None


@pytest.mark.parametrize("time", ["2024-03-05 09:1{}", "3月5日 09:1{}", "09:1{}"])
def test_flashes_below_each_other_are_a_list(time: str) -> None:
    entries = "".join(
        f"<div><span>{time.format(n)}</span><p>旧码头改建第{n}期开工，附近居民可以查看图纸。</p></div>"
        for n in range(8)
    )
    found = judgement(
        f"<div><h1>旧码头改建7×24小时直播</h1>{entries}</div>", "旧码头改建7×24小时直播"
    )
    assert found.refusal == "list_page"
