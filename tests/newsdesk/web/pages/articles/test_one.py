"""One article: every field with its origin, its history, its copies; nothing of a site's runs."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from pymongo.database import Database

from pipelines.timing import clock
from tests.support.console import Looker, Served
from tests.support.reading import COPY, EDITED, EVIL, GONE, furnish


@pytest.fixture
def room(console: Served, database: Database[dict[str, Any]]) -> Served:
    furnish(database)
    return console


async def test_as_people_see_it(look: Looker, room: Served) -> None:
    await look.at(f"/articles/{EDITED}?q={quote('晶圆')}", "article", widths=(1440, 390))


async def test_its_fields_say_where_they_come_from(room: Served) -> None:
    async with room.client(**{"Accept-Language": "en"}) as client:
        page = (await client.get(f"/articles/{EDITED}?q={quote('晶圆')}")).text
    assert "printed as “2026年3月2日 09:30” (Asia/Shanghai)" in page
    assert "read from the page by guancha v2" in page
    assert "<code>byline</code>" in page
    assert "<code>2026/03/guancha-1.warc.gz</code> @ 18,204" in page
    assert page.count("<mark>晶圆</mark>") == 2


async def test_its_history_as_an_editor_reads_it(
    look: Looker, room: Served, database: Database[dict[str, Any]]
) -> None:
    read_anew = {"$set": {"re_extracted_at": clock.now()}}
    database["revisions"].update_one({"_id": f"{EDITED}@2"}, read_anew)
    async with look.page(language="en") as (page, faults):
        await page.goto(f"{room.url}/articles/{EDITED}")
        states = page.locator(".states li")
        assert "并请第三方复核" in await states.nth(0).locator("ins").inner_text()
        assert await states.nth(1).locator(".retitled del").inner_text() == "长河厂全线停产"
        changed = states.nth(1).locator(".passages")
        assert "三小时" in "".join(await changed.locator("ins").all_inner_texts())
        assert "Read anew by Newsdesk" in await states.nth(0).inner_text()
        assert "Edited by the site" in await states.nth(1).inner_text()
        assert "Back again" in await states.nth(1).inner_text()
        assert await page.locator(".ranks .stay").count() == 6
        assert await page.locator("#copies ~ table tbody tr").count() == 2
        await page.goto(f"{room.url}/articles/{GONE}")
        assert "Taken down" in await page.locator(".states").inner_text()
        assert faults == []


async def test_the_other_script_is_for_display_alone(room: Served) -> None:
    async with room.client(**{"Accept-Language": "en"}) as client:
        page = (await client.get(f"/articles/{COPY}?script=hant")).text
        assert "長河廠的晶圓車間" in page
        assert "Converted for display only: what is stored is Simplified." in page
        assert "长河厂的晶圆车间" in (await client.get(f"/articles/{COPY}")).text


async def test_nothing_that_a_site_wrote_runs(look: Looker, room: Served) -> None:
    for path in (
        f"/articles?q={quote('晶圆')}&site=sina",
        f"/articles/{EVIL}",
        f"/articles?source={quote('<script>')}",
    ):
        async with look.page(language="en") as (page, faults):
            await page.goto(room.url + path)
            await page.wait_for_load_state("networkidle")
            assert await page.title() != "ran", path
            assert await page.locator("main script, main img, [onerror]").count() == 0, path
            links = await page.evaluate("[...document.links].map(each => each.protocol)")
            assert not [each for each in links if each not in ("http:", "https:")], path
            assert faults == [], path
    async with room.client() as client:
        page_text = (await client.get(f"/articles/{EVIL}")).text
    assert "{{ 7*7 }}" in page_text
    assert "&lt;script&gt;" in page_text


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%7B%22$gt%22:%22%22%7D", "sina:absent"]
)
async def test_what_is_none_is_not_found(room: Served, name: str) -> None:
    async with room.client() as client:
        assert (await client.get(f"/articles/{name}")).status == 404
