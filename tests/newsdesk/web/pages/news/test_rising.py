"""What rises: the words of the last days that earlier articles did not have as often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.items import TopicMatch
from pipelines.timing import clock
from tests.support.console import Looker, Served
from tests.support.reading import furnish
from tests.support.samples import sample
from tests.support.shelf import put

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def room(console: Served, database: Database[dict[str, Any]]) -> Served:
    """Six articles of today have a word that those of four weeks have not."""
    furnish(database)
    now = clock.now()
    chips = [TopicMatch(topic="chips", hits=[], count=1)]
    put(
        database,
        (
            sample(
                number,
                title=f"洪水逼近第{number}号仓库",
                body=f"洪水今晨漫过第{number}号仓库的门槛，值班的人都已撤出。",
                published_at=now - timedelta(hours=number - 399),
                topics=chips,
            )
            for number in range(400, 406)
        ),
        now,
    )
    return console


async def test_as_people_see_it(look: Looker, room: Served) -> None:
    assert look.console is room
    await look.at("/rising?whole=1", "rising", widths=(1440, 390))
    await look.at("/rising", "rising-first", widths=(390,))


async def test_words_follow_the_page_and_lead_to_articles(look: Looker, room: Served) -> None:
    async with look.page(language="en") as (page, faults):
        await page.goto(f"{room.url}/rising?topic=chips&days=1")
        word = page.get_by_role("link", name="洪水")
        await word.wait_for()
        row = page.get_by_role("row").filter(has=word)
        assert "6/" in await row.inner_text()
        assert "0.0 %" in await row.inner_text()
        await word.click()
        await page.locator(".hit").first.wait_for()
        assert await page.locator(".hit").count() == 6
        assert faults == []


async def test_without_scripts_and_where_nothing_rises(look: Looker, room: Served) -> None:
    async with look.page(language="en", scripts=False) as (page, _):
        await page.goto(f"{room.url}/rising?days=1")
        await page.locator("noscript a").click()
        await page.get_by_role("link", name="洪水").wait_for()
    async with room.client(**ENGLISH) as client:
        assert (await client.get("/rising?whole=1&topic=none")).status == 404
        assert (await client.get("/rising?days=0")).status == 400
        quiet = await client.get("/rising?days=30", **{"HX-Request": "true"})
        assert "No word is clearly rising" in quiet.text
        assert "<html" not in quiet.text
