"""What speaks for an article and what against one."""

from __future__ import annotations

import pytest

from crawler.pages.fallback.passages import Passages, read_passages
from crawler.pages.fallback.weighing import OTHERS, weigh
from crawler.pages.html import parse

SENTENCE = "工程预计用时八个月，附近居民可以在网上查看图纸，也可以写信提出意见。"


def weights(html: str, heading: int | None = None, *, by_name: bool = True) -> list[float]:
    page = read(html)
    return weigh(page, heading, by_name=by_name)


def read(html: str) -> Passages:
    root = parse(html)
    assert root is not None
    return read_passages(root)


@pytest.mark.parametrize(
    "text", [SENTENCE, "The work takes eight months, and the plans are open to all.", SENTENCE * 50]
)
def test_sentences_speak_for_an_article(text: str) -> None:
    assert weights(f"<p>{text}</p>")[0] > 1


@pytest.mark.parametrize(
    "line",
    [
        "首页",
        "分享到：",
        f"<a href='/'>{SENTENCE}</a>",
        "2024-03-05 09:10",
        "Copyright © 2024 某某网 版权所有，未经许可不得转载。",
        "免责声明：本文内容由作者提供，不代表本站立场。",
    ],
)
def test_labels_links_and_legal_words_speak_against_one(line: str) -> None:
    assert weights(f"<p>{line}</p>")[0] < 0


def test_a_longer_text_weighs_more_up_to_a_bound() -> None:
    short, long, longer = (weights(f"<p>{SENTENCE * n}</p>")[0] for n in (1, 5, 200))
    assert short < long < longer
    assert weights(f"<p>{'字' * 400}</p>") == weights(f"<p>{'字' * 90_000}</p>")


@pytest.mark.parametrize("name", ["comment-list", "recommend", "sidebar", "footer", "nav_sub"])
def test_a_box_counts_little_whose_name_says_that_it_holds_no_article(name: str) -> None:
    html = f"<div class='{name}'><p>{SENTENCE}</p></div>"
    assert weights(html)[0] < weights(html, by_name=False)[0] / 10


@pytest.mark.parametrize("name", ["with-sidebar", "relative", "content", "Navy"])
def test_a_name_that_only_sounds_like_it_counts_nothing(name: str) -> None:
    html = f"<div class='{name}'><p>{SENTENCE}</p></div>"
    assert weights(html) == weights(f"<div><p>{SENTENCE}</p></div>") or name == "Navy"


def test_a_box_with_the_headline_is_believed_whatever_its_name() -> None:
    html = f"<div class='sidebar'><h1>旧码头下月改建</h1><p>{SENTENCE}</p></div>"
    assert weights(html, 0)[1] > 1


def test_what_stands_before_the_headline_counts_little() -> None:
    html = f"<p>{SENTENCE}</p><h1>旧码头下月改建</h1><p>{SENTENCE}</p>"
    before, _, after = weights(html, 1)
    assert before == pytest.approx(after / 5)


@pytest.mark.parametrize(
    "entry",
    [
        f"<div class='i'><a href='/'>邻市的老厂房变成书店</a><p>{SENTENCE}</p></div>",
        f"<li>{SENTENCE}<br><a href='#'>回复</a></li>",
        f"<dl><dt><a href='/'>邻市的老厂房变成书店</a></dt><dd>{SENTENCE}</dd></dl>",
    ],
)
def test_entries_of_a_list_count_little(entry: str) -> None:
    alone = max(weights(f"<div>{entry}</div>"))
    assert max(weights(f"<div>{entry * 3}</div>")) < alone / 10


def test_a_row_with_most_of_the_text_is_no_entry() -> None:
    link = "<td><a href='/'>一个链接</a></td>"
    rows = f"<tr>{link}<td>{SENTENCE}</td></tr>" * 2
    html = f"<table>{rows}<tr>{link}<td>{SENTENCE * 9}</td></tr></table>"
    assert max(weights(html)) > 5


@pytest.mark.parametrize(
    "heading",
    ["相关新闻", "相关阅读：", "猜你喜欢", "网友评论", "点击排行榜", "为您推荐", "Comments"],
)
def test_a_box_under_the_heading_of_others_counts_little(heading: str) -> None:
    html = f"<div><b>{heading}</b><p>{SENTENCE}</p></div>"
    assert OTHERS.fullmatch(heading)
    assert max(weights(html)) < 1


@pytest.mark.parametrize("heading", ["新闻发布会", "相关部门回应", "推荐信", "评论员文章"])
def test_a_subhead_of_the_article_is_no_such_heading(heading: str) -> None:
    assert OTHERS.fullmatch(heading) is None
