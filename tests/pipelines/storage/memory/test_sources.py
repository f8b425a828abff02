"""How each list fared, over the runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.items import Validators
from pipelines.records import ListReport, ListState
from pipelines.storage.memory.sources import SourceRepository
from pipelines.storage.memory.walks import WalkRepository
from tests.support.samples import MORNING

Document = dict[str, Any]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TAG = Validators(etag='"$a"', last_modified=None)


@pytest.fixture
def sources(async_database: AsyncDatabase[Document]) -> SourceRepository:
    return SourceRepository(async_database)


def report(**changes: Any) -> ListReport:
    known: dict[str, Any] = {
        "source": "yaowen",
        "pages": 2,
        "items": 30,
        "new": 12,
        "newest_at": MORNING,
    }
    return ListReport(**known | changes)


async def test_what_is_remembered(sources: SourceRepository, database: Database[Document]) -> None:
    assert await sources.states("guancha", ["yaowen"]) == {}
    await sources.report("guancha", [report(top=["$a", "b"], validators=TAG)], MORNING, "job-1")
    known = ListState(newest_at=MORNING, new_at=MORNING, top=["$a", "b"], validators=TAG)
    assert await sources.states("guancha", ["yaowen", "home"]) == {"yaowen": known}
    found = database["sources"].find_one()
    assert found is not None
    assert (found["pages"], found["items"], found["new"], found["overlap"]) == (2, 30, 12, 18)
    later = MORNING + DAY
    unchanged = report(unchanged=True, pages=0, items=0, new=0, newest_at=None)
    await sources.report("guancha", [unchanged], later, "job-2")
    assert await sources.states("guancha", ["yaowen"]) == {"yaowen": known}
    found = database["sources"].find_one()
    assert found is not None
    assert (found["checked_at"], found["read_at"], found["job"]) == (later, later, "job-2")
    failed = report(error="http_503", pages=0, items=0, new=0, newest_at=None)
    await sources.report("guancha", [failed], later + DAY, None)
    found = database["sources"].find_one()
    assert found is not None
    assert (found["error"], found["read_at"]) == ("http_503", later)
    assert await sources.states("guancha", ["yaowen"]) == {"yaowen": known}


async def test_since_when_something_is_wrong(
    sources: SourceRepository, database: Database[Document]
) -> None:
    course = [["reordered"], ["stale"], ["stale", "repetitive"], [], ["empty"]]
    since = []
    for day, flags in enumerate(course):
        await sources.report("guancha", [report(flags=flags)], MORNING + day * DAY, None)
        found = database["sources"].find_one()
        assert found is not None
        assert found["flags"] == flags
        since.append(found["flagged_at"])
    begun = MORNING + DAY
    assert since == [None, begun, begun, None, MORNING + 4 * DAY]


async def test_a_walk_that_was_cut_short_makes_the_same_page_news(
    sources: SourceRepository, async_database: AsyncDatabase[Document]
) -> None:
    walks = WalkRepository(async_database)
    await sources.report("guancha", [report(validators=TAG)], MORNING, None)
    await walks.begin("guancha", "yaowen", MORNING)
    assert (await sources.states("guancha", ["yaowen"]))["yaowen"].validators is None
    await walks.end("guancha", {"yaowen": MORNING}, MORNING + HOUR)
    assert (await sources.states("guancha", ["yaowen"]))["yaowen"].validators == TAG
