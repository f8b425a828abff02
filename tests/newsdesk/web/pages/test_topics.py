"""Topics: tried while one types, changed, and taken back."""

from __future__ import annotations

from typing import Any

from pymongo.database import Database

from newsdesk.answers.topics.in_force import topics_now
from newsdesk.web.security.accounts import Accounts
from pipelines.storage.operations.repositories import NightStore
from tests.support.console import Looker, Served

ENGLISH = {"Accept-Language": "en"}


async def test_a_query_is_tried_saved_and_taken_back(
    look: Looker, seeded: Served, database: Database[dict[str, Any]]
) -> None:
    topic = next(iter(topics_now(seeded.settings).topics)).name
    page_of = f"/topics/{topic}"
    await look.at("/topics", "topics", widths=(390,))
    await look.at(page_of, "topic", widths=(1440, 390))
    async with look.page(language="en") as (page, faults):
        await page.goto(seeded.url + page_of)
        await page.get_by_label("Terms, one a line").fill("")
        await page.get_by_label("Query").fill("(车间 AND")
        await page.locator("#trial .problem").wait_for()
        await page.get_by_label("Query").fill("车间 AND 试产")
        await page.locator("#trial mark").first.wait_for()
        assert "of 30 stored" in await page.locator("#trial").inner_text()
        assert topics_now(seeded.settings).topics  # nothing has changed so far
        assert not NightStore(database).changes.list(1, topic)
        await page.get_by_role("button", name="Save").click()
        await page.get_by_text("Changed:").wait_for()
        await page.get_by_role("button", name="Back to the file's").click()
        await page.get_by_role("dialog").get_by_role("button", name="Back to the file's").click()
        await page.get_by_text("is as in the file").wait_for()
        assert faults == []
    changes = [each["action"] for each in NightStore(database).changes.list(2, topic)]
    assert changes == ["topic.unset", "topic.set"]


async def test_what_cannot_be_is_pointed_at_and_readers_change_nothing(seeded: Served) -> None:
    topic = next(iter(topics_now(seeded.settings).topics)).name
    page = f"/topics/{topic}"
    async with seeded.client(**ENGLISH) as client:
        wrong = await client.post(f"{page}/set", page=page, query="(车间", terms="")
        assert wrong.status == 400
        assert "column" in wrong.text
        assert "(车间</textarea>" in wrong.text
        assert (await client.ask("POST", f"{page}/set", data={"query": "x"})).status == 403
        assert (await client.get("/topics/none")).status == 404
    Accounts.of(seeded.settings).add("lin", "read", "a quiet password")
    async with seeded.client(**ENGLISH) as client:
        await client.log_in("lin", "a quiet password")
        assert "<textarea" not in (await client.get(page)).text
        assert (await client.post(f"{page}/try", page=page, query="x")).status == 403
