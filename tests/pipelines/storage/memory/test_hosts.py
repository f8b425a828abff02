"""How sites and hosts stand with us, from crawl to crawl."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.records import HostStanding, SiteStanding
from pipelines.storage.memory.hosts import HostOverview, HostRepository
from tests.support.samples import MORNING

Document = dict[str, Any]
HOUR = timedelta(hours=1)
TOLD = SiteStanding(
    night="2026-03-02",
    requests=70,
    come_back_at=MORNING + HOUR,
    come_back_reason="come_back_later",
    come_back_why="$a asks for an hour",
    blocks=1,
)
OPEN = HostStanding(
    failures=5, openings=2, open_until=MORNING + HOUR, reason="timeout", changed_at=MORNING
)


@pytest.fixture
def hosts(async_database: AsyncDatabase[Document]) -> HostRepository:
    return HostRepository(async_database)


async def test_a_crawl_finds_what_the_last_one_was_told(hosts: HostRepository) -> None:
    assert await hosts.load("sina", MORNING) == (SiteStanding(), {})
    await hosts.save("sina", TOLD, 70, {"news.sina.com.cn": OPEN}, MORNING, "job-1")
    assert await hosts.load("sina", MORNING) == (TOLD, {"news.sina.com.cn": OPEN})
    assert await hosts.load("guancha", MORNING) == (SiteStanding(), {})


async def test_requests_of_crawls_side_by_side_add_up_within_a_night(
    hosts: HostRepository,
) -> None:
    for requests in (5, 7):
        await hosts.save("sina", SiteStanding(night="2026-03-02"), requests, {}, MORNING, None)
    site, _hosts = await hosts.load("sina", MORNING)
    assert site.requests == 12
    await hosts.save("sina", SiteStanding(night="2026-03-03"), 3, {}, MORNING, None)
    site, _hosts = await hosts.load("sina", MORNING)
    assert site.requests == 3


async def test_a_person_lets_the_next_crawl_ask_at_once(
    hosts: HostRepository, database: Database[Document]
) -> None:
    await hosts.save("sina", TOLD, 70, {"news.sina.com.cn": OPEN}, MORNING, "job-1")
    overview = HostOverview(database)
    assert [each["_id"] for each in overview.list("sina")] == ["sina", "sina/news.sina.com.cn"]
    assert overview.forget("sina") == 2
    assert overview.forget("sina") == 0
    site, known = await hosts.load("sina", MORNING)
    assert site == SiteStanding(night="2026-03-02", requests=70)
    assert known == {"news.sina.com.cn": HostStanding(changed_at=MORNING)}


async def test_what_a_clock_that_was_ahead_has_written_shuts_nobody_off(
    hosts: HostRepository,
) -> None:
    tomorrow = MORNING + 24 * HOUR
    await hosts.save("sina", TOLD, 70, {"news.sina.com.cn": OPEN}, tomorrow, "job-1")
    assert await hosts.load("sina", MORNING) == (SiteStanding(), {})
    assert await hosts.load("sina", tomorrow) == (TOLD, {"news.sina.com.cn": OPEN})
