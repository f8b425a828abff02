from __future__ import annotations

import pytest
from scrapy import signals
from scrapy.utils.test import get_crawler

from pipelines.config import Settings
from pipelines.crawl_session import session_of
from pipelines.storage.session import StorageSession


def test_all_parts_of_a_crawl_share_its_session() -> None:
    one, other = get_crawler(), get_crawler()
    assert session_of(one) is session_of(one)
    assert session_of(one) is not session_of(other)


async def test_it_is_closed_when_the_engine_has_stopped(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("NEWSDESK_DB_PORT", str(settings.db_port))
    monkeypatch.setenv("NEWSDESK_DATABASE", settings.database)
    crawler = get_crawler()
    session: StorageSession = session_of(crawler)
    assert await session.run(lambda database: database.command("ping"))
    assert session._client is not None
    await crawler.signals.send_catch_log_async(signals.engine_stopped)
    assert session._client is None
