"""What is repeated when MongoDB does not answer, how often, and what is not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database
from pymongo.errors import AutoReconnect, OperationFailure, ServerSelectionTimeoutError

from pipelines.config import Settings
from pipelines.storage import retries
from pipelines.storage.retries import ATTEMPTS, SEARCHES, Revive, retry, retry_async
from pipelines.storage.server import client
from tests.pipelines.storage.support import kill_server
from tests.support.ports import free_port

Document = dict[str, Any]


def topic(name: str) -> Document:
    return {"_id": name, "enabled": True, "updated_at": datetime(2026, 1, 1, tzinfo=UTC)}


@contextmanager
def dropped_connections(
    server_client: MongoClient[Document], command: str, times: int
) -> Iterator[None]:
    """The server closes the connection instead of answering this command, so many times."""
    point = {
        "configureFailPoint": "failCommand",
        "mode": {"times": times},
        "data": {"failCommands": [command], "closeConnection": True, "appName": "newsdesk"},
    }
    server_client.admin.command(point)
    try:
        yield
    finally:
        server_client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_PAUSE_SECONDS", 0.01)


def test_two_dropped_connections_in_a_row_need_our_own_retry(
    database: Database[Document], server_client: MongoClient[Document]
) -> None:
    with dropped_connections(server_client, "insert", 2), pytest.raises(AutoReconnect):
        database.topics.insert_one(topic("a"))
    revived: list[int] = []
    with dropped_connections(server_client, "insert", 4):
        retry(lambda: database.topics.insert_one(topic("b")), revive=lambda: revived.append(1))
    assert revived == [1, 1]
    assert [document["_id"] for document in database.topics.find()] == ["b"]


async def test_two_dropped_connections_in_a_row_need_our_own_retry_async(
    database: Database[Document],
    async_database: AsyncDatabase[Document],
    server_client: MongoClient[Document],
) -> None:
    revived: list[bool] = []
    with dropped_connections(server_client, "insert", 4):
        await retry_async(
            lambda: async_database.topics.insert_one(topic("b")),
            revive=lambda: revived.append(threading.current_thread() is threading.main_thread()),
        )
    assert revived == [False, False]
    assert await async_database.topics.count_documents({}) == 1


def test_retries_have_an_end(
    database: Database[Document], server_client: MongoClient[Document]
) -> None:
    calls: list[int] = []

    def insert() -> None:
        calls.append(1)
        database.topics.insert_one(topic("a"))

    with dropped_connections(server_client, "insert", 100), pytest.raises(AutoReconnect):
        retry(insert)
    assert len(calls) == ATTEMPTS


async def test_other_errors_are_not_repeated(async_database: AsyncDatabase[Document]) -> None:
    calls: list[int] = []

    async def insert() -> None:
        calls.append(1)
        await async_database.topics.insert_one({"_id": "wrong"})

    with pytest.raises(OperationFailure):
        await retry_async(insert)
    assert calls == [1]


def test_a_killed_embedded_server_comes_back_between_two_attempts(own: Settings) -> None:
    revive = client.reviver(own)
    with client.connect(own) as connection:
        connection["t"]["t"].insert_one({"_id": 1})
        kill_server(own)
        assert retry(connection["t"]["t"].find_one, revive=revive) == {"_id": 1}


@pytest.mark.parametrize(("revive", "attempts"), [(None, SEARCHES), (lambda: None, ATTEMPTS)])
def test_a_server_that_nobody_finds_is_looked_for_longer_where_it_can_be_started(
    revive: Revive, attempts: int
) -> None:
    calls: list[int] = []
    uri = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=50"
    with MongoClient[Document](uri) as connection:

        def ask() -> None:
            calls.append(1)
            connection.admin.command("ping")

        with pytest.raises(ServerSelectionTimeoutError):
            retry(ask, revive)
    assert len(calls) == attempts
