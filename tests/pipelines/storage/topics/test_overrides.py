"""What operators decided about topics, and the crawls that begin with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo.database import Database
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from pipelines.config import Settings
from pipelines.keywords import KeywordsPipeline
from pipelines.storage.server import embedded
from pipelines.storage.session import StorageSession
from pipelines.storage.topics.overrides import TopicRepository
from pipelines.timing.clock import now
from pipelines.topics.overrides import Override
from tests.pipelines.storage.support import CUT_CONNECTIONS
from tests.support.ports import free_port
from tests.support.samples import sample

pytestmark = CUT_CONNECTIONS
GOOD = '[topics.chips]\nterms = ["芯片"]\n'


@pytest.fixture
def stats() -> MemoryStatsCollector:
    return MemoryStatsCollector(get_crawler())


def test_overrides_come_back_as_they_were_written(database: Database[dict[str, Any]]) -> None:
    store, moment = TopicRepository(database), now()
    rail = Override(name="rail", terms=("高铁",), title="铁路", note="why", updated_by="desk")
    store.put(rail, moment)
    store.put(Override(name="ports", enabled=False), moment)
    found = store.get("rail")
    assert found is not None
    assert (found.updated_at, found.terms, found.query) == (moment, ("高铁",), None)
    assert [each.name for each in store.list()] == ["ports", "rail"]
    assert store.remove("rail")
    assert not store.remove("rail")
    assert store.get("rail") is None


async def begun(
    settings: Settings, stats: MemoryStatsCollector, folder: Path, uri: str | None = None
) -> KeywordsPipeline:
    """The pipeline of a crawl that has just begun, with GOOD as its topics file."""
    (folder / "topics.toml").write_text(GOOD, encoding="utf-8")
    changes: dict[str, Any] = {"topics": folder / "topics.toml", "data_dir": folder}
    changes["mongodb_uri"] = SecretStr(uri or embedded.uri_of(settings))
    settings = settings.model_copy(update=changes)
    session = StorageSession(settings)
    pipeline = KeywordsPipeline(settings, stats, session)
    await pipeline.open_spider()
    await session.close()
    return pipeline


async def test_what_operators_decided_wins_over_the_file(
    settings: Settings,
    database: Database[dict[str, Any]],
    stats: MemoryStatsCollector,
    tmp_path: Path,
) -> None:
    overrides = TopicRepository(database)
    overrides.put(Override(name="chips", enabled=False), now())
    overrides.put(Override(name="rail", query="高铁 NEAR/3 开通"), now())
    pipeline = await begun(settings, stats, tmp_path)
    item = pipeline.process_item(sample(1, body="高铁昨日开通，用了芯片"))
    assert [match.topic for match in item.topics] == ["rail"]
    assert stats.get_stats() == {"newsdesk/topic/rail": 1}


async def test_a_broken_decision_leaves_the_file_in_force_and_is_counted(
    settings: Settings,
    database: Database[dict[str, Any]],
    stats: MemoryStatsCollector,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    TopicRepository(database).put(Override(name="chips", query="芯片 AND"), now())
    pipeline = await begun(settings, stats, tmp_path)
    assert [match.topic for match in pipeline.process_item(sample(1, body="芯片")).topics] == [
        "chips"
    ]
    assert stats.get_value("newsdesk/topics_broken") == 1
    assert "newsdesk topics unset chips" in caplog.text


async def test_without_mongodb_the_file_is_in_force_and_it_is_counted(
    settings: Settings, stats: MemoryStatsCollector, tmp_path: Path
) -> None:
    away = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=100"
    pipeline = await begun(settings, stats, tmp_path, away)
    assert pipeline.process_item(sample(1, body="芯片")).topics
    assert stats.get_value("newsdesk/topic_overrides_unread") == 1
