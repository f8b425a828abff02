"""Pipeline 100."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import bson
import pytest

from pipelines.clean import (
    FUTURE_ALLOWED,
    LONGEST_BODY,
    LONGEST_TITLE,
    MOST_ENTRIES,
    CleanPipeline,
    clean_article,
)
from pipelines.exceptions import FutureTime, NoBody, NoTime, NoTitle, TooLong, Unreadable
from pipelines.items import (
    Article,
    Author,
    Editor,
    HotArticle,
    Image,
    PageReport,
    RelatedArticle,
    Source,
    Times,
)
from pipelines.timing.clock import now


def article(**fields: object) -> Article:
    values: dict[str, Any] = {
        "site": "guancha",
        "key": "1",
        "url": "https://www.example.com/1",
        "title": "试验线开始运行",
        "body": "第一段。\n第二段。",
        "published_at": now() - timedelta(hours=1),
    }
    return Article(**{**values, **fields})


def cleaned(**fields: object) -> Article:
    item = article(**fields)
    assert CleanPipeline().process_item(item) is item
    return item


def test_every_text_is_cleaned() -> None:
    dirty = "\x00一\ud800\u200b　二 "
    item = cleaned(
        title=dirty,
        body=f"{dirty}\n\n{dirty}",
        original_title=dirty,
        summary=dirty,
        section=dirty,
        authors=[Author(name=dirty, description=dirty)],
        source=Source(name=dirty, url=dirty),
        editors=[Editor(name=dirty, code=dirty)],
        keywords=[dirty],
        times=Times(visible=dirty, created=dirty, live=dirty, updated=dirty),
        images=[Image(url=dirty, caption=dirty)],
        related=[RelatedArticle(title=dirty, url=dirty, section=dirty)],
        hot=[HotArticle(title=dirty, rank=1, url=dirty)],
    )
    assert item.body == "一 二\n一 二"
    assert item.title == item.original_title == item.summary == item.section == "一 二"
    assert item.authors == [Author(name="一 二", description="一 二")]
    assert item.source == Source(name="一 二", url="一 二")
    assert item.editors == [Editor(name="一 二", code="一 二")]
    assert item.keywords == ["一 二"]
    assert item.times == Times(visible="一 二", created="一 二", live="一 二", updated="一 二")
    assert item.images == [Image(url="一 二", caption="一 二")]
    assert item.related == [RelatedArticle(title="一 二", url="一 二", section="一 二")]
    assert item.hot == [HotArticle(title="一 二", rank=1, url="一 二")]
    bson.encode({"title": item.title, "body": item.body})


def test_the_script_is_set() -> None:
    assert cleaned(body="国产设备继续发展").script == "hans"
    assert cleaned(title="題", body="國產設備繼續發展").script == "hant"


def test_cleaning_twice_changes_nothing() -> None:
    item = cleaned(body="　甲\n\n乙 ", keywords=["a", " a"])
    before = repr(item)
    clean_article(item)
    assert repr(item) == before


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": " \u200b\x00"}, NoTitle),
        ({"body": "\n　\n\x00"}, NoBody),
        ({"body": "——\n……"}, NoBody),
        ({"published_at": None}, NoTime),
        ({"published_at": now() + FUTURE_ALLOWED + timedelta(hours=1)}, FutureTime),
        ({"title": "长" * (LONGEST_TITLE + 1)}, TooLong),
        ({"title": "长" * 5_000_000}, TooLong),
        ({"body": "长" * (LONGEST_BODY + 1)}, TooLong),
    ],
)
def test_what_is_no_whole_article_is_turned_away(
    fields: dict[str, Any], reason: type[Unreadable]
) -> None:
    with pytest.raises(reason) as caught:
        cleaned(**fields)
    assert len(caught.value.detail) < 5_000


def test_a_day_ahead_is_allowed() -> None:
    assert cleaned(published_at=now() + timedelta(hours=20)).published_at is not None


def test_an_update_in_the_future_is_left_out_and_flagged() -> None:
    item = cleaned(updated_at=now() + timedelta(days=400))
    assert item.updated_at is None
    assert item.extraction.flags == ["updated_in_future"]


def test_lists_have_each_entry_once() -> None:
    item = cleaned(
        keywords=["集成電路", "集成电路 ", "", "芯片"],
        authors=[Author(name="王小甲"), Author(name=" 王小甲"), Author(name="\u200b")],
        editors=[Editor(name="李乙", code="SN1"), Editor(name="李乙", code="SN1")],
        images=[Image(url="https://a/1.jpg"), Image(url="https://a/1.jpg", caption="图")],
        related=[RelatedArticle(title="甲", url="u"), RelatedArticle(title="乙", url="u")],
        hot=[HotArticle(title="甲", rank=1), HotArticle(title="甲", rank=2)],
        source=Source(name=" "),
    )
    assert item.keywords == ["集成電路", "芯片"]
    assert [author.name for author in item.authors] == ["王小甲"]
    assert len(item.editors) == len(item.images) == len(item.related) == len(item.hot) == 1
    assert item.source is None


def test_overlong_secondary_fields_are_left_out_and_flagged() -> None:
    item = cleaned(
        summary="长" * 1_000_000,
        keywords=["长" * 1_000_000, "芯片"],
        related=[RelatedArticle(title=f"题{n}") for n in range(MOST_ENTRIES + 5)],
    )
    assert item.summary is None
    assert item.keywords == ["芯片"]
    assert len(item.related) == MOST_ENTRIES
    assert sorted(item.extraction.flags) == [
        "overlong_keywords",
        "overlong_related",
        "overlong_summary",
    ]


def test_reports_pass_untouched() -> None:
    report = PageReport(site="s", key=None, url="\x00", state="failed", reason="timeout")
    assert CleanPipeline().process_item(report) is report
    assert report.url == "\x00"
