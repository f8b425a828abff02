"""Flashes as the stream holds them, and entries that are none."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from scrapy.http import TextResponse

from crawler.sites.sina.flashes import Flashes, title_and_text
from crawler.sources.base import SourcePage

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
STREAM = Flashes(name="flashes", title="7×24")
FLASH = {"id": 1, "rich_text": "【石桥】修好了。", "create_time": "2026-03-02 09:00:00"}


def read(*entries: object) -> SourcePage:
    result = {"status": {"code": 0}, "data": {"feed": {"list": list(entries)}}}
    body = json.dumps({"result": result}).encode()
    return STREAM.read(TextResponse(STREAM.first_request().url, body=body), 1, NOW)


@pytest.mark.parametrize(
    ("said", "title", "text"),
    [
        ("【石桥修好了】 今天通车。", "石桥修好了", "今天通车。"),
        ("【石桥修好了】", "石桥修好了", "石桥修好了"),
        ("石桥修好了。今天通车。", "石桥修好了。", "石桥修好了。今天通车。"),
        ("石桥修好了\n今天通车", "石桥修好了", "石桥修好了\n今天通车"),
        ("桥" * 100, "桥" * 59 + "…", "桥" * 100),
        ("【】今天通车。", "【】今天通车。", "【】今天通车。"),
        (
            "据【石桥报】报道，今天通车。",
            "据【石桥报】报道，今天通车。",
            "据【石桥报】报道，今天通车。",
        ),
        (" \n ", "", ""),
    ],
)
def test_headline_and_text(said: str, title: str, text: str) -> None:
    assert title_and_text(said) == (title, text)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (FLASH | {"id": "x"}, "entry 1: no id ('石桥')"),
        (FLASH | {"id": {"$ne": 1}}, "entry 1: no id ('石桥')"),
        (FLASH | {"rich_text": ["石桥"]}, "entry 1: no text ('')"),
        (FLASH | {"create_time": "1970-01-01 00:00:00"}, "entry 1: unreadable time '1970-01-01 "),
        (FLASH | {"create_time": None}, "entry 1: unreadable time ''"),
        ("text", "entry 1: no id ('')"),
        (None, "entry 1: no id ('')"),
    ],
)
def test_an_entry_that_is_none_costs_itself_alone(entry: object, problem: str) -> None:
    listing = read(entry, FLASH | {"id": 2})
    assert [link.url for link in listing.found] == ["https://finance.sina.com.cn/7x24/?id=2"]
    assert len(listing.problems) == 1
    assert listing.problems[0].startswith(problem)


def test_markup_in_a_flash_is_text() -> None:
    (link,) = read(FLASH | {"rich_text": "【石桥】<script>x</script>\n修好了"}).found
    assert link.text is not None
    assert link.text.html == "<p>&lt;script&gt;x&lt;/script&gt;</p><p>修好了</p>"


@pytest.mark.parametrize(("is_delete", "gone"), [(0, False), ("0", False), (1, True), ("1", True)])
def test_what_was_taken_down_says_so_even_without_a_text(is_delete: object, gone: bool) -> None:
    (link,) = read(FLASH | {"is_delete": is_delete}).found
    assert link.text is not None
    assert link.text.gone is gone
    if gone:
        assert read(FLASH | {"is_delete": is_delete, "rich_text": ""}).problems == []
