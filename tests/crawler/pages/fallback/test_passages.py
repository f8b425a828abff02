"""What a page is made of: passages as a reader sees them, and the boxes that hold them."""

from __future__ import annotations

import pytest

from crawler.exceptions import PageError
from crawler.pages.fallback.passages import Passages, count_marks, length_of, read_passages
from crawler.pages.html import parse


def passages(html: str) -> Passages:
    root = parse(html)
    assert root is not None
    return read_passages(root)


@pytest.mark.parametrize(
    "html",
    [
        "<p>一</p><p>二</p>",
        "一<br>二",
        "<td>一</td><td>二</td>",
        "<div>一<div>二</div></div>",
        "<font>一<br></font>二",
        "<p>一</p><script>x</script>二",
        "<span>一</span><div hidden>藏</div><p>二</p><p style='display: none'>藏</p>",
    ],
)
def test_a_passage_ends_where_a_reader_sees_a_break(html: str) -> None:
    assert [each.text for each in passages(html).passages] == ["一", "二"]


def test_a_script_does_not_part_a_line() -> None:
    assert [each.text for each in passages("<p>浏览：<script>x()</script>33</p>").passages] == [
        "浏览：33"
    ]


def test_the_texts_of_inline_elements_stay_apart() -> None:
    (line,) = passages("<p><span>来源：<a href='/'>某报</a></span><i>分享</i></p>").passages
    assert line.pieces == ["来源：", "某报", "分享"]


def test_links_are_counted_apart_from_text() -> None:
    (line,) = passages("<p>正文里有，<a href='/a'>一个链接</a>。<a name='x'>锚点</a></p>").passages
    assert (line.length, line.linked, line.marks, len(line.links)) == (8, 4, 2, 1)


def test_text_beside_an_inline_box_stands_in_the_box_around_both() -> None:
    found = passages("<div id='a'>文字<span id='b'><div></div></span></div>")
    (line,) = found.passages
    assert line.box.element.get("id") == "a"


def test_boxes_stand_before_those_within() -> None:
    found = passages("<div><p>一</p></div>")
    seen = set()
    for box in found.boxes:
        assert box.parent is None or box.parent in seen
        seen.add(box)


def test_only_wechats_text_is_read_though_it_is_hidden() -> None:
    hidden = "style='visibility: hidden'"
    html = f"<div id='js_content' {hidden}>一</div><div id='other' {hidden}>二</div>"
    assert [each.text for each in passages(html).passages] == ["一"]


@pytest.mark.parametrize(
    ("text", "length"), [("汉字", 2), ("  汉 字\n", 2), ("word", 1.2), ("", 0), ("，。", 2)]
)
def test_a_latin_letter_counts_less_than_a_chinese_character(text: str, length: float) -> None:
    assert length_of(text) == pytest.approx(length)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("一，二、三；四。", 4),
        ("One, two. Three", 2),
        ("3,000.50", 0),
        ("www.example.com", 0),
        ("中文 with commas, too.", 2),
        ("没有", 0),
    ],
)
def test_marks_are_those_of_sentences(text: str, marks: int) -> None:
    assert count_marks(text) == marks


def test_a_page_of_more_lines_than_any_news_is_refused() -> None:
    with pytest.raises(PageError, match="too_many_lines"):
        passages("<p>一</p>" * 30_001)
