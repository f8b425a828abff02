"""The room: what was written about a thing is found, narrowed and gone through."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pymongo.database import Database

from newsdesk.web.security.accounts import Accounts
from pipelines.storage.queries import Filters
from tests.support.command import Desk
from tests.support.console import Looker, Served
from tests.support.reading import COPY, EDITED, GONE, SOURCES, furnish

PASSWORD = "four words or more"
OPERATOR = quote('{"$gt":""}')
LINE = re.compile(r'class="title"[^>]* href="/articles/([^"?]+)')


@pytest.fixture
def room(console: Served, database: Database[dict[str, Any]]) -> Served:
    furnish(database)
    return console


async def test_as_people_see_it(look: Looker, room: Served) -> None:
    await look.at(f"/articles?q={quote('晶圆')}&site=sina", "articles-query", widths=(1440, 390))


async def test_an_empty_database_says_what_to_do(look: Looker) -> None:
    async with look.console.client(**{"Accept-Language": "en"}) as client:
        page = (await client.get("/articles")).text
        assert "No article is stored yet" in page
        assert "<code>newsdesk up</code>" in page
        assert "Nothing matches" in (await client.get("/articles?q=absent")).text


async def test_a_query_that_cannot_be_read_is_pointed_at(look: Looker, room: Served) -> None:
    wrong = "晶圆 AND (停线 OR"
    async with look.page(language="en") as (page, _faults):
        answer = await page.goto(f"{room.url}/articles?q={quote(wrong)}")
        assert answer is not None
        assert answer.status == 400
        text = await page.locator(".pointed").text_content()
        assert text is not None
        assert text.strip() == wrong
        before = await page.locator(".pointed").evaluate("each => each.firstChild.data")
        assert before == wrong
        assert "Column 14" in await page.locator("#problem").inner_text()
        assert await page.locator("input[type=search]").input_value() == wrong


async def test_hits_are_marked_and_a_story_is_one_line(room: Served) -> None:
    async with room.client(**{"Accept-Language": "en"}) as client:
        page = (await client.get(f"/articles?q={quote('停线三小时')}")).text
        assert "<mark>停线三小时</mark>" in page
        lines = LINE.findall(page)
        assert len(lines) == 1
        assert lines[0] in (EDITED, COPY)
        assert "2 copies" in page
        newest = (await client.get(f"/articles?q={quote('停线三小时')}&sort=newest")).text
        assert LINE.findall(newest) == [COPY]


async def test_pages_by_cursor_hold_each_story_once(room: Served) -> None:
    for query in ("", f"&q={quote('晶圆')}&sort=newest", f"&q={quote('晶圆')}"):
        seen: list[str] = []
        address = f"/articles?since=2020-01-01{query}"
        async with room.client() as client:
            for _page in range(10):
                page = (await client.get(address)).text
                seen += LINE.findall(page)
                following = re.search(r'rel="next" href="([^"]+)"', page)
                if not following:
                    break
                address = following[1].replace("&amp;", "&")
        assert len(seen) == len(set(seen)), query
        assert not {EDITED, COPY} <= set(seen)
        assert len(seen) == (153 if not query else 123), query


async def test_filters_and_facets_agree(room: Served, database: Database[dict[str, Any]]) -> None:
    articles = database["articles"]
    async with room.client(**{"Accept-Language": "en"}) as client:
        gone = (await client.get("/articles?gone=1")).text
        assert LINE.findall(gone) == [GONE]
        assert LINE.findall((await client.get("/articles?edited=1")).text) == [EDITED]
        section = (await client.get(f"/articles?section={quote('财经')}&site=sina")).text
        there = articles.count_documents({"section": "财经", "site": "sina"})
        assert re.search(rf'>Sina</a><span class="count">{there}</span>', section)
        assert re.search(rf'>财经</a><span class="count">{there}</span>', section)


@pytest.mark.parametrize(
    "filters",
    [{"edited": None}, {"gone": None}, {"section": "财经"}, {"source": SOURCES[1], "site": "sina"}],
)
def test_the_command_line_filters_as_the_console_does(
    room: Served, database: Database[dict[str, Any]], tmp_path: Path, filters: dict[str, str | None]
) -> None:
    desk, options = Desk(room.settings), list[str]()
    for name, value in filters.items():
        options += [f"--{name}"] if value is None else [f"--{name}", value]
    asked = {name: value or True for name, value in filters.items()}
    wanted = Filters(**asked).condition()  # type: ignore[arg-type]
    ids = {each["_id"] for each in database["articles"].find(wanted)}
    assert 0 < len(ids) < database["articles"].count_documents({})
    listed = desk.call("articles", "list", "--limit", "1000", *options, "--json").json
    assert {each["_id"] for each in listed} == ids
    file = tmp_path / "taken.jsonl"
    assert desk.call("export", file, *options).code == 0
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {each["_id"] for each in lines if "_id" in each} == ids


def test_a_value_that_no_article_has_is_refused_with_what_there_is(room: Served) -> None:
    for command in (("articles", "list"), ("export", "-", "--format", "jsonl")):
        for name, there in (("source", SOURCES[0]), ("section", "财经")):
            said = Desk(room.settings).call(*command, f"--{name}", "没有的")
            assert said.code == 2, said.err
            assert f"No stored article has the {name} '没有的'." in said.err
            assert there in said.err


async def test_days_say_their_share_and_failed_nights_are_hatched(room: Served) -> None:
    async with room.client(**{"Accept-Language": "en"}) as client:
        answer = await client.get("/articles?site=sina")
    assert answer.status == 200, answer.text
    page = answer.text
    assert 'class="bar doubtful"' in page
    assert "The night failed: some may be missing" in page
    told = re.search(r"<strong>([\d,]+) of ([\d,]+) collected</strong>", page)
    assert told is not None
    assert int(told[1]) < int(told[2])


async def test_keys_go_through_the_lines_and_more_comes_without_a_new_page(
    look: Looker, room: Served
) -> None:
    async with look.page(language="en") as (page, faults):
        await page.goto(f"{room.url}/articles")
        lines = page.locator(".hit")
        count = await lines.count()
        await page.keyboard.press("j")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("k")
        await page.keyboard.press("j")
        title = await page.evaluate("document.activeElement.textContent")
        assert title == await page.locator(".hit .title").nth(1).text_content()
        await page.get_by_role("link", name="More").click()
        await page.wait_for_function("n => document.querySelectorAll('.hit').length > n", arg=count)
        assert await page.locator("#hits > li.more").count() == 1
        await page.locator(".hit .title").nth(1).focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/articles/*:*")
        assert faults == []


async def test_searches_are_kept_by_readers_and_removed_by_their_owners(room: Served) -> None:
    async with room.client(**{"Accept-Language": "en"}) as client:
        saved = await client.post(
            "/articles/saved", page="/articles?q=x", name="晶圆 新浪", asked="q=%E6%99%B6&site=sina"
        )
        assert saved.status == 303
        page = (await client.get("/articles")).text
        assert 'href="/articles?q=%E6%99%B6&amp;site=sina"' in page
        assert "Saved “晶圆 新浪”." in page
        bad = await client.post("/articles/saved", page="/articles?q=x", name="x", asked="sort=9")
        assert bad.status == 400
        await client.post("/articles/saved/remove", page="/articles?q=x", name="晶圆 新浪")
        assert "None yet." in (await client.get("/articles")).text


async def test_readers_keep_searches_and_leave_those_of_others(console: Served) -> None:
    accounts = Accounts.of(console.settings)
    for name in ("wang", "li"):
        accounts.add(name, "read", PASSWORD)
    statuses = []
    for name in ("wang", "li"):
        async with console.client() as client:
            await client.log_in(name, PASSWORD)
            for what in ("", "/remove"):
                if (name, what) != ("wang", "/remove"):
                    answer = await client.post(f"/articles/saved{what}", name="x", asked="q=x")
                    statuses.append(answer.status)
    assert statuses == [303, 403, 403]


@pytest.mark.parametrize(
    "query",
    [
        "q[$gt]=",
        "site[$ne]=x",
        f"q={'x' * 2001}",
        "sort=worst",
        "after=x",
        "edited=maybe",
        "since=0001-01-01",
        "until=9999-12-31",
    ],
)
async def test_parameters_are_bounded(room: Served, query: str) -> None:
    async with room.client() as client:
        answer = await client.get(f"/articles?{query}")
    operators = "[$" in query  # no name that is asked for: as if it were not there
    assert answer.status == (200 if operators else 400)


async def test_operators_in_values_are_text(room: Served) -> None:
    async with room.client(**{"Accept-Language": "en"}) as client:
        for name in ("site", "topic", "source", "section"):
            page = (await client.get(f"/articles?{name}={OPERATOR}")).text
            assert "Nothing matches" in page
