"""Which lists were left in the middle, over any number of runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.records import Gap, WalkStart
from pipelines.storage.memory.url_updates import stored_url
from pipelines.storage.memory.urls import UrlRepository
from pipelines.storage.memory.walks import WalkRepository
from tests.support.samples import MORNING, sample

Document = dict[str, Any]
HOUR = timedelta(hours=1)


@pytest.fixture
def walks(async_database: AsyncDatabase[Document]) -> WalkRepository:
    return WalkRepository(async_database)


async def test_a_walk_that_ends_leaves_nothing_behind(
    walks: WalkRepository, database: Database[Document]
) -> None:
    assert await walks.begin("guancha", "yaowen", MORNING) == WalkStart()
    again = await walks.begin("guancha", "yaowen", MORNING)
    assert again == WalkStart(), "repeated, as after a loss"
    await walks.end("guancha", {"yaowen": MORNING}, MORNING + HOUR)
    assert await walks.begin("guancha", "yaowen", MORNING + 2 * HOUR) == WalkStart(ended_once=True)
    assert database["walks"].find_one() == {
        "_id": "guancha/yaowen",
        "site": "guancha",
        "source": "yaowen",
        "begun_at": MORNING + 2 * HOUR,
        "unfinished_since": MORNING + 2 * HOUR,
        "finished_at": MORNING + HOUR,
        "gap": None,
    }


async def test_all_since_the_first_cut_short_walk_is_suspect(walks: WalkRepository) -> None:
    cut = WalkStart(cut_since=MORNING)
    assert await walks.begin("guancha", "yaowen", MORNING) == WalkStart()
    assert await walks.begin("guancha", "toutiao", MORNING + HOUR) == WalkStart()
    assert await walks.begin("guancha", "yaowen", MORNING + HOUR) == cut
    assert await walks.begin("guancha", "yaowen", MORNING + 2 * HOUR) == cut
    await walks.end("guancha", {"yaowen": MORNING + 2 * HOUR}, MORNING + 3 * HOUR)
    assert await walks.begin("guancha", "yaowen", MORNING + 4 * HOUR) == WalkStart(ended_once=True)
    later = WalkStart(cut_since=MORNING + HOUR)
    assert await walks.begin("guancha", "toutiao", MORNING + 4 * HOUR) == later


async def test_a_walk_does_not_end_that_of_another_run(walks: WalkRepository) -> None:
    await walks.begin("guancha", "yaowen", MORNING)
    await walks.begin("guancha", "yaowen", MORNING + HOUR)
    await walks.end("guancha", {"yaowen": MORNING}, MORNING + 2 * HOUR)
    cut = await walks.begin("guancha", "yaowen", MORNING + 3 * HOUR)
    assert cut == WalkStart(cut_since=MORNING)


async def test_a_gap_is_where_the_next_walk_goes_on(walks: WalkRepository) -> None:
    await walks.begin("guancha", "yaowen", MORNING)
    await walks.leave("guancha", {"yaowen": (MORNING, Gap(page=4, reason="http_503"))})
    cut = await walks.begin("guancha", "yaowen", MORNING + HOUR)
    assert cut == WalkStart(cut_since=MORNING, gap=4)
    killed = "a walk was killed since: what it has left out nobody knows"
    cut = await walks.begin("guancha", "yaowen", MORNING + 2 * HOUR)
    assert cut == WalkStart(cut_since=MORNING), killed
    await walks.leave("guancha", {"yaowen": (MORNING, Gap(page=9, reason="bound"))})
    cut = await walks.begin("guancha", "yaowen", MORNING + 3 * HOUR)
    assert cut == WalkStart(cut_since=MORNING), "a walk that is not the last one has no say"
    await walks.end("guancha", {"yaowen": MORNING + 3 * HOUR}, MORNING + 3 * HOUR)
    assert await walks.begin("guancha", "yaowen", MORNING + 4 * HOUR) == WalkStart(ended_once=True)


async def test_what_was_looked_at_since(async_database: AsyncDatabase[Document]) -> None:
    urls = UrlRepository(async_database)
    await urls.update([stored_url(sample(1), MORNING)], MORNING)
    await urls.update([stored_url(sample(2), MORNING)], MORNING + HOUR)
    first, second = sample(1).id, sample(2).id
    assert await urls.looked_at([first, second], MORNING + HOUR)
    assert not await urls.looked_at([first, sample(3).id], MORNING + HOUR)
    await urls.look_up("guancha", {first: sample(1).url}, MORNING + 2 * HOUR)
    assert not await urls.looked_at([first], MORNING + HOUR), "to be seen in a list is less"
    await urls.update([stored_url(sample(1), MORNING)], MORNING + 2 * HOUR)
    assert await urls.looked_at([first], MORNING + HOUR)
