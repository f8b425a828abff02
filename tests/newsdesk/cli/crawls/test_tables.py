"""What is printed fits the terminal, and nothing from a page can steer it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from newsdesk.cli.articles.commands import article_page
from newsdesk.cli.articles.tables import articles_table
from newsdesk.cli.crawls.tables import CrawlColumn, crawl_summary
from newsdesk.cli.terminal.console import clean

EVIL = "[red]标题[/red] \x1b[2J\x9b31m\u202e反\u2028新\x00\x07\r\nend"
ARTICLE: dict[str, Any] = {
    "_id": "sina:ikmxzfmk1234567",
    "title": "十四家企业共享晶圆测试机时，首日订出一千四百小时" + EVIL,
    "body": "第一段。" * 40 + "\n" + EVIL + "\n最后一段。",
    "published_at": datetime(2026, 3, 1, 19, 0, tzinfo=UTC),
    "source": {"name": "上海证券报" + EVIL, "url": None, "origin": "某某晚报" + EVIL},
    "authors": [{"name": "张三", "description": None}, {"name": "李四", "description": "学者"}],
    "editors": [{"name": "王五", "code": "SN225"}],
    "topics": [{"topic": "integrated-circuits", "hits": []}],
    "times": {"visible": "2026年03月02日 03:00", "zone": "Asia/Shanghai"},
    "extraction": {
        "method": "sina.article",
        "version": 1,
        "flags": ["more_pages"],
        "removed": [{"line": "责任编辑：王五" + EVIL, "rule": "byline"}],
    },
    "revision": 2,
}
STATS = {
    "newsdesk/found": 12345,
    "newsdesk/requested": 23,
    "newsdesk/new": 17,
    "newsdesk/unreadable": 2,
    "newsdesk/unreadable/no_time": 2,
    "newsdesk/failed": 3,
    "newsdesk/failed/not_recorded": 2,
    "newsdesk/failed/timeout": 1,
}


def printed(what: RenderableType, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    console.print(what)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert isinstance(text, str)
    return text


def columns(number: int) -> list[CrawlColumn]:
    reason = "Lists given up, articles behind them are missing: yaowen (timeout)."
    return [
        CrawlColumn(heading=f"guancha, night {n}", stats=STATS, state="partial", reason=reason)
        for n in range(number)
    ]


@pytest.mark.parametrize("width", [80, 120])
def test_everything_fits(width: int) -> None:
    for what in (
        articles_table([ARTICLE], width),
        article_page(ARTICLE, ["guancha:1 另一家"], width),
        crawl_summary(columns(4)),
    ):
        assert max(cell_len(line) for line in printed(what, width).splitlines()) <= width


@pytest.mark.parametrize("width", [80, 120])
def test_nothing_steers_the_terminal(width: int) -> None:
    for what in (articles_table([ARTICLE], width), article_page(ARTICLE, [EVIL], width)):
        text = printed(what, width)
        assert not set(text) & set("\x1b\x9b\x00\x07\r\u202e\u2028")
        assert "[red]" in text


def test_whole_lines_stay_in_an_article() -> None:
    text = printed(article_page(ARTICLE, [], 80), 80)
    assert "".join(text.split()).endswith("最后一段。")
    for fact in (
        "李四 (学者)",
        "王五 (SN225)",
        "2026-03-02 03:00:00",
        "more_pages",
        "某某晚报",
        "责任编辑：王五",
    ):
        assert fact in text


def test_failed_and_not_recorded_are_two_things() -> None:
    text = printed(crawl_summary(columns(1)), 80)
    lines = [line.split() for line in text.splitlines() if line.strip()]
    rows = {" ".join(line[:-1]): line[-1] for line in lines}
    assert (rows["failed"], rows["not recorded"], rows["Found"]) == ("1", "2", "12,345")
    assert "not recorded 2, timeout 1" in text


def test_clean_keeps_lines_where_wanted() -> None:
    assert clean("a\nb\x1b[0m") == "a b[0m"
    assert clean("a\nb\tc", lines=True) == "a\nb c"
