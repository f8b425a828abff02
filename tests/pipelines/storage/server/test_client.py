from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ServerSelectionTimeoutError

from pipelines.config import Settings
from pipelines.storage.exceptions import (
    BadConnectionString,
    DatabaseUnavailable,
)
from pipelines.storage.server import client, embedded
from tests.support.ports import free_port

Document = dict[str, Any]


def topic(name: str) -> Document:
    return {"_id": name, "enabled": True, "updated_at": datetime(2026, 1, 1, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("uri", "masked"),
    [
        ("mongodb://127.0.0.1:27117/?replicaSet=rs0", "mongodb://127.0.0.1:27117/?replicaSet=rs0"),
        ("mongodb://desk:secret@h1,h2:27018/n?w=1", "mongodb://***@h1,h2:27018/n?w=1"),
        ("mongodb+srv://desk:sec%40ret@db.example.org/", "mongodb+srv://***@db.example.org/"),
        ("mongodb://desk:se/c@r?e#t@h/", "mongodb://***@h/"),
        ("mongodb://h/?tlsCertificateKeyFilePassword=secret&tls=true",
         "mongodb://h/?tlsCertificateKeyFilePassword=***&tls=true"),
        ("mongodb://[::1]:27017,h/?password=secret", "mongodb://[::1]:27017,h/?password=***"),
        ("mongodb:/me:secret@h/", "***"),
        ("me:secret@h", "***"),
        ("http://me:secret@h/", "***"),
        ("secret", "***"),
        ("mongodb://me:secret", "mongodb://***"),
        ("mongodb+srv://me:sec@ret:x/", "mongodb+srv://***@***/"),
        ("mongodb://h:27017:secret/", "mongodb://***/"),
        ("mongodb://me:secret h/?w=1", "mongodb://***/?w=1"),
        ("mongodb://h/se cret?tls=se cret&secret", "mongodb://h/***?tls=***&***"),
    ],
)  # fmt: skip
def test_a_connection_string_is_shown_without_its_secrets(uri: str, masked: str) -> None:
    assert client.masked_uri(uri) == masked


def test_clients_write_to_the_majority_and_read_aware_times(settings: Settings) -> None:
    uri = embedded.ensure_running(settings) + "&w=1&maxPoolSize=3&appName=mine"
    own = settings.model_copy(update={"mongodb_uri": SecretStr(uri)})
    with client.connect(own) as connection:
        assert connection.write_concern.document == {"w": "majority", "wtimeout": 30_000}
        pool = connection.options.pool_options
        assert pool.max_pool_size == 3
        assert pool.metadata["application"]["name"] == "mine"
        assert pool.connect_timeout == 5
        assert pool.socket_timeout == 60
        assert connection.codec_options.tz_aware
        assert connection.codec_options.tzinfo is UTC


async def test_the_async_client_is_the_same(async_database: AsyncDatabase[Document]) -> None:
    connection = async_database.client
    assert connection.write_concern.document == {"w": "majority", "wtimeout": 30_000}
    await async_database.topics.insert_one(topic("a"))
    found = await async_database.topics.find_one({"_id": "a"})
    assert found is not None
    assert found["updated_at"] == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_server_of_ones_own_is_never_started(own: Settings) -> None:
    foreign = own.model_copy(update={"mongodb_uri": SecretStr("mongodb://127.0.0.1:1/")})
    assert client.reviver(foreign) is None
    assert client.resolve_uri(foreign) == "mongodb://127.0.0.1:1/"
    assert not embedded.status(own).running


def test_a_server_that_is_away_is_said_without_the_password(tmp_path: Path) -> None:
    uri = f"mongodb://desk:hunter2@127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=300"
    settings = Settings(mongodb_uri=SecretStr(uri), data_dir=tmp_path)
    with (
        client.connect(settings) as connection,
        pytest.raises(DatabaseUnavailable) as caught,
        client.explained(settings),
    ):
        connection.admin.command("ping")
    assert isinstance(caught.value.__cause__, ServerSelectionTimeoutError)
    assert "MONGODB_URI" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "uri",
    [
        "mysql://desk:hunter2@host/",
        "mongodb://desk:hunter2@host:port/",
        "mongodb://desk:hunter2/x@host/",
        "mongodb://desk:hunter2@[::1/",
        "mongodb://desk:hunter2@host/?w=majority;x",
        "mongodb://",
    ],
)
async def test_a_wrong_connection_string_is_said_without_the_password(uri: str) -> None:
    settings = Settings(mongodb_uri=SecretStr(uri))
    with pytest.raises(BadConnectionString) as caught:
        client.connect(settings)
    with pytest.raises(BadConnectionString):
        await client.connect_async(settings)
    assert "MONGODB_URI" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__
