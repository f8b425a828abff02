"""Sina's 7×24 stream over two nights: new flashes, changed ones, and some taken down."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo.database import Database

from pipelines.config import Settings
from schedules.jobs.runner import settings_environment
from tests.support.crawling import Crawl, crawl
from tests.support.server import SiteServer, running

Documents = Database[dict[str, Any]]
FIRST = datetime(2026, 3, 2, 3, tzinfo=UTC)
STREAM = "zhibo.sina.com.cn/api/zhibo/feed?zhibo_id=152&page={}&page_size=20&tag_id=0"


def flash(number: int, text: str, **fields: object) -> dict[str, object]:
    at = f"2026-03-02 09:{number:02d}:00"
    return {
        "id": 4_000_000 + number,
        "rich_text": text,
        "create_time": at,
        "update_time": at,
        "is_delete": 0,
        "tag": [{"id": 1, "name": "公司"}, {"id": 2, "name": "A股"}],
        "ext": json.dumps({"docid": "", "stocks": []}),
        **fields,
    }


def stream(*flashes: dict[str, object], code: int = 0) -> str:
    status = {"code": code, "msg": "ok"}
    feed = {"list": list(flashes), "page_info": {"totalPage": 1}}
    return json.dumps({"result": {"status": status, "data": {"feed": feed}}})


async def night(number: int, server: SiteServer, settings: Settings, folder: Path) -> Crawl:
    env = {
        **settings_environment(settings),
        "NEWSDESK_KEEP_UNMATCHED": "true",
        "NEWSDESK_CLOCK": (FIRST + timedelta(days=number)).isoformat(),
    }
    done = await crawl(
        "sina",
        folder,
        server=server,
        settings="tests.support.loopback_settings",
        env=env,
        channels="flashes",
    )
    assert done.report["finish_reason"] == "finished", done.log
    return done


async def test_flashes_are_read_from_the_stream_and_followed_there(
    settings: Settings, database: Documents, tmp_path: Path
) -> None:
    server = SiteServer().page(STREAM.format(2), stream())
    bridge = flash(1, "【石桥修好了】工人们今天上午拆掉了最后一段围栏。")
    ferry = flash(2, "渡口明天停航一天。改走石桥。")
    wrong = flash(3, "【镇上停电】这条消息有误。")
    async with running(server):
        server.page(STREAM.format(1), stream(wrong, ferry, bridge, flash(4, " ")))
        first = await night(0, server, settings, tmp_path)
        changed = bridge | {
            "rich_text": "【石桥修好了】工人们今天上午拆掉了最后一段围栏，下午通车。",
            "update_time": "2026-03-02 15:00:00",
        }
        never = flash(5, "【没人见过】", is_delete=1)
        new = flash(6, "【渡口复航】渡船今天开始按冬季时刻表往返。")
        server.page(
            STREAM.format(1), stream(new, never, wrong | {"is_delete": "1"}, ferry, changed)
        )
        server.hits.clear()
        second = await night(1, server, settings, tmp_path)
    assert {url.partition("/")[0] for url in server.asked()} == {"zhibo.sina.com.cn"}, (
        "a flash has no page to be asked for"
    )
    stored = {each["_id"].rpartition("-")[2]: each for each in database["articles"].find()}
    assert set(stored) == {"4000001", "4000002", "4000003", "4000006"}
    one = stored["4000001"]
    assert (one["revision"], one["title"]) == (2, "石桥修好了")
    assert one["body"] == "工人们今天上午拆掉了最后一段围栏，下午通车。"
    assert one["published_at"] == datetime(2026, 3, 2, 1, 1, tzinfo=UTC)
    assert one["updated_at"] == datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert one["keywords"] == ["公司", "A股"]
    assert (one["section"], one["extraction"]["method"]) == ("7x24", "sina.flash")
    assert one["archive"], "the record of the answer in which it stood"
    assert (stored["4000002"]["revision"], stored["4000002"]["title"]) == (1, "渡口明天停航一天。")
    assert stored["4000003"]["gone_at"] is not None
    assert stored["4000003"]["body"] == "这条消息有误。"
    assert {key for key, each in stored.items() if each.get("gone_at")} == {"4000003"}
    assert first.counted("list_problems") == 1, "one without a text"
    due = database["urls"].count_documents({"next_check_at": {"$ne": None}})
    assert due == 0, "their stream shows what becomes of them"
    assert second.counted("unreadable") == 0


async def test_a_stream_that_refuses_is_said(settings: Settings, tmp_path: Path) -> None:
    server = SiteServer().page(STREAM.format(1), stream(code=3))
    async with running(server):
        done = await night(0, server, settings, tmp_path)
    assert done.counted("list_failed") == 1
    assert "result.status.code is '3', not 0" in done.log
