"""`newsdesk hot`: what a site's hot lists show, now and at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from pipelines.config import Settings
from pipelines.items import Sighting, Sightings
from pipelines.storage.news.sightings import SightingRepository
from tests.support.command import Desk
from tests.support.samples import MORNING

Document = dict[str, Any]
HOUR = timedelta(hours=1)


async def test_hot_lists_now_and_at_a_time(
    settings: Settings, async_database: AsyncDatabase[Document]
) -> None:
    sightings = SightingRepository(async_database)

    async def read(at: int, *articles: str, source: str = "redian") -> None:
        seen = [
            Sighting(article=f"guancha:{article}", rank=rank, title=f"标题{article}")
            for rank, article in enumerate(articles, start=1)
        ]
        moment = MORNING + at * HOUR
        await sightings.write(
            [Sightings(site="guancha", source=source, at=moment, seen=seen, ranked=True)]
        )

    await read(0, "a", "b", "c")
    await read(1, "a", "b", "c")
    await read(2, "b", "a")
    await read(2, "c", source="page-hot")
    desk = Desk(settings)

    def shown(*options: str) -> list[tuple[str, int, str]]:
        found = desk.call("hot", "guancha", "--json", *options).json
        return [(each["source"], each["rank"], each["article"][-1]) for each in found]

    assert shown() == [("page-hot", 1, "c"), ("redian", 1, "b"), ("redian", 2, "a")]
    before = [("redian", 1, "a"), ("redian", 2, "b"), ("redian", 3, "c")]
    assert shown("--at", "2026-03-02T11:29") == before
    assert shown("--at", "2026-03-02T11:30") == shown()
    assert shown("--at", "2026-03-02T09:29") == []
    rows = desk.call("hot", "guancha").out.splitlines()
    assert rows[1].split("\t")[:4] == ["redian", "1", "guancha:b", "标题b"]
    nothing = desk.call("hot", "sina")
    assert (nothing.code, nothing.out) == (0, "")
    assert "No hot list of sina was seen yet" in nothing.err
    assert desk.call("hot", "nowhere").code == 2
