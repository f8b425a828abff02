"""Which line of a page is its headline, and what the window's title says without the site."""

from __future__ import annotations

import pytest

from crawler.pages.fallback.headline import Headline, find_headline, headline_above
from crawler.pages.fallback.passages import Passages, read_passages
from crawler.pages.html import parse

TITLE = "旧码头下月起分两期改建"


def read(html: str) -> Passages:
    root = parse(html)
    assert root is not None
    return read_passages(root)


def headline(html: str, window: str, stated: str = "", site: str = "") -> Headline:
    return find_headline(read(html), window, stated, site)


def test_a_heading_wins_over_a_link_with_the_same_words() -> None:
    html = f"<p><a href='/'>{TITLE}</a></p><h1>{TITLE}</h1><p>{TITLE}</p>"
    assert headline(html, f"{TITLE}_某网") == Headline(TITLE, 1)


def test_the_longer_part_of_the_window_wins_over_the_channel() -> None:
    html = f"<h1>新闻中心</h1><div class='title'>{TITLE}</div>"
    assert headline(html, f"{TITLE}_某网新闻中心") == Headline(TITLE, 1)


def test_quotes_and_blanks_may_differ() -> None:
    html = "<h1>“旧码头”下月起　分两期改建</h1>"
    assert headline(html, '"旧码头"下月起 分两期改建-某网').number == 0


@pytest.mark.parametrize(
    ("window", "title"),
    [
        (f"{TITLE}-某某网", TITLE),
        (f"{TITLE}_某某频道_某某网", TITLE),
        (f"{TITLE} | 某某日报", TITLE),
        (f"{TITLE}——某某在线", TITLE),
        (f"{TITLE}--国内--某某网", TITLE),
        (f"{TITLE}－某某网", TITLE),
        (f"{TITLE} · 某某周刊", TITLE),
        (f"{TITLE}« 某某博客", TITLE),
        (f"{TITLE}_某某网(mmw.cn)", TITLE),
        (f"{TITLE}_某某新闻-The Quay", TITLE),
        (f"{TITLE}-时政-某某网", TITLE),
        (f"{TITLE}-某某App", TITLE),
        ("旧码头·老车站改建-某某网", "旧码头·老车站改建"),
        ("旧码头-新码头两地改建_某某网", "旧码头-新码头两地改建"),
        ("COVID-19 三年后-某某网", "COVID-19 三年后"),
        ("Old pier - new pier | Example News", "Old pier - new pier"),
        (TITLE, TITLE),
        ("", ""),
    ],
)
def test_the_windows_title_without_the_site(window: str, title: str) -> None:
    assert headline("<p>正文。</p>", window) == Headline(title, None)


def test_what_the_page_states_wins_over_the_window() -> None:
    assert headline("<p>正文。</p>", "某某网", stated=TITLE) == Headline(TITLE, None)


def test_words_below_the_text_are_no_headline() -> None:
    text = "".join(f"<p>第{n}段，讲工程，讲图纸，讲居民。</p>" for n in range(20))
    assert headline(f"{text}<h5>某某学会</h5>", "新闻动态--某某学会官网").number is None


def test_the_heading_above_the_text() -> None:
    page = read(f"<h4><a href='/'>栏目</a></h4><h5>{TITLE}</h5><p>时间</p><p>正文。</p>")
    assert headline_above(page, 3) == Headline(TITLE, 1)
    assert headline_above(read("<p>甲</p><p>正文。</p>"), 1) is None
