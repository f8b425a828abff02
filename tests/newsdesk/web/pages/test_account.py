"""Logging in as people do, and what a browser remembers of them."""

from __future__ import annotations

from typing import Any

from pymongo.database import Database

from newsdesk.web.security.accounts import Accounts
from tests.support.console import Looker, Served

PASSWORD = "four words or more"


async def test_the_login_as_people_see_it(look: Looker) -> None:
    Accounts.of(look.console.settings).add("wang", "operate", PASSWORD)
    await look.at("/login", "login", widths=(1440, 390))


async def test_logging_in_and_out(look: Looker, seeded: Served) -> None:
    Accounts.of(seeded.settings).add("wang", "read", PASSWORD)
    async with look.page(language="en") as (page, faults):
        await page.goto(f"{seeded.url}/?from=bookmark")
        await page.get_by_label("Account").fill("wang")
        await page.get_by_label("Password").fill("wrong wrong")
        await page.keyboard.press("Enter")
        await page.get_by_text("Account or password is wrong.").wait_for()
        assert await page.get_by_label("Account").input_value() == "wang"
        await page.get_by_label("Password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Something needs you.").wait_for()
        assert page.url == f"{seeded.url}/?from=bookmark"
        assert await page.get_by_role("button", name="Acknowledge").count() == 0
        await page.get_by_role("button", name="Log out").click()
        await page.wait_for_url("**/login")
        assert [each for each in faults if "403" not in each] == []


async def test_language_and_theme_are_remembered(look: Looker) -> None:
    async with look.page(language="en") as (page, faults):
        await page.goto(look.console.url)
        light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        await page.get_by_role("button", name="中文").click()
        await page.get_by_role("heading", name="还没有抓取过。").wait_for()
        await page.get_by_role("button", name="深色").click()
        await page.goto(look.console.url)
        assert await page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") != light
        assert await page.get_attribute("html", "lang") == "zh-CN"
        assert faults == []


async def test_keys(look: Looker) -> None:
    async with look.page(language="en") as (page, faults):
        await page.goto(f"{look.console.url}/?x=1")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("?")
        await page.get_by_role("dialog").get_by_text("Tonight").wait_for()
        await page.keyboard.press("Escape")
        assert await page.get_by_role("dialog").count() == 0
        await page.keyboard.press("g")
        await page.keyboard.press("t")
        await page.wait_for_url(f"{look.console.url}/")
        assert faults == []


async def test_without_scripts(
    look: Looker, seeded: Served, database: Database[dict[str, Any]]
) -> None:
    async with look.page(language="en", scripts=False) as (page, faults):
        await page.goto(seeded.url)
        await page.get_by_role("button", name="Acknowledge").click()
        await page.get_by_text("Noted: layout_changed/guancha/guancha-night").wait_for()
        assert faults == []
    assert database["alerts"].count_documents({"acknowledged_at": None}) == 0


async def test_what_is_not_there(look: Looker) -> None:
    await look.at("/nothing", "not-found", widths=(1440, 390), status=404)
