"""Schedules: what runs when is seen, tried while one types, changed, and taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pymongo.database import Database

from newsdesk.web.security.accounts import Accounts
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from schedules.timetable.schedule import slot_id
from tests.support.console import Looker, Served

ENGLISH = {"Accept-Language": "en"}
NAME = "guancha-night"


def _slots(database: Database[dict[str, Any]]) -> None:
    night, now = NightStore(database), clock.now()
    jobs = night.jobs.list(100, site="guancha")
    night.slots.add(
        [
            {
                "_id": slot_id(NAME, job["created_at"]), "schedule": NAME, "state": "done",
                "due_at": job["created_at"], "job": job["_id"],
            }
            for job in jobs[3:]
        ]
        + [
            {
                "_id": slot_id(NAME, now - timedelta(hours=60)), "schedule": NAME,
                "due_at": now - timedelta(hours=60), "state": "missed",
                "reason": "No service ran at that time.",
            }
        ]
    )  # fmt: skip
    database["jobs"].update_many(
        {"_id": {"$in": [job["_id"] for job in jobs[3:]]}}, {"$set": {"slot": "of-its-own"}}
    )


async def test_as_people_see_them(
    look: Looker, seeded: Served, database: Database[dict[str, Any]]
) -> None:
    _slots(database)
    await look.at("/schedules", "schedules", widths=(1440, 390))
    await look.at(f"/schedules/{NAME}", "schedule", widths=(1024, 390))


async def test_a_change_is_tried_made_and_taken_back(
    look: Looker, seeded: Served, database: Database[dict[str, Any]]
) -> None:
    night = NightStore(database)
    async with look.page(language="en") as (page, faults):
        await page.goto(f"{seeded.url}/schedules/{NAME}")
        written = page.get_by_label("Written")
        await written.fill("99 2 * *")
        await page.locator("#preview .problem").wait_for()
        await written.fill("15 4 * * 1")
        await page.locator("#preview").get_by_text("at 04:15, Monday").wait_for()
        assert await page.locator("#preview li").count() == 5
        await page.get_by_label("Why").first.fill("after the paper is printed")
        await page.get_by_role("button", name="Save").first.click()
        await page.get_by_text(f"Changed: {NAME}.").wait_for()
        await page.get_by_text("cron = 15 4 * * 1").wait_for()
        await page.get_by_role("button", name="Back to the file's").click()
        await page.get_by_role("dialog").get_by_role("button", name="Back to the file's").click()
        await page.get_by_text("The file decides").wait_for()
        assert faults == []
    changes = [each["action"] for each in night.changes.list(2, NAME)]
    assert changes == ["schedule.reset", "schedule.change"]
    assert not night.schedules.decided()[NAME]["changes"]


async def test_one_trigger_replaces_another(
    seeded: Served, database: Database[dict[str, Any]]
) -> None:
    async with seeded.client(**ENGLISH) as client:
        page = f"/schedules/{NAME}"
        for trigger, text in (
            ("cron", "1 1 * * *"),
            ("interval", "6 hours"),
            ("cron", "2 2 * * *"),
        ):
            given = {"trigger": trigger, "text": text}
            assert (await client.post(f"{page}/change", page=page, **given)).status == 303
        assert "at 02:02" in (await client.get(page)).text
        wrong = await client.post(f"{page}/change", page=page, trigger="cron", text="x", note="n")
        assert wrong.status == 400
        assert 'value="x"' in wrong.text
        assert (await client.get(f"{page}/preview?text={'1' * 201}")).status == 400
        assert (await client.get("/schedules/none")).status == 404
    assert NightStore(database).schedules.decided()[NAME]["changes"] == {"cron": "2 2 * * *"}


async def test_it_may_follow_another_or_a_calendar(
    look: Looker, seeded: Served, database: Database[dict[str, Any]]
) -> None:
    async with look.page(language="en") as (page, faults):
        await page.goto(f"{seeded.url}/schedules/{NAME}")
        await page.get_by_label("By").select_option("calendar")
        assert await page.get_by_text("counted from that day").is_visible()
        await page.get_by_label("Written").fill("every 2 weeks at 03:30 from 2026-01-05")
        await page.locator("#preview li").nth(4).wait_for()
        assert "every 2 weeks at 03:30" in await page.locator("#preview").inner_text()
        await page.get_by_label("By").select_option("after")
        assert not await page.get_by_text("counted from that day").is_visible()
        await page.get_by_label("Written").fill(NAME)
        await page.locator("#preview").get_by_text("waits for itself").wait_for()
        await page.get_by_label("Written").fill("sina-night")
        await page.locator("#preview").get_by_text("Each time after sina-night").wait_for()
        await page.locator("#preview li").nth(4).wait_for()
        await page.get_by_role("button", name="Save").first.click()
        await page.get_by_text("after = sina-night").wait_for()
        assert await page.locator("#next-times + p + ol li").count() == 5
        await page.goto(f"{seeded.url}/schedules")
        await page.get_by_text("after sina-night").wait_for()
        assert faults == []
    assert NightStore(database).schedules.decided()[NAME]["changes"] == {"after": "sina-night"}


async def test_run_pause_and_resume(seeded: Served, database: Database[dict[str, Any]]) -> None:
    night = NightStore(database)
    async with seeded.client(**ENGLISH) as client:
        page = f"/schedules/{NAME}"
        for what in ("pause", "resume", "run"):
            assert (await client.ask("POST", f"{page}/{what}")).status == 403
            assert (await client.post(f"{page}/{what}", page=page)).status == 303
        text = (await client.get(page)).text
        assert "by hand" in text
    changes = [each["action"] for each in night.changes.list(3, NAME)]
    assert changes == ["schedule.run", "schedule.resume", "schedule.pause"]


async def test_who_only_reads_may_not_operate(seeded: Served) -> None:
    Accounts.of(seeded.settings).add("lin", "read", "a quiet password")
    page = f"/schedules/{NAME}"
    async with seeded.client(**ENGLISH) as client:
        assert (await client.log_in("lin", "a quiet password")).status == 303
        text = (await client.get(page)).text
        assert "Run now" not in text
        assert "Save" not in text
        assert (await client.post(f"{page}/pause", page=page)).status == 403


async def test_settings_and_arguments_are_changed_as_by_command(
    seeded: Served, database: Database[dict[str, Any]]
) -> None:
    page = "/schedules/sina-night"
    async with seeded.client(**{"Accept-Language": "en"}) as client:
        same = await client.post(f"{page}/settings", page=page, retries="2", overlap="skip")
        assert same.status == 400
        assert "Nothing is different" in same.text
        wrong = await client.post(f"{page}/settings", page=page, deadline="soon", arguments="x=1")
        assert wrong.status == 400
        assert "is no length of time" in wrong.text
        assert 'value="soon"' in wrong.text
        done = await client.post(
            f"{page}/settings", page=page,
            deadline="1 hour", quiet="08:00-09:30", overlap="queue", arguments="limit=500\n",
            note="for the holidays",
        )  # fmt: skip
        assert done.status == 303
        shown = (await client.get(page)).text
        assert "limit=500" in shown
        assert 'value="1 hour"' in shown
        await client.post(f"{page}/settings", page=page, arguments="sections=tech")
    kept = database["schedules"].find_one({"_id": "sina-night"})
    assert kept is not None
    assert kept["changes"] == {"deadline": "1 hour", "quiet": "08:00-09:30", "overlap": "queue"}
    assert kept["arguments"] == {"sections": "tech"}
    change = database["changes"].find_one({"details.note": "for the holidays"})
    assert change is not None
    assert change["action"] == "schedule.change"
