"""What pages hold besides a plain box: HTML within JSON and textareas, films, bylines, names."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.exceptions import NotCollectable, PageError
from crawler.pages.budget import read_within_budget
from pipelines.items import Article
from tests.support.toml_site import EXAMPLE, TEXT, URL, opened, page, site_of

HEAD = EXAMPLE[: EXAMPLE.index("[article.fields]")]
IN_TEXTAREA = f"""{HEAD}
[article.fields]
title = "textarea.title"
time = "textarea.time"
source = "textarea.source"
body = "textarea.content"
leave_out = ".promo"
captions = ".caption"
"""
IN_JSON = f"""{HEAD}
[article.fields]
title = {{ script = "data", path = "title" }}
time = {{ script = "data", path = "time" }}
body = {{ script = "data", path = "parts.*.html" }}
leave_out = ".promo"
captions = ".caption"

[article.without_text]
live = {{ script = "data", path = "live" }}
"""
INSIDE = (
    f'<p>{TEXT}</p><p><img src="/1.jpg"></p><p class="caption">晒场上的玉米。</p>'
    '<p class="promo">一个不相干的链接</p>'
)
TEXTAREAS = (
    "<html><body><textarea class='title'>秋粮收获&amp;结束</textarea>"
    "<textarea class='time'>1795928700000</textarea>"
    '<textarea class="source">&lt;a href="/x"&gt;示例日报&lt;/a&gt;</textarea>'
    f"<textarea class='content'>{INSIDE.replace('<', '&lt;')}</textarea></body></html>"
)


def read(folder: Path, html: str, text: str = EXAMPLE) -> Article:
    return read_within_budget(opened(site_of(folder, text), html, URL))[0]


def script(inside: str, more: str = "") -> str:
    quoted = inside.replace('"', '\\"')
    data = (
        f'{{"title": "秋粮收获结束", "time": 1795928700, "parts": [{{"html": "{quoted}"}}]{more}}}'
    )
    return f"<html><body><script>var data = {data};</script></body></html>"


def test_a_textarea_holds_html_as_text(tmp_path: Path) -> None:
    article = read(tmp_path, TEXTAREAS, IN_TEXTAREA)
    assert (article.title, article.body) == ("秋粮收获&结束", TEXT)
    assert [image.caption for image in article.images] == ["晒场上的玉米。"]
    assert article.source is not None
    assert article.source.name == "示例日报"


def test_what_is_left_out_is_left_out_of_html_within_json_too(tmp_path: Path) -> None:
    article = read(tmp_path, script(INSIDE), IN_JSON)
    assert article.body == TEXT
    assert [image.caption for image in article.images] == ["晒场上的玉米。"]


def test_an_element_without_attributes_can_be_left_out(tmp_path: Path) -> None:
    text = EXAMPLE.replace('".share"]', '".pager + center"]')
    html = page(body=f'<p>{TEXT}</p><div class="pager"></div><center>下一页</center>')
    assert read(tmp_path, html, text).body == TEXT


@pytest.mark.parametrize("player", ["video", "iframe"])
def test_a_player_and_no_text_is_a_film(tmp_path: Path, player: str) -> None:
    with pytest.raises(NotCollectable, match="video"):
        read(tmp_path, page(body=f"<{player} src='a.mp4'></{player}>"))
    assert read(tmp_path, page(body=f"<{player} src='a.mp4'></{player}><p>{TEXT}</p>")).body == TEXT


def test_some_reasons_count_for_pages_without_text_alone(tmp_path: Path) -> None:
    live = ', "live": "正在直播"'
    assert read(tmp_path, script(f"<p>{TEXT}</p>", live), IN_JSON).body == TEXT
    with pytest.raises(NotCollectable, match="live"):
        read(tmp_path, script("", live), IN_JSON)
    with pytest.raises(PageError, match="no_body"):
        read(tmp_path, script(""), IN_JSON)


def test_a_byline_may_bear_the_name_of_the_source(tmp_path: Path) -> None:
    html = page(info="2026-11-29 13:05 来源：江湾", body=f"<p>【文/江湾 王小明】</p><p>{TEXT}</p>")
    article = read(tmp_path, html)
    assert [author.name for author in article.authors] == ["王小明"]
    assert article.body == TEXT


def test_editors_beside_the_text_and_in_it_both_count(tmp_path: Path) -> None:
    html = page(
        body=f"<p>{TEXT}</p><p>责任编辑：李小红</p>", more='<div class="editor">王小明</div>'
    )
    assert [editor.name for editor in read(tmp_path, html).editors] == ["王小明", "李小红"]


def test_the_name_of_the_site_is_no_keyword_and_no_channel(tmp_path: Path) -> None:
    text = EXAMPLE.replace('editors = ".editor"', 'editors = ".editor"\nsection = ".path"')
    html = page(
        head='<meta name="keywords" content="秋粮,示例新闻网">',
        more='<div class="path">示例新闻网</div>',
    )
    article = read(tmp_path, html, text)
    assert (article.keywords, article.section) == (["秋粮"], "finance")


def test_a_link_to_nowhere_gives_the_source_no_address(tmp_path: Path) -> None:
    html = page(info='2026-11-29 13:05 来源：<a href="">示例日报</a>')
    source = read(tmp_path, html).source
    assert source is not None
    assert (source.name, source.url) == ("示例日报", None)


def test_roles_in_lines_of_their_own_are_told_apart(tmp_path: Path) -> None:
    html = page(more='<div class="editor">责任编辑：李小红<br>图片编辑：王小明</div>')
    assert [editor.name for editor in read(tmp_path, html).editors] == ["李小红", "王小明"]


def test_the_title_among_the_keywords_is_none(tmp_path: Path) -> None:
    head = '<meta name="keywords" content="秋粮,收获，储备与价格,粮食">'
    article = read(tmp_path, page(title="收获，储备与价格", head=head))
    assert article.keywords == ["秋粮", "粮食"]


def test_patterns_meet_blanks_of_any_width(tmp_path: Path) -> None:
    text = EXAMPLE.replace("来源[:：]\\s*(\\S+)", "来源[:：]\\s*(\\S+)\\s")
    assert text != EXAMPLE
    source = read(
        tmp_path, page(info="2026-11-29 13:05\u3000来源：示例日报\u3000评论"), text
    ).source
    assert source is not None
    assert source.name == "示例日报"


def test_a_link_outside_of_what_a_pattern_takes_is_no_source(tmp_path: Path) -> None:
    html = page(info='<a href="/">www.example.com</a> 2026-11-29 13:05 来源：示例日报 评论')
    source = read(tmp_path, html).source
    assert source is not None
    assert source.name == "示例日报"


@pytest.mark.parametrize(
    ("changed", "counts"),
    [("13:05", False), ("13:05:40", False), ("12:00", False), ("13:31", True)],
)
def test_only_a_later_time_is_an_update(tmp_path: Path, changed: str, counts: bool) -> None:
    text = EXAMPLE.replace('editors = ".editor"', 'editors = ".editor"\nupdated = ".changed"')
    html = page(more=f'<div class="changed">2026-11-29 {changed}</div>')
    assert (read(tmp_path, html, text).updated_at is not None) is counts


def test_a_doubt_is_flagged_where_its_mark_stands(tmp_path: Path) -> None:
    mark = (
        '[article.flags]\nmaybe_opening = { css = "#wall", attribute = "id" }\n\n[article.fields]'
    )
    text = EXAMPLE.replace("[article.fields]", mark)
    assert (
        "maybe_opening" in read(tmp_path, page(more='<div id="wall"></div>'), text).extraction.flags
    )
    assert "maybe_opening" not in read(tmp_path, page(), text).extraction.flags


def test_a_variable_may_belong_to_the_window(tmp_path: Path) -> None:
    text = EXAMPLE.replace('editors = ".editor"', 'editors = { script = "DATA", path = "editor" }')
    others = 'other.DATA = {"editor": "王小明"}; window.DATA = {"editor": "李小红"}'
    html = page(more=f"<script>{others}</script>")
    assert [editor.name for editor in read(tmp_path, html, text).editors] == ["李小红"]
