"""One session with MongoDB for a whole crawl, closed when its engine has stopped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import InvalidOperation
from scrapy import signals
from scrapy.utils.test import get_crawler

from pipelines.config import Settings, load_settings
from pipelines.crawl_session import crawl_session

Document = dict[str, Any]


@pytest.fixture
def _environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process's settings are those of the test."""
    monkeypatch.setenv("NEWSDESK_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("NEWSDESK_DB_PORT", str(settings.db_port))
    monkeypatch.setenv("NEWSDESK_DATABASE", settings.database)
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


@pytest.mark.usefixtures("_environment", "database")
async def test_all_components_of_a_crawl_share_one_session_that_closes_itself() -> None:
    crawler, other = get_crawler(), get_crawler()
    session = crawl_session(crawler)
    assert crawl_session(crawler) is session
    assert crawl_session(other) is not session

    async def database_of(database: AsyncDatabase[Document]) -> AsyncDatabase[Document]:
        await database.command("ping")
        return database

    used = await session.run(database_of)
    await crawler.signals.send_catch_log_async(signals.spider_closed, spider=None, reason="")
    await used.command("ping")
    await crawler.signals.send_catch_log_async(signals.engine_stopped)
    with pytest.raises(InvalidOperation, match="after close"):
        await used.command("ping")
