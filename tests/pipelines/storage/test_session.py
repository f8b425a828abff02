"""The shared connection: opened when needed, repeated when broken, quiet while MongoDB is away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo import ReadPreference
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import AutoReconnect, OperationFailure

from pipelines.config import Settings
from pipelines.storage.exceptions import DatabaseUnavailable
from pipelines.storage.session import StorageSession
from tests.conftest import Server
from tests.pipelines.storage.support import CUT_CONNECTIONS
from tests.support.ports import free_port

pytestmark = CUT_CONNECTIONS
Database = AsyncDatabase[dict[str, Any]]


class Flaky:
    """An operation that fails a few times before it gives the number of its calls."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.failures = failures
        self.error = error
        self.calls = 0

    async def __call__(self, database: Database) -> int:
        self.calls += 1
        if self.calls <= self.failures:
            raise self.error
        return self.calls


async def test_it_connects_and_prepares_the_schema(server: Server, settings: Settings) -> None:
    settings = settings.model_copy(
        update={"mongodb_uri": SecretStr(server.uri + "&readPreference=secondary")}
    )
    session = StorageSession(settings)

    async def look(database: Database) -> set[str]:
        assert database.read_preference == ReadPreference.PRIMARY
        return set(await database.list_collection_names())

    assert {"articles", "urls"} <= await session.run(look)
    await session.close()
    assert {"articles", "urls"} <= await session.run(look)
    await session.run(lambda database: database.client.drop_database(database.name))
    await session.close()


async def test_a_lost_connection_is_tried_again(settings: Settings) -> None:
    session = StorageSession(settings)
    assert await session.run(Flaky(2, AutoReconnect("lost"))) == 3
    assert not session.is_away
    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        await session.run(Flaky(9, AutoReconnect("lost")))
    with pytest.raises(DatabaseUnavailable, match="takes no writes now"):
        await session.run(Flaky(9, OperationFailure("disk full", 14031)), ask_again=True)
    refused = Flaky(9, OperationFailure("no such thing", 2))
    with pytest.raises(OperationFailure):
        await session.run(refused, ask_again=True)
    assert refused.calls == 1
    await session.run(lambda database: database.client.drop_database(database.name), ask_again=True)
    await session.close()


async def test_while_mongodb_is_away_nobody_waits_for_it_twice(tmp_path: Path) -> None:
    uri = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=200"
    session = StorageSession(Settings(data_dir=tmp_path, mongodb_uri=SecretStr(uri)))
    operation = Flaky(0, AutoReconnect("never"))
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable, match="MONGODB_URI"):
            await session.run(operation)
        assert session.is_away
    assert operation.calls == 0
    await session.close()
