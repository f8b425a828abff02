"""The lines around an article. What whole pages show is in test_generic."""

from __future__ import annotations

import pytest

from crawler.pages.fallback.body import find_body
from crawler.pages.fallback.head import Head, read_head
from crawler.pages.fallback.passages import read_passages
from crawler.pages.html import parse

TEXT = "".join(f"<p>第{n}期旧码头下月起改建，附近居民可以在网上查看图纸。</p>" for n in range(6))


def head(info: str, *, before: str = "", below: str = "") -> Head:
    root = parse(f"{before}<h1>旧码头改建</h1>{info}<div>{TEXT}</div>{below}")
    assert root is not None
    page = read_passages(root)
    heading = next(n for n, each in enumerate(page.passages) if each.tag == "h1")
    found = find_body(page, heading)
    assert found is not None
    return read_head(page, found, heading)


@pytest.mark.parametrize(
    ("info", "times"),
    [
        ("<p>2024-03-05 09:10</p>", ["2024-03-05 09:10", "2024-03-05"]),
        ("<p>2024年3月5日09:10:11</p>", ["2024年3月5日09:10:11", "2024年3月5日"]),
        ("<p>2024 / 03 / 05</p><p>09:10</p>", ["2024 / 03 / 05"]),
        ("<p>3小时前</p>", ["3小时前"]),
        ("<p>昨天</p>", ["昨天"]),
        ("<p>比分3-5，用时12:10</p>", []),
        ("<p><span title='2024-03-05 09:30:00'>1天前</span></p>", ["2024-03-05 09:30:00", "1天前"]),
        ("<p><abbr title='2024-03-05 09:30'>3小时前</abbr></p>", ["2024-03-05 09:30", "3小时前"]),
        ("<p><i data-time='1709602200'>昨天</i></p>", ["2024-03-05T01:30:00+00:00", "昨天"]),
        ("<p>电话010-12345678</p>", []),
    ],
)
def test_times_as_printed_the_fullest_first(info: str, times: list[str]) -> None:
    assert head(info).times == times


def test_a_full_time_before_the_headline_comes_after_those_below_it() -> None:
    found = head("<p>2024-03-05 09:10</p>", before="<p>2024-03-06 00:00</p><p>首页</p>")
    assert found.times[0] == "2024-03-05 09:10"


def test_below_the_text_only_what_a_label_names_is_believed() -> None:
    below = "<p>2024-03-06 12:00</p><p>发布时间：2024-03-05 09:10</p><p>作者：王小明</p>"
    found = head("", below=f"{below}<p>分享</p><p>责任编辑：李小红</p>")
    assert found.times == ["2024-03-05 09:10", "2024-03-05"]
    assert found.authors == []
    assert [editor.name for editor in found.editors] == ["李小红"]


@pytest.mark.parametrize(
    ("below", "authors"),
    [
        ("<p>作者： 记者王小明</p><p>编辑： 李小红</p>", ["王小明"]),
        ("<p>文/王小明</p><p>编辑/李小红</p>", ["王小明"]),
        ("<p>作者：李小红</p><p>责任编辑：李小红</p>", []),
        ("<p>作者：王小明</p>", []),
        ("<p>作者：编辑部 责任编辑：李小红</p>", []),
        ("<p>责任编辑：李小红</p><p>下一篇</p><p>作者：王小明</p>", []),
    ],
)
def test_an_author_below_the_text_stands_with_the_editors(below: str, authors: list[str]) -> None:
    assert [author.name for author in head("", below=below).authors] == authors


def test_editors_among_links_at_the_end_of_the_text_are_read() -> None:
    below = "<p>（编辑：李小红）<a href='/'>返回首页，查看更多</a></p><p>责任编辑：</p>"
    assert [editor.name for editor in head("", below=below).editors] == ["李小红"]


@pytest.mark.parametrize(
    ("below", "source"),
    [
        ("<p>版权声明</p><p>来源：甲乙日报 时间：2024-03-05 09:10 作者：</p>", "甲乙日报"),
        ("<p>来源：甲乙日报 责任编辑：李小红</p>", "甲乙日报"),
        ("<p>来源：原创 责任编辑：李小红</p>", None),
        ("<ul><li>下一篇 来源：甲乙日报</li></ul>", None),
    ],
)
def test_a_source_below_the_text_stands_with_a_time_or_editors(
    below: str, source: str | None
) -> None:
    links = "<ul><li><a href='/1'>河堤加固</a><li><a href='/2'>渡口停航</a></ul>"
    assert head("", below=f"{links}{below}").source == source


@pytest.mark.parametrize(
    ("inside", "source"),
    [
        ("甲乙观察室", "甲乙观察室"),
        ("<a>甲乙观察室</a>", "甲乙观察室"),
        ("原创", None),
        ("<span>小鱼</span><span>大虾</span>", None),
    ],
)
def test_an_element_that_says_it_is_the_source_holds_one_name(
    inside: str, source: str | None
) -> None:
    found = head(f"<p><span>2024-03-05 09:10</span><span class='source'>{inside}</span></p>")
    assert found.source == source


def test_a_medium_far_from_the_time_is_no_source() -> None:
    filler = "<p>字号</p><p>大</p><p>小</p>"
    assert head(f"<p>2024-03-05 09:10</p>{filler}<p>甲乙日报</p>").source is None
    assert head("<p>2024-03-05 09:10</p><p>甲乙日报</p>").source == "甲乙日报"


@pytest.mark.parametrize(
    "word", ["采访组", "党政办", "财经", "转载", "网络综合", "海外版", "融媒体"]
)
def test_a_department_in_the_authors_place_is_neither_author_nor_source(word: str) -> None:
    found = head(f"<p>2024-03-05 09:10 作者：{word}</p>")
    assert found.authors == []
    assert found.source is None
