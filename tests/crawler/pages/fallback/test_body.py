"""Where the article stands: two ways to find it, and what in the box is none of it."""

from __future__ import annotations

from crawler.pages.fallback.body import FoundText, find_body
from crawler.pages.fallback.passages import read_passages
from crawler.pages.html import parse

SENTENCES = [
    f"第{n}期工程预计用时{n}个月，附近居民可以在网上查看图纸，也可以来信。" for n in "一二三四五"
]
TEXT = "".join(f"<p>{each}</p>" for each in SENTENCES)
LINKS = "".join(f"<li><a href='/{n}'>邻市的第{n}座老厂房变成书店</a></li>" for n in range(9))


def find(html: str, heading: int | None = None) -> FoundText:
    root = parse(html)
    assert root is not None
    found = find_body(read_passages(root), heading)
    assert found is not None
    return found


def kept(found: FoundText) -> list[str]:
    return [each.text for each in found.passages]


def test_a_page_without_a_sentence_has_no_article() -> None:
    root = parse(f"<h1>社会新闻</h1><ul>{LINKS}</ul>")
    assert root is not None
    assert find_body(read_passages(root), 0) is None


def test_both_ways_agree_on_a_plain_article() -> None:
    found = find(f"<ul>{LINKS}</ul><div id='a'>{TEXT}</div><ul>{LINKS}</ul>")
    assert found.box.get("id") == "a"
    assert found.agreement == 1
    assert kept(found) == SENTENCES


def test_an_article_in_halves_is_found_whole() -> None:
    found = find(f"<div id='a'><div>{TEXT}</div><div>{TEXT}</div></div><ul>{LINKS}</ul>")
    assert kept(found) == [*SENTENCES, *SENTENCES]


def test_two_texts_that_may_both_be_the_article_agree_less() -> None:
    found = find(f"<div>{TEXT}</div><hr><div><span>{TEXT}{TEXT}</span></div>" + "<p>是。</p>" * 9)
    assert found.agreement < 1


def test_what_stands_up_to_the_headline_goes() -> None:
    found = find(f"<div><p>当前位置</p><h1>旧码头改建</h1>{TEXT}</div>", 1)
    assert kept(found) == SENTENCES
    assert found.other_lines == {"当前位置", "旧码头改建"}


def test_the_line_with_the_time_goes_and_the_byline_stays_for_the_rules_of_lines() -> None:
    info = "<p>2024-03-05 09:10 浏览：33</p><p>【文/某网专栏作者 王小明】</p>"
    found = find(f"<div><h1>旧码头改建</h1>{info}{TEXT}</div>", 0)
    assert kept(found) == ["【文/某网专栏作者 王小明】", *SENTENCES]


def test_the_article_ends_with_its_editor() -> None:
    end = "<p>责任编辑：王小明</p><p>下载本站的应用，看更多精彩内容。</p>"
    assert kept(find(f"<div>{TEXT}{end}</div>")) == [*SENTENCES, "责任编辑：王小明"]


def test_an_editor_named_early_ends_nothing() -> None:
    assert kept(find(f"<div><p>编辑：王小明</p>{TEXT}</div>"))[-1] == SENTENCES[-1]


def test_lists_of_links_within_are_hidden() -> None:
    found = find(f"<div>{TEXT}<ul id='more'>{LINKS}</ul>{TEXT}</div>")
    assert kept(found) == [*SENTENCES, *SENTENCES]
    assert "more" in {element.get("id") for element in found.hidden}


def test_text_that_is_left_out_is_named() -> None:
    note = "<div class='share-box'><p>喜欢这篇文章，请分享给朋友。</p><a href='/'>分享</a></div>"
    end = "<p>责任编辑：王小明</p><p>下载本站的应用，看更多精彩内容。</p>"
    found = find(f"<div>{TEXT}{note}{end}</div>")
    assert found.left_out == ["喜欢这篇文章，请分享给朋友。", "下载本站的应用，看更多精彩内容。"]
