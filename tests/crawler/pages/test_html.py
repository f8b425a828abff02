"""Bytes to text to tree: encodings, broken and hostile markup."""

from __future__ import annotations

import pytest

from crawler.pages.html import (
    attribute,
    decode,
    find,
    find_all,
    has_class,
    meta,
    parse,
    text_of,
    visible,
)

TEXT = '<meta charset="{}"><p>澄湖的水转了七圈，還是清的。</p>'


@pytest.mark.parametrize(
    ("declared", "used", "header"),
    [
        ("utf-8", "utf-8", None),
        ("gb2312", "gb18030", None),  # 還 is not in GB2312
        ("gbk", "gb18030", "text/html"),
        ("gb2312", "utf-8", None),  # saved again as UTF-8: the bytes win
        ("utf-8", "gb18030", "text/html; charset=utf-8"),
        ("utf-8", "utf-8", "text/html; charset=gbk"),
        ("utf-8", "utf-8-sig", None),
        ("utf-8", "utf-16", None),
        ("big5", "big5", None),
        ("no-such-encoding", "gb18030", None),
    ],
)
def test_the_bytes_say_how_they_are_read(declared: str, used: str, header: str | None) -> None:
    text = TEXT.format(declared)
    if used == "big5":
        text = text.replace("还", "還").replace("转", "轉")
    assert decode(text.encode(used), header) == text


def test_bytes_of_no_encoding_become_replacement_characters() -> None:
    cut = "一页断在字的中间".encode()[:-1]
    assert decode(cut) == "一页断在字的中\ufffd"
    assert decode(b"\xff\xfe\xff" + b"\x81" * 3)
    damaged = TEXT.format("utf-8").encode().replace("湖".encode(), b"\xe6\xb9")
    assert decode(damaged).count("\ufffd") == 1


@pytest.mark.parametrize("text", ["", "  \n", "\x00\x00", "<!-- nothing -->", "<!DOCTYPE html>"])
def test_a_text_without_elements_has_no_root(text: str) -> None:
    assert parse(text) is None
    assert find_all(None, "//p") == []
    assert find(None, "//p") is None
    assert text_of(None) == attribute(None, "href") == meta(None, "Description") == ""


def test_comments_and_nul_are_no_text() -> None:
    root = parse("<p>前\x00<!-- 不见 -->后&#xD800;</p>")
    assert text_of(root) == "前后\ufffd"


def test_hostile_markup_is_read_in_bounded_time() -> None:
    deep = parse("<div>" * 1_900 + "底" + "</div>" * 1_900)
    assert text_of(deep) == "底"
    attributes = " ".join(f"a{n}=1" for n in range(200_000))
    assert text_of(parse(f"<p {attributes}>正文</p><p>后文</p>")) == "正文后文"
    data = "data:image/png;base64," + "A" * 100_000
    assert attribute(find(parse(f'<img src="{data}">'), "//img"), "src") == data


def test_meta_is_found_by_name_or_property_in_any_case() -> None:
    root = parse(
        '<head><meta name="Description" content=" 摘要&nbsp;"><meta property="og:url" content="u">'
    )
    assert meta(root, "description") == "摘要"
    assert meta(root, "OG:URL") == "u"
    assert meta(root, "keywords") == ""


def test_a_class_is_a_whole_word() -> None:
    root = parse('<p class="a times b"></p><p class="time">是</p>')
    assert [text_of(node) for node in find_all(root, f"//p[{has_class('time')}]")] == ["是"]


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("\n\t　　正文\u00a0 开始 \t", "正文 开始"),
        ("中国\n    半导体", "中国半导体"),
        ("Intel\n    Core", "Intel Core"),
        ("价格\n 42 元", "价格 42 元"),
        ("记者　王甲", "记者　王甲"),
        ("\ufeff零\u200b宽\u00ad字\u202e符\x07", "零宽字符"),
        ("前\x85后", "前 后"),
        ("孤立\ud800代理", "孤立代理"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_visible(raw: str, seen: str) -> None:
    assert visible(raw) == seen
