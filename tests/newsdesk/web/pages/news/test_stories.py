"""Stories: the biggest first, narrowed by days and topic; one with the way that it took."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo.database import Database

from tests.support.console import Looker, Served
from tests.support.reading import COPY, EDITED, furnish

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def room(console: Served, database: Database[dict[str, Any]]) -> Served:
    furnish(database)
    return console


async def test_as_people_see_them(look: Looker, room: Served) -> None:
    assert look.console is room
    await look.at("/stories", "stories", widths=(1440, 390))
    await look.at("/stories/story-1", "story", widths=(1440, 390))


async def test_one_leads_from_its_first_copy_to_the_others(look: Looker, room: Served) -> None:
    async with look.page(language="en") as (page, faults):
        await page.goto(f"{room.url}/stories")
        await page.get_by_role("link", name="长河厂停线三小时，厂方称没有损失").click()
        dots = page.locator(".lane a")
        assert [await each.get_attribute("href") for each in await dots.all()] == [
            f"/articles/{EDITED}",
            f"/articles/{COPY}",
        ]
        assert await page.locator(".lane .ring").count() == 1
        assert "+2 hours" in await page.locator(".way").nth(1).inner_text()
        await dots.nth(1).click()
        await page.wait_for_url(f"**/articles/{COPY}")
        assert faults == []


async def test_days_and_topic_narrow_them(room: Served, database: Database[dict[str, Any]]) -> None:
    async with room.client(**ENGLISH) as client:
        assert "story-1" in (await client.get("/stories?topic=chips")).text
        none = await client.get("/stories?topic=sea")
        assert none.status == 200
        assert "No story in this time" in none.text
        assert (await client.get("/stories?days=31")).status == 400
        assert (await client.get("/stories/none")).status == 404
        database["articles"].delete_many({"story": "story-1"})
        assert EDITED in (await client.get("/stories")).text
        assert (await client.get("/stories/story-1")).status == 404
