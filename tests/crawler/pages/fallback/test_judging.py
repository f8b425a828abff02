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


def judgement(html: str, window: str = f"{TITLE}_某网") -> Judgement:
    root = parse(html)
    assert root is not None
    page = read_passages(root)
    headline = find_headline(page, window, "")
    found = find_body(page, headline.number)
    assert found is not None
    return judge(page, found, headline)


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
