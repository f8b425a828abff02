"""The API as programs use it: what it answers, to whom, and what it refuses."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from pymongo.database import Database

from newsdesk.web.api.cursors import closed
from newsdesk.web.security.accounts import Accounts
from pipelines.timing import clock
from schedules.job import JobFiles
from tests.support.console import Answer, Client, Served
from tests.support.reading import COPY, EDITED, furnish
from tests.support.samples import sample
from tests.support.shelf import put

API = "/api/v1"
ALERT = "layout_changed/guancha/guancha-night"
JSON = {"Content-Type": "application/json"}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def read(answer: Answer) -> Any:
    assert answer.status == 200, answer.text
    return json.loads(answer.text)


def refused(answer: Answer, status: int) -> str:
    assert answer.status == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    said = json.loads(answer.text)
    assert said["status"] == status
    detail: str = said["detail"]
    assert detail
    return detail


def fill_lists(database: Database[dict[str, Any]], now: datetime) -> None:
    """Five stories, one of them of today; a hot list of ten, the first of which was seen in another
    list nine times."""
    for number in range(5):
        at = now - timedelta(days=number, hours=1)
        put(
            database,
            [sample(1_000 + number, key=str(number), title=f"文章{number}", published_at=at)],
            now,
        )
        members = [f"guancha:{number}", *(f"sina:{number}{copy}" for copy in range(5 - number))]
        database["stories"].insert_one(
            {
                "_id": f"guancha:{number}",
                "members": members,
                "titles": [f"文章{number}"],
                "sources": [],
                "sites": ["guancha", "sina"],
                "first": {"article": f"guancha:{number}", "published_at": at},
                "first_published_at": at,
                "last_published_at": at,
                "updated_at": now,
            }
        )
    hour = timedelta(hours=1)
    rows: list[tuple[str, int, datetime, int | None]] = [
        ("news", number, now - number * hour, None) for number in range(1, 10)
    ]
    rows += [("hot", rank, now - 2 * hour, rank) for rank in range(1, 11)]
    database["sightings"].insert_many(
        {
            "_id": f"{source}/{number}",
            "article": "guancha:0" if source == "news" or rank == 1 else f"guancha:{number}",
            "site": "guancha",
            "source": source,
            "at": at,
            "until": None,
            "rank": rank,
            "title": None,
            "comment_count": 9 - number if source == "news" else 1,
            "read_count": None,
            "job": None,
        }
        for source, number, at, rank in rows
    )


async def whole(client: Client, path: str) -> list[Any]:
    """Goes through all pages of a list."""
    found, after = [], ""
    for _page in range(100):
        page = read(await client.get(f"{path}{after}"))
        found += page["items"]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"
    raise AssertionError("the list has no end")


@pytest.mark.parametrize(
    ("path", "collection"),
    [("/articles?limit=7", "articles"), ("/jobs?limit=7", "jobs")],
)
async def test_lists_are_whole_by_pages(
    seeded: Served, database: Database[dict[str, Any]], path: str, collection: str
) -> None:
    async with seeded.client() as client:
        found = await whole(client, API + path)
    ids = [each["id"] for each in found]
    assert len(ids) == len({*ids})
    assert {*ids} == {each["_id"] for each in database[collection].find({}, {"_id": 1})}


async def test_a_query_finds_and_filters_narrow(seeded: Served) -> None:
    async with seeded.client() as client:
        q = quote("车间 AND 试产")
        found = await whole(client, f"{API}/articles?q={q}&limit=4&site=sina")
        best = read(await client.get(f"{API}/articles?q={q}&sort=best"))["items"]
        assert found
        assert {each["site"] for each in found} == {"sina"}
        assert {each["id"] for each in found} < {each["id"] for each in best}
        assert "column" in refused(await client.get(f"{API}/articles?q={quote('(车间')}"), 400)
        assert "choose from" in refused(await client.get(f"{API}/articles?site=none"), 404)


async def test_an_article_and_all_about_it(
    seeded: Served, database: Database[dict[str, Any]]
) -> None:
    one = database["articles"].find_one()
    assert one is not None
    database["articles"].update_one({"_id": one["_id"]}, {"$set": {"body": "<b>5 < 6</b>"}})
    about = f"{API}/articles/{one['_id']}"
    async with seeded.client() as client:
        article = read(await client.get(about))
        assert (article["id"], article["body"]) == (one["_id"], "<b>5 < 6</b>")
        states = read(await client.get(f"{about}/history"))["states"]
        assert [each["revision"] for each in states] == [one["revision"]]
        database["articles"].update_one({"_id": one["_id"]}, {"$set": {"edits": 2}})
        assert read(await client.get(about))["edits"] == 2
        assert one["_id"] not in {
            each["id"] for each in read(await client.get(f"{about}/similar"))["items"]
        }
        assert read(await client.get(f"{about}/sightings"))["items"] == []
        assert "not stored" in refused(await client.get(f"{API}/articles/sina:none"), 404)
        refused(await client.get(f"{API}/stories/none"), 404)


async def test_a_history_by_pages(seeded: Served, database: Database[dict[str, Any]]) -> None:
    now = clock.now()
    stored = sample(77, title="第五次的题")
    put(database, [stored], now)
    database["articles"].update_one({"_id": stored.id}, {"$set": {"revision": 5}})
    database["revisions"].insert_many(
        {
            "_id": f"{stored.id}@{number}", "article": stored.id, "revision": number,
            "stored_at": now, "replaced_at": now, "changed": ["title"],
            "document": {"title": f"第{number}次的题", "stored_at": now},
        }
        for number in range(1, 5)
    )  # fmt: skip
    about = f"{API}/articles/{stored.id}/history"
    async with seeded.client() as client:
        whole = read(await client.get(about))
        assert whole["next"] is None
        assert [each["revision"] for each in whole["states"]] == [1, 2, 3, 4, 5]
        for limit in (1, 2, 4, 5):
            found, after = [], None
            for _page in range(5):
                page = f"{about}?limit={limit}" + (f"&after={after}" if after else "")
                answer = read(await client.get(page))
                found += answer["states"]
                after = answer["next"]
                if after is None:
                    break
            assert found == whole["states"], limit
        assert found[4]["changes"]["title"] == {"before": "第4次的题", "after": "第五次的题"}
        for cursor in ("1x", "-1", "9" * 10, "²"):
            assert "is no cursor" in refused(
                await client.get(f"{about}?after={closed(cursor)}"), 400
            )


async def test_what_is_like_an_article(console: Served, database: Database[dict[str, Any]]) -> None:
    furnish(database)
    async with console.client() as client:
        found = read(await client.get(f"{API}/articles/{EDITED}/similar"))["items"]
    assert [(each["id"], each["site"], each["jaccard"]) for each in found] == [(COPY, "sina", 1.0)]
    assert found[0]["url"].startswith("https://")


async def test_an_export_is_whole(seeded: Served, database: Database[dict[str, Any]]) -> None:
    async with seeded.client() as client:
        answer = await client.get(f"{API}/articles.jsonl?site=sina")
    assert answer.headers["Content-Type"].startswith("application/x-ndjson")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    sinas = {each["_id"] for each in database["articles"].find({"site": "sina"}, {"_id": 1})}
    assert {line["_id"] for line in lines if "_id" in line} == sinas


async def test_how_the_desk_stands(seeded: Served) -> None:
    async with seeded.client() as client:
        tonight = read(await client.get(f"{API}/tonight"))
        assert tonight["verdict"] == "needs_you"
        assert ALERT in {each["key"] for each in tonight["alerts"]}
        topics = read(await client.get(f"{API}/topics"))["items"]
        trial = read(
            await client.get(f"{API}/topics/{topics[0]['name']}/trial?terms={quote('车间')}")
        )
        assert trial["looked_at"]["stored"] == 30
        assert trial["matched"] > 0
        [word] = trial["words"]
        assert (word["term"], word["articles"], word["alone"]) == (
            "车间", trial["matched"], trial["matched"],
        )  # fmt: skip
        sites = read(await client.get(f"{API}/sites"))["items"]
        assert {"guancha", "sina"} <= {each["site"] for each in sites}
        assert read(await client.get(f"{API}/hot/guancha"))["items"] == []
        schedules = read(await client.get(f"{API}/schedules"))["items"]
        assert "sina-night" in {each["schedule"] for each in schedules}
        refused(await client.get(f"{API}/jobs/none"), 404)
        job = read(await client.get(f"{API}/jobs?limit=1"))["items"][0]["id"]
        assert "log" in refused(await client.get(f"{API}/jobs/{job}/log"), 404)


async def test_stories_hot_lists_and_sightings_by_pages(
    seeded: Served, database: Database[dict[str, Any]]
) -> None:
    now = clock.now()
    fill_lists(database, now)
    async with seeded.client() as client:
        stories = await whole(client, f"{API}/stories?limit=2")
        assert [each["copies"] for each in stories] == [6, 5, 4, 3, 2]
        assert stories[0]["title"] == "文章0"
        assert len(read(await client.get(f"{API}/stories?days=1"))["items"]) == 1
        refused(await client.get(f"{API}/stories?topic=none"), 404)
        refused(await client.get(f"{API}/stories?after={closed('x')}"), 400)
        lists = await whole(client, f"{API}/hot/guancha?limit=3")
        assert [each["rank"] for each in lists] == [*range(1, 11)]
        earlier = quote((now - timedelta(hours=3)).isoformat())
        assert await whole(client, f"{API}/hot/guancha?limit=3&at={earlier}") == []
        seen = await whole(client, f"{API}/articles/guancha:0/sightings?limit=4")
        assert [each["comment_count"] for each in seen] == [*range(7), 1, 7, 8]
        refused(await client.get(f"{API}/articles/guancha:0/sightings?after={closed('x')}"), 400)


async def test_no_operation_takes_what_it_does_not_know(seeded: Served) -> None:
    async with seeded.client() as client:
        described = read(await client.get(f"{API}/openapi.json"))
        for path, methods in described["paths"].items():
            for method in methods:
                said = await client.ask(
                    method.upper(), f"{re.sub('{[a-z]+}', 'x', path)}?sitte=sina", json={}
                )
                assert "no parameter 'sitte'" in refused(said, 400), path


async def test_head_is_answered_as_get_would_be(seeded: Served) -> None:
    async with seeded.client() as client:
        described = read(await client.get(f"{API}/openapi.json"))
        paths = [path for path, methods in described["paths"].items() if "get" in methods]
        for path in [*(re.sub("{[a-z]+}", "x", path) for path in paths), "/", "/pulse"]:
            head = await client.ask("HEAD", path)
            assert head.text == ""
            if path != "/pulse":  # it never ends
                assert head.status == (await client.get(path)).status, path
            assert head.status in {200, 404}
        for _export in range(5):  # none of them takes a place
            assert (await client.ask("HEAD", f"{API}/articles.jsonl")).status == 200


async def test_a_log_by_its_end(seeded: Served) -> None:
    async with seeded.client() as client:
        job = read(await client.get(f"{API}/jobs?limit=1"))["items"][0]["id"]
        file = JobFiles.of(seeded.settings.jobs_dir, job).log
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("first\nlast\n", encoding="utf-8")
        log = read(await client.get(f"{API}/jobs/{job}/log"))
    assert [each["text"] for each in log["lines"]][:2] == ["first", "last"]


async def test_operators_change_and_readers_do_not(
    seeded: Served, database: Database[dict[str, Any]]
) -> None:
    accounts = Accounts.of(seeded.settings)
    reader, board = accounts.add_token("reader", "read"), accounts.add_token("board", "operate")
    night = f"{API}/schedules/sina-night"
    changes: list[tuple[str, Any]] = [
        (f"{night}/change", {"changes": {"after": "guancha-night"}, "arguments": {"limit": "9"}}),
        (f"{night}/reset", None),
        (f"{night}/pause", {"note": "a test"}),
        (f"{night}/resume", None),
        (f"{night}/run", None),
        (f"{API}/alerts/acknowledge", {"alert": ALERT}),
    ]
    async with seeded.client() as client:
        answer = await client.get(f"{API}/tonight")
        refused(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        refused(await client.get(f"{API}/tonight", **bearer("nd_none")), 401)
        assert read(await client.get(f"{API}/tonight", **bearer(reader)))
        for path, body in changes:
            told = await client.ask("POST", path, json=body, headers=bearer(reader))
            assert "role operate" in refused(told, 403)
        assert database["changes"].count_documents({"via": "token"}) == 0
        for path, body in changes:
            assert read(await client.ask("POST", path, json=body, headers=bearer(board)))
        asked = read(await client.ask("POST", f"{night}/run", headers=bearer(board)))
        job = f"{API}/jobs/{asked['job']}"
        refused(await client.ask("POST", f"{job}/retry", headers=bearer(board)), 409)
        read(await client.ask("POST", f"{job}/cancel", headers=bearer(board)))
        read(await client.ask("POST", f"{job}/retry", headers=bearer(board)))
        refused(await client.ask("POST", f"{job}/cancel", headers=bearer(board)), 409)
    done = {each["action"] for each in database["changes"].find({"via": "token", "by": "board"})}
    assert done == {
        "schedule.change", "schedule.reset", "schedule.pause", "schedule.resume", "schedule.run",
        "alert.acknowledge", "job.cancel", "job.retry",
    }  # fmt: skip


async def test_a_change_of_a_schedule_is_tried_and_made(seeded: Served) -> None:
    night = f"{API}/schedules/sina-night"
    calendar = "every 2 weeks at 03:30 from 2026-01-05"
    async with seeded.client() as client:
        before = read(await client.get(night))
        tried = read(await client.get(f"{night}/preview?change={quote(f'calendar={calendar}')}"))
        assert tried["trigger"] == f"calendar {calendar} on"
        assert len(tried["next"]) == 5
        assert read(await client.get(night)) == before
        body: dict[str, Any] = {"changes": {"after": "guancha-night"}, "note": "a test"}
        made = read(await client.ask("POST", f"{night}/change", json=body, headers=JSON))
        assert (made["after"], made["next"], made["note"]) == ("guancha-night", [], "a test")
        assert (made["follows"]["schedule"], len(made["follows"]["next"])) == ("guancha-night", 5)
        body = {"changes": {"after": "sina-night"}}
        other = await client.ask(
            "POST", f"{API}/schedules/guancha-night/change", json=body, headers=JSON
        )
        assert "waits for itself" in refused(other, 400)
        assert read(await client.ask("POST", f"{night}/reset", headers=JSON)) == before


async def test_a_cookie_alone_changes_nothing(seeded: Served) -> None:
    path = f"{API}/schedules/sina-night/pause"
    async with seeded.client() as client:  # nobody has an account: whoever is here operates
        assert "token" in refused(await client.ask("POST", path), 403)
        refused(await client.ask("POST", path, data={"note": "a form"}), 403)
        elsewhere = {"Origin": "https://evil.example"}
        refused(await client.ask("POST", path, json={}, headers=elsewhere), 403)
        read(await client.ask("POST", path, json={}))
        Accounts.of(seeded.settings).add("wang", "operate", "four words or more")
        await client.log_in("wang", "four words or more")
        read(await client.get(f"{API}/tonight"))
        refused(await client.ask("POST", path, json={}), 403)
        refused(await client.ask("POST", path, headers=JSON), 403)


@pytest.mark.parametrize(
    "query",
    [
        "site[$ne]=x",
        "unknown=1",
        f"q={'x' * 2001}",
        f"site={'x' * 101}",
        "limit=0",
        "limit=201",
        "since=yesterday",
        "after=!",
        f"after={'A' * 801}",
        f"after={closed('x')}",
        f"after={closed('0001-01-01T00:00:00+14:00/x')}",
    ],
)
async def test_what_cannot_be_asked(seeded: Served, query: str) -> None:
    async with seeded.client() as client:
        for path in ("articles", "jobs"):
            refused(await client.get(f"{API}/{path}?{query}"), 400)


async def test_no_operator_of_mongodb_gets_in(
    seeded: Served, database: Database[dict[str, Any]]
) -> None:
    bad = '{"$gt":""}'
    async with seeded.client() as client:
        for path in ("articles", "jobs", "hot", "topics", "schedules", "stories"):
            answer = await client.get(f"{API}/{path}/{quote(bad, safe='')}")
            refused(answer, 404)
        for name in ("site", "topic", "source", "section"):
            refused(await client.get(f"{API}/articles?{name}={quote(bad)}"), 404)
        wrong: list[Any] = [{"$gt": ""}, [], None, 1, "\ud800", "x" * 301]
        for alert in wrong:
            answer = await client.ask("POST", f"{API}/alerts/acknowledge", json={"alert": alert})
            refused(answer, 400)
        long = await client.ask(
            "POST", f"{API}/alerts/acknowledge", data=b"[" * 200_000, headers=JSON
        )
        refused(long, 400)
        large = await client.ask(
            "POST", f"{API}/alerts/acknowledge", data=b"x" * 300_000, headers=JSON
        )
        refused(large, 413)
        refused(await client.ask("DELETE", f"{API}/jobs", headers=JSON), 405)
        refused(await client.get(f"{API}/none"), 404)
    assert (
        database["changes"].count_documents({"via": "console", "action": "alert.acknowledge"}) == 0
    )


async def test_its_page_shows_every_operation(seeded: Served) -> None:
    async with seeded.client() as client:
        described = read(await client.get(f"{API}/openapi.json"))
        page = await client.get("/api/docs")
    assert page.status == 200
    for path in described["paths"]:
        assert f"{path.removeprefix(API)}</code>" in page.text
    for methods in described["paths"].values():
        for operation in methods.values():
            assert operation["security"] == [{"token": []}]
