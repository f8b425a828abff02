"""Articles fit the terminal, and nothing in them can steer it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from newsdesk.cli.articles.commands import article_page
from newsdesk.cli.articles.tables import articles_table
from tests.support.screens import EVIL, lines_of, printed

ARTICLE: dict[str, Any] = {
    "_id": "sina:ikmxzfmk1234567",
    "title": "十四家企业共享晶圆测试机时，首日订出一千四百小时" + EVIL,
    "body": "第一段。" * 40 + "\n" + EVIL + "\n最后一段。",
    "published_at": datetime(2026, 3, 1, 19, 0, tzinfo=UTC),
    "source": {"name": "上海证券报" + EVIL, "url": None},
    "authors": [{"name": "张三", "description": None}, {"name": "李四", "description": "学者"}],
    "editors": [{"name": "王五", "code": "SN225"}],
    "topics": [{"topic": "integrated-circuits", "hits": []}],
    "times": {"visible": "2026年03月02日 03:00", "zone": "Asia/Shanghai"},
    "extraction": {"method": "sina.article", "version": 1, "flags": ["more_pages"]},
    "revision": 2,
}


@pytest.mark.parametrize("width", [80, 120])
def test_nothing_steers_the_terminal(width: int) -> None:
    for what in (articles_table([ARTICLE], width), article_page(ARTICLE, [EVIL], width)):
        text = printed(what, width)
        assert not set(text) & set("\x1b\x9b\x00\x07\r\u202e\u2028")
        assert "[red]" in text


def test_whole_lines_stay_in_an_article() -> None:
    text = printed(article_page(ARTICLE, [], 80))
    assert "".join(text.split()).endswith("最后一段。")
    for fact in ("李四 (学者)", "王五 (SN225)", "2026-03-02 03:00:00", "more_pages"):
        assert fact in text


def test_at_80_columns_a_title_of_30_characters_and_the_id_have_a_line_each() -> None:
    title = "十四家企业共享晶圆测试机时\n首日订出一千四百小时，八月再开三条线"
    article = ARTICLE | {"title": title, "source": {"name": "上海证券报"}}
    assert lines_of(articles_table([article], 80))[3:] == [
        f"03-02 03:00   {title.replace(chr(10), ' ')}",
        "sina:ikmxzfmk1234567  上海证券报  integrated-circuits",
    ]


def test_an_article_without_a_source_shows_none() -> None:
    article = ARTICLE | {"title": "短", "source": None, "topics": []}
    assert lines_of(articles_table([article], 80))[-1] == "sina:ikmxzfmk1234567"
