"""Tonight: whether last night is fine is seen at once, and is never said without a night."""

from __future__ import annotations

from typing import Any

from pymongo.database import Database

from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from tests.support.console import Looker, Served


async def test_as_people_see_it(look: Looker, seeded: Served) -> None:
    await look.at("/", "tonight")


async def test_an_empty_database_is_not_fine(look: Looker) -> None:
    await look.at("/", "tonight-empty", widths=(1440, 390))
    async with look.console.client() as client:
        text = (await client.get("/", **{"Accept-Language": "en"})).text
    assert "No night has run yet." in text
    assert "<code>newsdesk up</code>" in text
    assert "Last night is fine" not in text


async def test_it_keeps_itself_up_to_date(
    look: Looker, seeded: Served, database: Database[dict[str, Any]]
) -> None:
    night = NightStore(database)
    async with look.page(language="en") as (page, faults):
        await page.goto(seeded.url)
        await page.get_by_role("button", name="Run again").click()
        await page.get_by_role("button", name="Cancel").click()
        night.alerts.acknowledge("layout_changed/guancha/guancha-night", clock.now(), "li")
        await page.get_by_text("li knows, since just now").wait_for(timeout=30_000)
        job = night.jobs.list(1, states=["running"])[0]["_id"]
        night.jobs.finish(job, "ok", clock.now())
        await page.get_by_text("Nothing runs.").wait_for(timeout=30_000)
        assert faults == []
