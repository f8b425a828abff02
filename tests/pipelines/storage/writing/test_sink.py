"""Batches reach MongoDB: at once, after a restart of the server, or by way of the spool."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.items import Article, PageReport
from pipelines.storage import retries
from pipelines.storage.entries import pack_page, pack_reject
from pipelines.storage.exceptions import BadConnectionString, SpoolFull
from pipelines.storage.queries import opened
from pipelines.storage.search.blocks import gather
from pipelines.storage.server import embedded
from pipelines.storage.session import StorageSession
from pipelines.storage.writing import sink as sinks
from pipelines.storage.writing.sink import Sink, replay_spool
from pipelines.storage.writing.spool import Spool, waiting
from tests.conftest import Server
from tests.pipelines.storage.support import CUT_CONNECTIONS, kill_server
from tests.support.ports import free_port
from tests.support.samples import MORNING, sample

pytestmark = CUT_CONNECTIONS
Document = dict[str, Any]
_TIMED_OUT = 50
IMPATIENT = "&serverSelectionTimeoutMS=300&connectTimeoutMS=300"
NOWHERE = f"mongodb://127.0.0.1:{free_port()}/?directConnection=true{IMPATIENT}"


@asynccontextmanager
async def sink_on(
    settings: Settings, *, heal_seconds: float = 3600, spool: Spool | None = None
) -> AsyncIterator[tuple[Sink, Counter[str]]]:
    """An open sink, and what it has counted."""
    counts: Counter[str] = Counter()
    connection = StorageSession(settings)
    sink = Sink(
        connection,
        settings,
        lambda counter, number: counts.update({counter.name: number}),
        spool=spool,
        heal_seconds=heal_seconds,
    )
    await sink.open()
    try:
        yield sink, counts
    finally:
        await sink.close()
        await connection.close()


def elsewhere(settings: Settings, uri: str) -> Settings:
    """The same, with a server of the operator's own."""
    return settings.model_copy(update={"mongodb_uri": SecretStr(uri)})


@contextmanager
def failing(server: Server, mode: Document, **data: object) -> Iterator[None]:
    """Make commands of the client "faulty" fail at the server."""
    with MongoClient[Document](server.uri) as client:
        fault = {"configureFailPoint": "failCommand", "data": {"appName": "faulty", **data}}
        client.admin.command({**fault, "mode": mode})
        try:
            yield
        finally:
            client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})


def batch(*numbers: int) -> list[Article]:
    return [sample(number, body=f"第{number}篇：" + "样品已经送检。" * 5) for number in numbers]


async def until(done: Callable[[], bool]) -> None:
    for _ in range(600):
        if done():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it did not happen within a minute")


def states(database: Database[Document]) -> dict[str, str]:
    return {document["_id"]: document["state"] for document in database["urls"].find()}


async def test_articles_are_gathered_at_the_end_and_in_a_long_run(
    settings: Settings, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sinks, "gather", partial(gather, size=2))
    blocks = []
    async with sink_on(settings) as (sink, _counts):
        await sink.write(batch(1, 2, 3))
        blocks.append(database["blocks"].count_documents({}))
        monkeypatch.setattr(sinks, "LOOSE", 5)
        await sink.write(batch(4, 5))
        blocks.append(database["blocks"].count_documents({}))
        await sink.write(batch(6))
    assert [*blocks, database["blocks"].count_documents({})] == [0, 2, 3]


async def test_everything_of_a_batch_is_written(
    settings: Settings, database: Database[Document]
) -> None:
    report = PageReport(
        site="guancha", key="9", url="u", state="unreadable", reason="no_body", evidence=b"<p>"
    )
    gone = PageReport(site="guancha", key=sample(1).key, url="u", state="gone", reason="http_404")
    async with sink_on(settings) as (sink, counts):
        await sink.write([*batch(1, 2), pack_page(report), pack_reject(sample(3), "off_topic")])
        await sink.write(batch(1, 2))
        await sink.write([pack_page(gone)])
    assert states(database) == {
        sample(1).id: "gone",
        sample(2).id: "stored",
        sample(3).id: "rejected",
        "guancha:9": "unreadable",
    }
    assert database["articles"].count_documents({"gone_at": {"$ne": None}}) == 1
    assert database["articles"].count_documents({}) == 2
    assert database["rejects"].count_documents({}) == 1
    assert database["evidence"].count_documents({}) == 1
    assert counts == {"new": 2, "unchanged": 2}


async def test_items_wait_while_mongodb_is_away_and_the_next_run_stores_them(
    server: Server,
    settings: Settings,
    database: Database[Document],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings = settings.model_copy(update={"data_dir": tmp_path})
    away = elsewhere(settings, NOWHERE)
    with caplog.at_level(logging.ERROR):
        async with sink_on(away) as (sink, counts):
            await sink.write(batch(1, 2))
            await sink.write(batch(3))
    assert counts == {"spooled": 3}
    assert "3 articles and reports wait in" in caplog.text
    assert waiting(settings.spool_dir) == 3

    back = settings.model_copy(update={"mongodb_uri": SecretStr(server.uri)})
    async with sink_on(back) as (sink, counts):
        assert counts == {"replayed": 3}
        await sink.write(batch(3, 4))
        assert counts == {"replayed": 3, "unchanged": 1, "new": 1}
    assert states(database) == {sample(number).id: "stored" for number in (1, 2, 3, 4)}
    assert database["articles"].count_documents({"revision": 1}) == 4
    assert list(settings.spool_dir.iterdir()) == []


async def test_the_server_is_killed_in_mid_run_and_comes_back(own: Settings) -> None:
    """A server of the operator's own: nobody restarts it but the operator."""
    uri = embedded.ensure_running(own)
    settings = elsewhere(own, uri + IMPATIENT)
    async with sink_on(settings, heal_seconds=0.1) as (sink, counts):
        await sink.write(batch(1, 2))
        await until(lambda: counts["new"] == 2)  # 300 ms may be too few on a busy machine
        kill_server(own)
        await sink.write(batch(2, 3))
        await sink.write(batch(4))
        assert counts == {"new": 2, "spooled": 3}
        embedded.ensure_running(own)
        await until(lambda: counts["spooled"] == 0)
        await sink.write(batch(5))
        await until(lambda: counts["new"] == 5)
    assert +counts == {"new": 5, "unchanged": 1}
    with opened(settings) as database:
        assert states(database) == {sample(number).id: "stored" for number in range(1, 6)}
        assert database["articles"].count_documents({"revision": 1}) == 5
    assert list(own.spool_dir.iterdir()) == []


async def test_the_embedded_server_is_started_again(own: Settings) -> None:
    async with sink_on(own) as (sink, counts):
        await sink.write(batch(1))
        kill_server(own)
        await sink.write(batch(1, 2))
    assert counts == {"new": 2, "unchanged": 1}
    assert not own.spool_dir.exists()


async def test_a_write_that_is_cut_short_anywhere_loses_and_doubles_nothing(
    server: Server,
    settings: Settings,
    database: Database[Document],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From each command of a write on, in turn, all fail: as if it were killed there."""
    monkeypatch.setattr(retries, "FIRST_PAUSE_SECONDS", 0.01)
    faulty = elsewhere(
        settings.model_copy(update={"data_dir": tmp_path}), server.uri + "&appName=faulty"
    )
    commands = ["find", "insert", "update", "aggregate"]
    spooled_at = []
    async with sink_on(faulty, heal_seconds=0.05) as (sink, counts):
        await sink.write(batch(1))
        for skipped in range(40):
            (new,) = batch(100 + skipped)
            copied = sample(300 + skipped, site="sina", body=new.body)
            changed = [sample(1, title=f"第{skipped}次改过"), new, copied]
            counts.clear()
            with failing(server, {"skip": skipped}, failCommands=commands, errorCode=_TIMED_OUT):
                await sink.write(changed)
                if counts["spooled"]:
                    spooled_at.append(skipped)
            await until(lambda: counts["spooled"] == 0)
            assert +counts == {"revised": 1, "new": 2, "same_story": 2}
            if skipped not in spooled_at:
                break
    assert spooled_at == [*range(skipped)]
    assert skipped > 10
    assert database["revisions"].count_documents({}) == skipped + 1
    assert database["articles"].count_documents({"revision": 1}) == 2 * (skipped + 1)
    assert database["stories"].count_documents({}) == skipped + 1
    assert set(states(database).values()) == {"stored"}


async def test_what_mongodb_refuses_as_a_whole_does_not_stop_the_others(
    server: Server,
    settings: Settings,
    database: Database[Document],
    caplog: pytest.LogCaptureFixture,
) -> None:
    faulty = elsewhere(settings, server.uri + "&appName=faulty")
    async with sink_on(faulty) as (sink, counts):
        with failing(server, {"times": 2}, failCommands=["insert"], errorCode=2):
            await sink.write(batch(1, 2, 3))
    assert counts == {"new": 2, "unreadable": 1, "unreadable/not_storable": 1}
    assert states(database) == {
        sample(1).id: "unreadable",
        sample(2).id: "stored",
        sample(3).id: "stored",
    }
    assert [reject["_id"] for reject in database["rejects"].find()] == [sample(1).id]
    assert f"{sample(1).id} cannot be stored" in caplog.text


async def test_a_full_spool_ends_it(settings: Settings, tmp_path: Path) -> None:
    away = elsewhere(settings, NOWHERE)
    async with sink_on(away, spool=Spool(tmp_path, limit_bytes=5_000)) as (sink, counts):
        await sink.write(batch(1))
        with pytest.raises(SpoolFull):
            await sink.write(batch(*range(2, 30)))
    assert counts == {"spooled": 1}


async def test_what_only_an_operator_can_set_right_stops_the_start(settings: Settings) -> None:
    wrong = elsewhere(settings, "mongodb://user:pass:word@127.0.0.1/")
    with pytest.raises(BadConnectionString):
        async with sink_on(wrong):
            pass


def test_replaying_by_hand(
    server: Server, settings: Settings, database: Database[Document], tmp_path: Path
) -> None:
    settings = settings.model_copy(update={"data_dir": tmp_path})
    spool = Spool(settings.spool_dir)
    spool.append(batch(1, 2), MORNING)
    spool.append(batch(2, 3), MORNING)
    spool.close()
    replayed = replay_spool(elsewhere(settings, server.uri))
    assert (replayed.segments, replayed.entries, replayed.damaged) == (1, 4, 0)
    assert database["articles"].count_documents({"stored_at": MORNING}) == 3
    assert replay_spool(elsewhere(settings, server.uri)).segments == 0
