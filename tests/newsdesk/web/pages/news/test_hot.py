"""Hot lists: those of a site at any time, with the ranks that their articles had before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.timing import clock
from pipelines.timing.beijing import ZONE
from tests.support.console import Looker, Served
from tests.support.reading import EDITED, furnish

HOUR = timedelta(hours=1)
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def room(console: Served, database: Database[dict[str, Any]]) -> Served:
    """A list that changes each hour; one of its articles is stored. Another list goes by time."""
    furnish(database)
    now = clock.now()
    database["sightings"].insert_many(
        _seen(source, article, now - at * HOUR, now - until * HOUR if until else None, rank)
        for source, article, at, until, rank in (
            ("page-hot", EDITED, 9, 5, 2),
            ("page-hot", EDITED, 5, None, 1),
            ("page-hot", "guancha:900001", 8, 5, 1),
            ("page-hot", "guancha:900001", 5, None, 2),
            ("page-hot", "guancha:900002", 7, 4, 3),
            ("news", "guancha:900003", 7, None, None),
        )
    )
    return console


def _seen(
    source: str, article: str, at: datetime, until: datetime | None, rank: int | None
) -> dict[str, Any]:
    return {
        "_id": f"guancha/{source} {article} {at:%H:%M}",
        "article": article,
        "site": "guancha",
        "source": source,
        "at": at,
        "until": until,
        "rank": rank,
        "title": f"热门{article[-6:]}",
    }


async def test_as_people_see_them(look: Looker, room: Served) -> None:
    assert look.console is room
    await look.at("/hot", "hot", widths=(1440, 390))


async def test_it_goes_back_in_time(look: Looker, room: Served) -> None:
    async with look.page(language="en") as (page, faults):
        await page.goto(f"{room.url}/hot?site=guancha")
        titles = page.locator("tbody th")
        assert await titles.all_inner_texts() == ["热门800101", "热门900001"]
        links = page.locator("tbody th a")
        assert await links.count() == 1
        assert await links.first.get_attribute("href") == f"/articles/{EDITED}"
        assert await page.locator("tbody tr").first.locator(".stay").count() == 2
        await page.get_by_role("link", name="−6 hours").click()
        await page.get_by_text("As of").wait_for()
        assert await titles.all_inner_texts() == ["热门900001", "热门800101", "热门900002"]
        before = clock.now().astimezone(ZONE) - 30 * HOUR
        await page.get_by_label("Time (Beijing)").fill(f"{before:%Y-%m-%dT%H:%M}")
        await page.get_by_role("button", name="Show").click()
        await page.get_by_text("No hot list of this site was seen by then").wait_for()
        assert faults == []


async def test_what_cannot_be_and_what_is_not_yet(
    room: Served, database: Database[dict[str, Any]]
) -> None:
    async with room.client(**ENGLISH) as client:
        assert (await client.get("/hot?site=nowhere")).status == 404
        assert (await client.get("/hot?at=noon")).status == 400
        assert (await client.get("/hot?site=guancha&at=")).status == 200
        database["sightings"].delete_many({})
        assert "No hot list of this site was seen by then" in (await client.get("/hot")).text


async def test_before_any_was_seen(console: Served) -> None:
    async with console.client(**ENGLISH) as client:
        assert "No hot list was seen yet" in (await client.get("/hot")).text
