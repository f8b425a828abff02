"""Topics: tried while one types, changed, and taken back."""

from __future__ import annotations

from typing import Any

from pymongo.database import Database

from newsdesk.answers.topics.in_force import topics_now
from newsdesk.web.security.accounts import Accounts
from pipelines.exceptions import OffTopic
from pipelines.items import Article
from pipelines.storage.entries import pack_reject
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.session import StorageSession
from pipelines.storage.writing.writer import BatchWriter
from pipelines.timing import clock
from tests.support.console import Looker, Served
from tests.support.samples import sample

ENGLISH = {"Accept-Language": "en"}


async def turn_away(console: Served, article: Article) -> None:
    session = StorageSession(console.settings)
    entry = pack_reject(article, OffTopic.reason)
    try:
        await session.run(
            lambda database: BatchWriter(database, console.settings).write([entry], clock.now())
        )
    finally:
        await session.close()


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
        trial = await page.locator("#trial").inner_text()
        assert "of 30 stored" in trial
        words = await page.locator("#trial .words tbody tr").all_inner_texts()
        assert [row.split() for row in words] == [
            ["试产", "30", "60", "0", "30", "0", "0"],
            ["车间", "30", "60", "0", "30", "0", "0"],
        ]
        assert topics_now(seeded.settings).topics  # nothing has changed so far
        assert not NightStore(database).changes.list(1, topic)
        await page.get_by_role("button", name="Save").click()
        await page.get_by_text("Changed:").wait_for()
        await page.get_by_role("button", name="Back to the file's").click()
        await page.get_by_role("dialog").get_by_role("button", name="Back to the file's").click()
        await page.get_by_text("is as in the file").first.wait_for()
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
        assert "<textarea" not in (await client.get("/topics/+new")).text
        assert (await client.post("/applying", page=page)).status == 403
        assert (await client.post(f"{page}/try", page=page, query="x")).status == 403


async def test_a_topic_is_added_applied_switched_off_and_removed(
    look: Looker, seeded: Served, database: Database[dict[str, Any]]
) -> None:
    await turn_away(
        seeded,
        sample(
            900,
            title="高铁试跑",
            body="这条高铁今天试跑，两个月后开通。",
            published_at=clock.now(),
        ),
    )
    await look.at("/topics/+new", "topic-new", widths=(390,))
    async with look.page(language="en") as (page, faults):
        await page.goto(f"{seeded.url}/topics")
        await page.get_by_role("link", name="Add a topic").click()
        await page.get_by_label("Name (small").fill("tests")
        await page.get_by_label("Terms, one a line").fill("试产\n高铁")
        await page.get_by_text("It would bring back").wait_for()
        assert "高铁试跑" in await page.locator("#trial").inner_text()
        await page.get_by_role("button", name="Add a topic").click()
        await page.get_by_text("Added: tests.").wait_for()
        await page.get_by_role("button", name="Apply to what is stored").click()
        await page.get_by_role("dialog").get_by_role("button").first.click()
        await (
            page.get_by_text("What is stored follows", exact=False)
            .or_(page.get_by_text("Topics have changed since"))
            .wait_for(timeout=60_000)
        )
        shown = await page.locator("#applying").inner_text()
        assert "+31" in shown
        assert database["articles"].count_documents({"topics.topic": "tests"}) == 31
        assert database["rejects"].count_documents({}) == 0
        await page.get_by_role("link", name="tests").first.click()
        await page.get_by_role("button", name="Remove").click()
        await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        await page.locator("table .id, table th", has_text="tests").wait_for(state="detached")
        assert faults == []
    changes = [each["action"] for each in NightStore(database).changes.list(9, "tests")]
    assert changes == ["topic.unset", "topic.apply", "topic.set"]


async def test_a_topic_of_the_file_is_switched_off_and_on(seeded: Served) -> None:
    topic = next(iter(topics_now(seeded.settings).topics)).name
    async with seeded.client(**ENGLISH) as client:
        await client.post(f"/topics/{topic}/switch", page=f"/topics/{topic}")
        assert not topics_now(seeded.settings).topics.topics
        assert "Switched off" in (await client.get("/topics")).text
        there = await client.post("/topics/+new", page="/topics/+new", name=topic, terms="车间")
        assert there.status == 400
        assert "already" in there.text
        await client.post(f"/topics/{topic}/switch", page="/topics", on="1")
    assert next(iter(topics_now(seeded.settings).topics)).name == topic
