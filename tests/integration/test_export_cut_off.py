"""mongod or an export is killed half-way: its last line is true, and what is resumed is equal."""

from __future__ import annotations

import asyncio
import csv
import json
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import aiohttp
import pytest
from attrs import define
from pydantic import SecretStr

from pipelines.config import Settings
from pipelines.storage.queries import opened
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.server import embedded
from tests.pipelines.storage.support import kill_server
from tests.support.command import COMMAND, Desk
from tests.support.console import Client, Served, served
from tests.support.ports import free_port
from tests.support.samples import MORNING, sample
from tests.support.shelf import put

NUMBER = 8_000
A_DAY = 400
IMPATIENT = "&serverSelectionTimeoutMS=1000&connectTimeoutMS=1000"
FORMS = ("jsonl", "csv", "xlsx", "parquet")
LONGEST_SECONDS = 60.0
SOAK = pytest.mark.soak
CREATED = "docProps/core.xml"
"""Says when a workbook was made."""


@define
class Shelf:
    """A mongod of these tests alone, its articles, and whole exports of them by format."""

    server: Settings
    desk: Desk
    whole: dict[str, Any]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("shelf")
    server = Settings(data_dir=folder / "mongod", db_port=free_port())
    embedded.ensure_running(server)
    uri = SecretStr(embedded.uri_of(server) + IMPATIENT)
    desk = Desk(server.model_copy(update={"mongodb_uri": uri}))
    with opened(server) as database:
        ensure_schema(database)
        put(database, map(article, range(NUMBER)))
    whole = {}
    for form in FORMS:
        path = folder / f"whole.{form}"
        said = desk.call("export", path)
        assert said.code == 0, said.err
        whole[form] = content(path)
    yield Shelf(server, desk, whole)
    embedded.stop(server)


def article(number: int) -> Any:
    """Two at a time, so many a day."""
    return sample(number, published_at=MORNING - timedelta(days=number // 2 * 2 / A_DAY))


def content(path: Path) -> Any:
    """All that an export holds."""
    if path.is_dir():
        files = sorted(each for each in path.rglob("*") if each.is_file())
        return {str(each.relative_to(path)): each.read_bytes() for each in files}
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist() if name != CREATED}


def record_of(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.with_name(f"{path.name}.export.json").read_bytes())
    except FileNotFoundError:
        return {"articles": 0}
    return found


def half_way(path: Path) -> None:
    """Waits until some articles are safe."""
    patience = time.monotonic() + LONGEST_SECONDS
    while record_of(path)["articles"] == 0:
        assert time.monotonic() < patience
        time.sleep(0.005)


@pytest.mark.parametrize("form", ["jsonl", *(pytest.param(form, marks=SOAK) for form in FORMS[1:])])
def test_mongod_is_killed(shelf: Shelf, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"cut.{form}"
    with shelf.desk.start("export", path) as process:
        assert process.stderr
        half_way(path)
        kill_server(shelf.server)
        said = process.stderr.read()
    embedded.ensure_running(shelf.server)
    assert process.returncode == 3, said
    record = record_of(path)
    assert 0 < record["articles"] < NUMBER
    last = said.splitlines()[-1]
    assert f"cursor {record['cursor']}, after {record['articles']:,} articles" in last
    assert "Cut off at" in last
    assert last.endswith(f"newsdesk export {path} --resume")
    assert "MongoDB" in said
    if form == "jsonl":
        *lines, end = path.read_bytes().splitlines()
        assert len(lines) == record["articles"]
        assert json.loads(end)["_export"] == {
            name: record[name] for name in ("state", "articles", "cursor", "reason")
        }
    if form == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == record["articles"]
        assert rows[-1]["id"] == record["cursor"].partition("/")[2]
    if form == "xlsx":
        assert not path.exists()
    again = shelf.desk.run("export", path, "--resume")
    assert again.code == 0, again.err
    assert again.err.splitlines()[-1] == f"Complete: {NUMBER:,} articles in {path}."
    assert content(path) == shelf.whole[form]
    assert {each.name for each in tmp_path.iterdir()} == {path.name, f"{path.name}.export.json"}


@SOAK
async def test_a_download_of_the_console_says_that_it_was_cut_off(shelf: Shelf) -> None:
    with served(shelf.desk.settings) as console:
        for form in FORMS:
            data, is_whole = await taken_while_mongod_dies(console, form, shelf.server)
            embedded.ensure_running(shelf.server)
            assert not is_whole, form
            assert len(data) < len(shelf.whole["jsonl"])
            if form == "jsonl":
                *lines, end = data.splitlines()
                about = json.loads(end)["_export"]
                assert (about["state"], about["articles"]) == ("cut off", len(lines))
            if form == "csv":
                assert shelf.whole["csv"].startswith(data), "what came is right"
        async with console.client() as client, answering(client, "csv") as answer:
            assert await answer.read() == shelf.whole["csv"]


@asynccontextmanager
async def answering(client: Client, form: str) -> AsyncIterator[aiohttp.ClientResponse]:
    """A download that has begun. While MongoDB was away a moment ago, the console says 503."""
    patience = time.monotonic() + LONGEST_SECONDS
    while True:
        async with client.session.get(f"{client.url}/exports/{form}") as answer:
            if answer.status == 200:
                yield answer
                return
        assert answer.status == 503
        assert time.monotonic() < patience
        await asyncio.sleep(0.2)


async def taken_while_mongod_dies(console: Served, form: str, server: Settings) -> Any:
    """What came of a download, and whether its connection said that this is all."""
    data = b""
    async with console.client() as client, answering(client, form) as answer:
        await asyncio.to_thread(kill_server, server)
        try:
            async for piece in answer.content.iter_any():
                data += piece
        except aiohttp.ClientPayloadError:
            return data, False
    return data, True


@pytest.mark.parametrize(
    "form",
    ["csv", "parquet", pytest.param("jsonl", marks=SOAK), pytest.param("xlsx", marks=SOAK)],
)
def test_the_export_is_killed_again_and_again(shelf: Shelf, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"killed.{form}"
    arguments: list[str] = []
    before = -1
    for _time in range(2):
        with shelf.desk.start("export", path, *arguments) as process:
            patience = time.monotonic() + LONGEST_SECONDS
            while record_of(path)["articles"] <= max(before, 0):
                assert time.monotonic() < patience
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
        record = record_of(path)
        assert record["state"] == "unfinished"
        before, arguments = record["articles"], ["--resume"]
    refused = shelf.desk.call("export", path)
    assert refused.code == 2
    assert "is not whole yet" in refused.err
    other = shelf.desk.call("export", path, "--resume", "--site", "sina")
    assert other.code == 2
    assert "Something else was begun" in other.err
    again = shelf.desk.run("export", path, "--resume")
    assert again.code == 0, again.err
    assert content(path) == shelf.whole[form]
    nothing = shelf.desk.call("export", path, "--resume")
    assert nothing.err.splitlines()[-1] == f"Complete: {NUMBER:,} articles in {path}."
    assert content(path) == shelf.whole[form]


def test_stopped_by_hand(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "stopped.csv"
    with shelf.desk.start("export", path) as process:
        assert process.stderr
        half_way(path)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130, said
    assert "Cut off at" in said.splitlines()[-1]
    assert record_of(path)["state"] == "cut off"
    assert shelf.desk.call("export", path, "--resume").code == 0
    assert content(path) == shelf.whole["csv"]


@pytest.mark.parametrize(
    ("form", "kilobytes"),
    [
        ("csv", 3000),
        pytest.param("jsonl", 3000, marks=SOAK),
        pytest.param("xlsx", 600, marks=SOAK),
        ("xlsx", 6000),
    ],
)
def test_a_disk_is_full(shelf: Shelf, tmp_path: Path, form: str, kilobytes: int) -> None:
    """No file may become larger: within the rows, or, of a workbook, when it is put together."""
    path = tmp_path / f"full.{form}"
    ended = subprocess.run(
        [
            "bash",
            "-c",
            f'ulimit -f {kilobytes} && exec "$@"',
            "bash",
            *COMMAND,
            "export",
            str(path),
        ],
        env=shelf.desk.environment(),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert ended.returncode == 3, ended.stderr
    assert "File too large" in ended.stderr
    assert "Cut off at" in ended.stderr.splitlines()[-1]
    assert record_of(path)["state"] == "cut off"
    assert shelf.desk.call("export", path, "--resume").code == 0
    assert content(path) == shelf.whole[form]


def test_an_embedded_mongod_is_revived_and_the_export_goes_on(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "revived.jsonl"
    with Desk(shelf.server).start("export", path) as process:
        assert process.stderr
        half_way(path)
        kill_server(shelf.server)
        said = process.stderr.read()
    assert process.returncode == 0, said
    assert content(path) == shelf.whole["jsonl"]


def test_what_is_gone_is_not_gone_on_with(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "gone.csv"
    with shelf.desk.start("export", path) as process:
        half_way(path)
        process.send_signal(signal.SIGKILL)
    with path.open("r+b") as file:
        file.truncate(100)
    said = shelf.desk.call("export", path, "--resume")
    assert said.code == 2
    assert "holds less than" in said.err
    record = path.with_name("gone.csv.export.json")
    record.write_text("{")
    assert "cannot be read" in shelf.desk.call("export", path, "--resume").err
    assert shelf.desk.call("export", path, "--overwrite").code == 0
    assert content(path) == shelf.whole["csv"]
