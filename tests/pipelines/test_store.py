"""The store pipeline in real crawls: all that a crawl has learnt is written and counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pymongo.database import Database

from pipelines.config import Settings
from pipelines.exceptions import NoTime, OffTopic
from pipelines.items import Article, PageReport
from pipelines.storage.entries import Evidence
from pipelines.storage.news.rejects import restored
from pipelines.storage.writing.spool import waiting
from tests.conftest import Server
from tests.support.ports import free_port
from tests.support.samples import full_sample, sample

Item = TypeVar("Item")
PIPELINES = {
    "tests.pipelines.test_store.TurnAwayPipeline": 200,
    "pipelines.dedup.DedupPipeline": 300,
    "pipelines.store.StorePipeline": 900,
}


class TurnAwayPipeline:
    """Turns away what its title says."""

    def process_item(self, item: Item) -> Item:
        if isinstance(item, Article) and item.title == "off topic":
            raise OffTopic("no topic has its terms")
        if isinstance(item, Article) and item.title == "no time":
            raise NoTime("no printed time")
        return item


def mixed_items() -> Iterator[Article | PageReport]:
    yield full_sample(1, job=None)
    yield sample(1, title="the same again")
    yield sample(2, site="sina", body=full_sample(1).body)
    yield sample(3, title="off topic")
    yield sample(4, title="no time")
    yield PageReport(
        site="guancha", key="5", url="https://news.example.cn/5", state="failed", reason="timeout"
    )
    yield PageReport(
        site="guancha",
        key="6",
        url="https://news.example.cn/6",
        state="not_collectable",
        reason="paid",
        evidence=b"x" * 99_999,
    )


def many_items() -> Iterator[Article]:
    for number in range(450):
        yield sample(number)


def crawl(settings: Settings, items: str, **environment: str) -> tuple[dict[str, Any], str]:
    """Statistics of Newsdesk without their prefix, and the log."""
    process = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.support.offline_spider",
            json.dumps({"ITEM_PIPELINES": PIPELINES, "LOG_LEVEL": "INFO"}),
            f"tests.pipelines.test_store.{items}",
        ],
        env={
            **os.environ,
            "NEWSDESK_DATA_DIR": str(settings.data_dir),
            "NEWSDESK_DB_PORT": str(settings.db_port),
            "NEWSDESK_DATABASE": settings.database,
            "NEWSDESK_JOB": "job-7",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    stats = json.loads(process.stdout)
    counts = {
        name.removeprefix("newsdesk/"): value
        for name, value in stats.items()
        if name.startswith("newsdesk/")
    }
    return {**counts, "finish_reason": stats["finish_reason"]}, process.stderr


def test_a_crawl_is_stored_and_counted(
    settings: Settings, database: Database[dict[str, Any]]
) -> None:
    counts, log = crawl(settings, "mixed_items")
    assert counts.pop("first_unreadable/no_time") == "guancha:800004: no printed time"
    assert counts == {
        "new": 2,
        "same_story": 2,
        "seen_in_run": 1,
        "off_topic": 1,
        "unreadable": 1,
        "unreadable/no_time": 1,
        "failed": 1,
        "failed/timeout": 1,
        "not_collectable": 1,
        "not_collectable/paid": 1,
        "finish_reason": "finished",
    }, log
    states = {found["_id"]: (found["state"], found["job"]) for found in database["urls"].find()}
    assert states == {
        sample(1).id: ("stored", "job-7"),
        "sina:800002": ("stored", "job-7"),
        sample(3).id: ("rejected", "job-7"),
        sample(4).id: ("unreadable", "job-7"),
        "guancha:5": ("failed", "job-7"),
        "guancha:6": ("not_collectable", "job-7"),
    }
    (reject,) = database["rejects"].find()
    assert next(restored([reject]))[1].title == "off topic"
    evidence = {found["article"]: found for found in database["evidence"].find()}
    assert set(evidence) == {sample(4).id, "guancha:6"}
    page = evidence[sample(4).id]
    assert Evidence(packed=page["body"], size=0).unpacked() == b"<html>the page</html>"
    assert (page["reason"], page["status"]) == ("no_time", 200)
    assert "ERROR" not in log


def test_more_than_the_batcher_holds(
    settings: Settings, database: Database[dict[str, Any]]
) -> None:
    counts, log = crawl(settings, "many_items")
    assert counts == {"new": 450, "finish_reason": "finished"}, log
    assert database["articles"].count_documents({}) == 450
    counts, log = crawl(settings, "many_items")
    assert counts == {"unchanged": 450, "finish_reason": "finished"}, log


def test_without_mongodb_everything_waits_for_the_next_crawl(
    server: Server, database: Database[dict[str, Any]], tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, database=database.name)
    nowhere = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=300"
    counts, log = crawl(settings, "mixed_items", MONGODB_URI=nowhere)
    assert (counts["spooled"], counts["finish_reason"]) == (6, "finished"), log
    assert waiting(settings.spool_dir) == 6
    assert "6 articles and reports wait in" in log
    counts, log = crawl(settings, "many_items", MONGODB_URI=server.uri)
    assert (counts["replayed"], counts["new"], counts["revised"]) == (6, 449, 1), log
    assert waiting(settings.spool_dir) == 0
    assert database["articles"].count_documents({}) == 451


def test_a_crawl_that_can_keep_nothing_ends(tmp_path: Path) -> None:
    (tmp_path / "spool").touch()
    nowhere = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=300"
    counts, log = crawl(Settings(data_dir=tmp_path), "many_items", MONGODB_URI=nowhere)
    assert counts["finish_reason"] == "store_failed", log
    assert counts["unsaved"] > 0
    assert "can be kept nowhere" in log


def test_a_wrong_connection_string_starts_no_crawl(tmp_path: Path) -> None:
    counts, log = crawl(
        Settings(data_dir=tmp_path), "many_items", MONGODB_URI="mongodb://user:pass:word@host/"
    )
    assert counts == {"finish_reason": "storage_unusable"}, log
    assert "The crawl does not start: MONGODB_URI" in log
