"""The guard: names, origins, forms, roles, tokens, and the headers of every answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pymongo.database import Database
from starlette.types import ASGIApp, Message
from yarl import URL

from newsdesk.exceptions import NotSafe
from newsdesk.web.app import create_app
from newsdesk.web.security.accounts import Accounts
from newsdesk.web.security.guard import HEADERS, LARGEST_BODY
from newsdesk.web.serving import check_safe
from pipelines.config import Settings
from tests.support.console import Served

PASSWORD = "four words or more"
ALERT = "layout_changed/guancha/guancha-night"


@pytest.mark.parametrize("path", ["/", "/login", "/nothing", "/static/console.css"])
async def test_every_answer_has_the_headers(console: Served, path: str) -> None:
    async with console.client() as client:
        answer = await client.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value


@pytest.mark.parametrize("path", ["/", "/nothing", "/static/console.css", "/api/v1/night"])
async def test_head_is_get_without_a_body(console: Served, path: str) -> None:
    async with console.client() as client:
        whole, alone = await client.get(path), await client.ask("HEAD", path)
        assert (alone.status, alone.text) == (whole.status, "")
        assert alone.headers["Content-Type"] == whole.headers["Content-Type"]
        for name, value in HEADERS.items():
            assert alone.headers[name] == value


async def test_head_of_what_streams_ends_at_once(seeded: Served) -> None:
    async with seeded.client() as client:
        for path in ("/pulse", "/exports/csv"):
            async with asyncio.timeout(5):
                assert (await client.ask("HEAD", path)).status == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("127.0.0.1:80", 200),
        ("[::1]", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
    ],
)
async def test_names_of_others_are_not_answered(console: Served, host: str, status: int) -> None:
    async with console.client() as client:
        assert (await client.get("/", Host=host)).status == status


async def test_a_change_needs_a_form_of_ours(seeded: Served) -> None:
    async with seeded.client() as client:
        bare = await client.ask("POST", "/alerts/acknowledge", data={"alert": ALERT})
        forged = await client.ask(
            "POST", "/alerts/acknowledge", data={"alert": ALERT, "csrf": "x.y.z"}
        )
        own = await client.post("/alerts/acknowledge", alert=ALERT)
        assert (bare.status, forged.status, own.status) == (403, 403, 303)
        async with seeded.client() as other:
            page = (await other.get("/")).text
        token = page.partition('name="csrf" value="')[2].partition('"')[0]
        stolen = await client.ask(
            "POST", "/alerts/acknowledge", data={"alert": ALERT, "csrf": token}
        )
        assert stolen.status == 403


async def test_no_operator_of_mongodb_gets_in(
    seeded: Served, database: Database[dict[str, Any]]
) -> None:
    async with seeded.client() as client:
        for name, value in (("alert[$ne]", "x"), ("alert", '{"$ne": null}'), ("alert", "x" * 301)):
            answer = await client.post("/alerts/acknowledge", **{name: value})
            assert answer.status in {400, 404}
    assert database["alerts"].count_documents({"acknowledged_by": {"$ne": "wang"}}) == 1
    assert database["changes"].count_documents({"action": "alert.acknowledge"}) == 0


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_another_origin_changes_nothing(seeded: Served, headers: dict[str, str]) -> None:
    async with seeded.client(**headers) as client:
        assert (await client.post("/alerts/acknowledge", alert=ALERT)).status == 403


@pytest.mark.parametrize(
    ("site", "mode", "status"),
    [
        ("cross-site", "no-cors", 403),
        ("cross-site", "cors", 403),
        ("cross-site", "navigate", 200),
        ("same-origin", "cors", 200),
        ("none", "navigate", 200),
    ],
)
async def test_pages_of_other_sites_cost_nothing(
    console: Served, site: str, mode: str, status: int
) -> None:
    async with console.client(**{"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}) as client:
        assert (await client.get("/exports/csv")).status == status


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "Via", "X-Real-IP"])
async def test_through_a_proxy_somebody_must_be_known(console: Served, header: str) -> None:
    async with console.client(**{header: "192.0.2.1"}) as client:
        assert (await client.get("/")).status == 403
        Accounts.of(console.settings).add("wang", "operate", PASSWORD)
        await client.log_in("wang", PASSWORD)
        assert (await client.get("/")).status == 200


@pytest.mark.parametrize(
    ("client", "names", "status"),
    [
        ("127.0.0.1", "", 200),
        ("::1", "", 200),
        ("192.0.2.7", "", 403),
        ("127.0.0.1", "desk.example", 403),
        (None, "", 403),
    ],
)
async def test_nobody_else_operates_once_the_last_account_is_gone(
    own_settings: Settings, client: str | None, names: str, status: int
) -> None:
    settings = own_settings.model_copy(update={"web_host": "::", "web_names": names})
    accounts = Accounts.of(settings)
    accounts.add("wang", "operate", PASSWORD)
    app = create_app(settings)
    assert await _status(app, client) == 401
    accounts.remove("wang")
    assert await _status(app, client) == status


async def _status(app: ASGIApp, client: str | None) -> int:
    """What an application answers to somebody at an address."""
    said: list[Message] = []

    async def hear() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def say(message: Message) -> None:
        said.append(message)

    asked = {
        "type": "http", "method": "GET", "path": "/api/v1/sites", "query_string": b"",
        "root_path": "", "scheme": "http", "http_version": "1.1",
        "headers": [(b"host", b"localhost")], "client": client and (client, 1), "server": None,
    }  # fmt: skip
    await app(asked, hear, say)
    return int(said[0]["status"])


async def test_large_and_endless_bodies(console: Served) -> None:
    async with console.client() as client:
        large = await client.ask("POST", "/preferences", data=b"x" * (LARGEST_BODY + 1))
        assert large.status == 413

        async def endless() -> Any:
            yield b"language=en"

        assert (await client.ask("POST", "/preferences", data=endless())).status == 411


async def test_who_may_what(seeded: Served, database: Database[dict[str, Any]]) -> None:
    accounts = Accounts.of(seeded.settings)
    accounts.add("li", "read", PASSWORD)
    accounts.add("wang", "operate", PASSWORD)
    async with seeded.client() as client:
        asked = await client.get("/?a=1")
        assert (asked.status, asked.headers["Location"]) == (303, "/login?next=%2F%3Fa%3D1")
        assert (await client.log_in("li", "not the password")).status == 403
        assert (await client.log_in("nobody", PASSWORD)).status == 403
        entered = await client.log_in("li", PASSWORD)
        assert (entered.status, entered.headers["Location"]) == (303, "/")
        page = await client.get("/")
        assert page.status == 200
        assert "/alerts/acknowledge" not in page.text
        refused = await client.post("/alerts/acknowledge", alert=ALERT)
        assert refused.status == 403
        assert (await client.post("/logout")).status == 303
        assert (await client.get("/")).status == 303
        await client.log_in("wang", PASSWORD)
        assert (await client.post("/alerts/acknowledge", alert=ALERT)).status == 303
    change = database["changes"].find_one({"action": "alert.acknowledge"})
    assert change is not None
    assert (change["by"], change["via"], change["subject"]) == ("wang", "console", ALERT)
    found = database["alerts"].find_one({"open": ALERT})
    assert found is not None
    assert found["acknowledged_by"] == "wang"


async def test_a_copied_session_ends_with_the_one_that_is_logged_out(console: Served) -> None:
    Accounts.of(console.settings).add("wang", "operate", PASSWORD)
    async with console.client() as client, console.client() as other, console.client() as thief:
        await client.log_in("wang", PASSWORD)
        await other.log_in("wang", PASSWORD)
        for cookie in client.session.cookie_jar:
            thief.session.cookie_jar.update_cookies({cookie.key: cookie.value}, URL(console.url))
        assert (await thief.get("/")).status == 200
        assert (await client.post("/logout")).status == 303
        assert (await thief.get("/")).status == 303
        assert (await other.get("/")).status == 200
        await client.log_in("wang", PASSWORD)
        assert (await client.get("/")).status == 200


async def test_a_session_ends_with_its_password(console: Served) -> None:
    accounts = Accounts.of(console.settings)
    accounts.add("wang", "operate", PASSWORD)
    async with console.client() as client:
        await client.log_in("wang", PASSWORD)
        assert (await client.get("/")).status == 200
        accounts.add("wang", "operate", PASSWORD + "!")
        assert (await client.get("/")).status == 303


async def test_tokens(seeded: Served, database: Database[dict[str, Any]]) -> None:
    accounts = Accounts.of(seeded.settings)
    reads, operates = accounts.add_token("board", "read"), accounts.add_token("bot", "operate")
    assert reads not in accounts.file.read_text()
    form = {"alert": ALERT}
    for token, got, changed in (("wrong", 401, 401), (reads, 200, 403), (operates, 200, 303)):
        async with seeded.client(Authorization=f"Bearer {token}") as client:
            assert (await client.get("/")).status == got
            assert (await client.ask("POST", "/alerts/acknowledge", data=form)).status == changed
    change = database["changes"].find_one({"action": "alert.acknowledge"})
    assert change is not None
    assert (change["by"], change["via"]) == ("bot", "token")
    accounts.revoke("bot")
    async with seeded.client(Authorization=f"Bearer {operates}") as client:
        assert (await client.get("/")).status == 401


async def test_many_failures_are_refused_before_they_are_looked_at(console: Served) -> None:
    Accounts.of(console.settings).add("wang", "operate", PASSWORD)
    async with console.client() as client:
        states = [(await client.log_in("wang", "wrong wrong")).status for _ in range(11)]
        assert states == [403] * 10 + [429]
        right = await client.log_in("wang", PASSWORD)
        assert right.status == 429
        assert 0 < int(right.headers["Retry-After"]) <= 900


async def test_a_login_leads_nowhere_else(console: Served) -> None:
    Accounts.of(console.settings).add("wang", "operate", PASSWORD)
    for back in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"):
        async with console.client() as client:
            answer = await client.post(
                "/login", page="/login", name="wang", password=PASSWORD, back=back
            )
            assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    "changes", [{"web_host": "192.0.2.7"}, {"web_host": "::"}, {"web_names": "desk.example"}]
)
def test_others_are_answered_only_with_accounts(
    own_settings: Settings, changes: dict[str, str]
) -> None:
    settings = own_settings.model_copy(update=changes)
    with pytest.raises(NotSafe, match="newsdesk web user add NAME"):
        check_safe(settings)
    Accounts.of(settings).add("wang", "operate", PASSWORD)
    check_safe(settings)
