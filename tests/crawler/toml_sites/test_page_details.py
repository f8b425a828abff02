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
