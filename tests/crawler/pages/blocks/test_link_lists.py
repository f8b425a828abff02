"""Lists of links and promotions that a page puts into its text."""

from __future__ import annotations

import pytest

from crawler.pages.blocks import read_blocks
from crawler.pages.html import parse
from tests.crawler.pages.blocks.reading import BASE, read

A, B = '<a href="/a/1.html">旧闻甲</a>', '<a href="/a/2.html">旧闻乙</a>'


@pytest.mark.parametrize(
    ("html", "lines", "removed"),
    [
        (f"<p>相关新闻：</p><p>{A}</p><p>{B}</p><p>文</p>", ["文"],
         ["相关新闻：", "旧闻甲", "旧闻乙"]),
        (f"<p>文</p><h3>【延伸阅读】</h3><ul><li>{A}<li>{B} (03-01)</ul><p>尾</p>", ["文", "尾"],
         ["【延伸阅读】", "旧闻甲", "旧闻乙 (03-01)"]),
        (f"<p>文</p><p>此前报道：{A}</p>", ["文"], ["此前报道：旧闻甲"]),
        (f"<p>文</p><p>相关阅读：{A} | {B}</p><p>尾</p>", ["文", "尾"],
         ["相关阅读：旧闻甲 | 旧闻乙"]),
        (f"<p>文</p><p>点击进入专题：</p>{A}", ["文"], ["点击进入专题：", "旧闻甲"]),
        ("<p>文</p><p>推荐阅读</p><div><a href='/a/1.html'><p>旧闻甲</p></a></div>", ["文"],
         ["推荐阅读", "旧闻甲"]),
        # text stays
        (f"<p>文</p><p>{A}</p><p>尾</p>", ["文", "旧闻甲", "尾"], []),
        (f"<p>相关新闻：</p><p>文里说{A}。</p>", ["相关新闻：", "文里说旧闻甲。"], []),
        ("<p>此前报道：旧闻甲</p>", ["此前报道：旧闻甲"], []),
        (f"<p>据此前报道，{A}已经开工。</p>", ["据此前报道，旧闻甲已经开工。"], []),
        ("<p>相关新闻：</p><p><a href='#'>甲</a></p>", ["相关新闻：", "甲"], []),
    ],
)  # fmt: skip
def test_lists_of_links_are_no_text(html: str, lines: list[str], removed: list[str]) -> None:
    blocks = read(html)
    assert (blocks.lines, [each.line for each in blocks.removed]) == (lines, removed)
    assert {each.rule for each in blocks.removed} <= {"link_list"}


@pytest.mark.parametrize(
    ("end", "stays"),
    [
        ('<p><a href="/slide/1">高清图集</a> <a href="#">更多</a></p>', False),
        (
            '<center><div><a href="/slide/1">甲</a></div></center><p><a href="/slide/2">乙</a></p>',
            False,
        ),
        (f"<p>{A}</p>", True),
        (f'<p><a href="/slide/1">图集</a> {A}</p>', True),
        ('<p>见<a href="/slide/1">图集</a></p>', True),
        ('<p><a href="#">目录</a></p>', True),
    ],
)
def test_promotions_at_the_end_lead_to_no_article(end: str, stays: bool) -> None:
    root = parse(f"<p>文</p><p><a href='/slide/0'>文中的图集</a></p><p>尾</p>{end}")
    blocks = read_blocks(root, base_url=BASE, leads_away=lambda url: "/slide/" in url)
    assert blocks.lines[:3] == ["文", "文中的图集", "尾"]
    assert (len(blocks.lines) > 3) is stays
