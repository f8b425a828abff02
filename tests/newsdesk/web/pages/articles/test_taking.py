"""Results as files: the same as `newsdesk export`, and a cut is seen. Feeds without a session."""

from __future__ import annotations

import asyncio
import csv
import io
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import feedparser
import openpyxl
import orjson
import pyarrow.parquet as pq
import pytest
from pymongo.database import Database

from newsdesk.answers.export.formats.cells import HEADINGS
from newsdesk.answers.export.selection import Chosen
from newsdesk.web.pages.articles import taking
from newsdesk.web.security.accounts import Accounts
from newsdesk.web.security.visitor import Visitor
from pipelines.items import Source
from pipelines.storage.exceptions import StorageError
from pipelines.timing import clock
from tests.support.console import Client, Served
from tests.support.programs import read_by_newsboat
from tests.support.samples import sample
from tests.support.shelf import put
from tests.support.waiting import until

MANY = 1_203
PASSWORD = "four words or more"


@pytest.fixture
def shelf(console: Served, database: Database[dict[str, Any]]) -> Served:
    """The console with a shelf full of articles: one headline would be calculated."""
    put(
        database,
        (
            sample(
                number,
                title="=1+1" if number == 5 else f"第{number}号晶圆",
                source=Source(name=("样报", "山城晚报")[number % 2]),
            )
            for number in range(MANY)
        ),
    )
    return console


async def taken(client: Client, path: str) -> tuple[bytes, Any]:
    async with client.session.get(client.url + path) as answer:
        assert answer.status == 200
        return await answer.read(), answer.headers


async def received(shelf: Served, path: str) -> tuple[bytes, bool]:
    """What came, and whether the connection said that this is all."""
    data = b""
    async with shelf.client() as client, client.session.get(client.url + path) as answer:
        try:
            async for piece in answer.content.iter_any():
                data += piece
        except aiohttp.ClientPayloadError:
            return data, False
    return data, True


async def test_each_form_is_whole(shelf: Served) -> None:
    async with shelf.client() as client:
        data, headers = await taken(client, "/exports/csv")
        assert headers["Newsdesk-Articles"] == str(MANY)
        assert headers["Transfer-Encoding"] == "chunked"
        assert headers["Content-Disposition"].startswith('attachment; filename="newsdesk-')
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert tuple(rows[0]) == HEADINGS
        assert len(rows) == MANY + 1
        title = HEADINGS.index("title")
        assert "'=1+1" in [row[title] for row in rows]

        data, _headers = await taken(client, "/exports/jsonl")
        lines = [orjson.loads(line) for line in data.splitlines()]
        assert lines[-1] == {"_export": {"state": "complete", "articles": MANY}}
        assert len({line["_id"] for line in lines[:-1]}) == MANY

        data, _headers = await taken(client, "/exports/parquet")
        assert pq.read_table(io.BytesIO(data)).num_rows == MANY

        data, _headers = await taken(client, f"/exports/xlsx?source={quote('山城晚报')}")
        sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True)["articles"]
        assert sheet.max_row == MANY // 2 + 1


async def test_a_query_is_taken_as_it_is_shown(shelf: Served) -> None:
    asked = f"q={quote('7号晶圆')}&source={quote('山城晚报')}"
    async with shelf.client() as client:
        data, headers = await taken(client, f"/exports/jsonl?{asked}")
        found = [orjson.loads(line) for line in data.splitlines()][:-1]
    assert "Newsdesk-Articles" not in headers  # only reading can tell
    assert {each["source"]["name"] for each in found} == {"山城晚报"}
    assert all("7号晶圆" in each["title"] for each in found)
    assert found


async def test_a_cut_is_seen(shelf: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """MongoDB goes away after the first page of articles."""
    whole = Chosen.pages

    def cut(self: Chosen, *given: Any) -> Any:
        yield next(whole(self, *given))
        raise StorageError("MongoDB is away.")

    monkeypatch.setattr(Chosen, "pages", cut)
    for form in ("csv", "jsonl", "parquet"):
        data, whole_end = await received(shelf, f"/exports/{form}")
        assert not whole_end
        if form == "jsonl":
            assert orjson.loads(data.splitlines()[-1])["_export"]["state"] == "cut off"


async def test_downloads_at_once_are_bounded(shelf: Served) -> None:
    others = [Visitor(f"reader-{number}", "read") for number in range(taking.AT_ONCE)]
    for each in others:
        taking._places.begin(each, "file")
    try:
        async with shelf.client() as client:
            answer = await client.get("/exports/csv")
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "30"
    finally:
        for each in others:
            taking._places.end(each)
    async with shelf.client() as client:
        for _time in range(taking.AT_ONCE + 1):  # each gives its place back
            assert (await client.get("/exports/jsonl?limit=1")).status == 200
        assert (await client.get("/exports/pdf")).status == 400


async def begun(shelf: Served, path: str, **headers: str) -> socket.socket:
    """Asks for a file and reads the first byte, and no more."""
    address = urlsplit(shelf.url)
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.settimeout(20)
    reader.connect((address.hostname, address.port))
    lines = [f"GET {path} HTTP/1.1", f"Host: {address.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    reader.sendall("\r\n".join([*lines, "", ""]).encode())
    assert await asyncio.to_thread(reader.recv, 1)
    return reader


async def test_one_reader_holds_one_place(
    shelf: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A piece that lasts is sent to a reader who takes nothing of it."""

    def endless(*_given: object) -> Iterator[bytes]:
        while True:
            yield bytes(1024 * 1024)

    monkeypatch.setattr(taking, "stream", endless)
    monkeypatch.setattr("newsdesk.web.api.articles.stream", endless)
    accounts = Accounts.of(shelf.settings)
    tokens = {name: accounts.add_token(name, "read") for name in ("slow", "other")}
    slow, other = ({"Authorization": f"Bearer {each}"} for each in tokens.values())
    with await begun(shelf, "/exports/csv", **slow):
        async with shelf.client() as client:
            for path, says in (
                ("/exports/xlsx", "北京时间"),
                ("/api/v1/articles.jsonl", "newsdesk-"),
            ):
                refused = await client.get(path, **slow)
                assert (refused.status, refused.headers["Retry-After"]) == (429, "30")
                assert says in refused.text
        with await begun(shelf, "/exports/csv", **other):
            assert len(taking._places._going) == 2
        await until(lambda: len(taking._places._going) == 1)  # who goes away gives the place back
    await until(lambda: not taking._places._going)
    monkeypatch.setattr(taking, "PIECE_SECONDS", 0.1)
    monkeypatch.setattr(taking, "SLOWEST", 1024**3)
    with await begun(shelf, "/exports/csv", **slow) as reader:
        await until(lambda: "of slow is cut off" in caplog.text)
        assert not taking._places._going
        reader.settimeout(20)
        data = b""
        while piece := await asyncio.to_thread(reader.recv, 1024 * 1024):
            data = (data + piece)[-10:]
    assert not data.endswith(b"0\r\n\r\n"), "it must not look whole"


async def test_feeds_are_read_without_a_session(
    shelf: Served, database: Database[dict[str, Any]]
) -> None:
    database["sources"].insert_one(
        {
            "_id": "guancha/latest",
            "site": "guancha",
            "source": "latest",
            "flags": ["stale"],
            "checked_at": clock.now(),
            "flagged_at": clock.now(),
        }
    )
    accounts = Accounts.of(shelf.settings)
    accounts.add("wang", "read", PASSWORD)
    async with shelf.client() as client:
        await client.log_in("wang", PASSWORD)
        page = (await client.get("/articles?site=guancha")).text
    token = page.split("/feeds/rss/", 1)[1].split('"', 1)[0]
    async with shelf.client() as client:  # no cookie, no account
        for form in ("rss", "atom"):
            answer = await client.get(f"/feeds/{form}/{token}")
            assert answer.status == 200
            feed = feedparser.parse(answer.text)
            assert not feed.bozo
            assert "guancha/latest has shown nothing new" in feed.entries[0].title
            assert len(feed.entries) == 101
        data = orjson.loads((await client.get(f"/feeds/json/{token}")).text)
        assert data["version"].startswith("https://jsonfeed.org/")
        assert (await client.get(f"/feeds/rss/{token[:-2]}")).status == 404
        assert (await client.get("/articles")).status == 303
        accounts.add("li", "read", PASSWORD)
        accounts.remove("wang")
        assert (await client.get(f"/feeds/rss/{token}")).status == 404


async def test_a_reader_on_the_desk_reads_them(shelf: Served, tmp_path: Path) -> None:
    """newsboat keeps each article once, however often it looks."""
    Accounts.of(shelf.settings).add("wang", "read", PASSWORD)
    async with shelf.client() as client:
        await client.log_in("wang", PASSWORD)
        page = (await client.get(f"/articles?source={quote('样报')}")).text
        token = page.split("/feeds/rss/", 1)[1].split('"', 1)[0]
        wanted = orjson.loads((await client.get(f"/feeds/json/{token}")).text)["items"]
    for form in ("rss", "atom"):
        address = f"{shelf.url.rstrip('/')}/feeds/{form}/{token}"
        for _look in range(2):
            found = await asyncio.to_thread(read_by_newsboat, tmp_path / form, address)
        assert {(each["guid"], each["title"], each["url"]) for each in found} == {
            (each["id"], each["title"], each["url"]) for each in wanted
        }
        assert len(found) == len(wanted) == 100
        published = {datetime.fromisoformat(each["date_published"]).timestamp() for each in wanted}
        assert {each["pubDate"] for each in found} == published
