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
    found = head("", below=f"{below}<p>责任编辑：李小红</p>")
    assert found.times == ["2024-03-05 09:10", "2024-03-05"]
    assert found.authors == []
    assert [editor.name for editor in found.editors] == ["李小红"]


def test_a_medium_far_from_the_time_is_no_source() -> None:
    filler = "<p>字号</p><p>大</p><p>小</p>"
    assert head(f"<p>2024-03-05 09:10</p>{filler}<p>甲乙日报</p>").source is None
    assert head("<p>2024-03-05 09:10</p><p>甲乙日报</p>").source == "甲乙日报"
