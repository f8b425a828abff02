"""Embedded servers of one test each, for what kills, stops or breaks them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.server import client as clients
from tests.conftest import Server
from tests.pipelines.storage.support import kill_server
from tests.support.ports import free_port


@pytest.fixture
def own(tmp_path: Path, _own_environment: None) -> Iterator[Settings]:
    """Settings of an embedded server that no other test uses; killed afterwards."""
    settings = Settings(data_dir=tmp_path, db_port=free_port())
    yield settings
    kill_server(settings)


@pytest.fixture
def server_client(server: Server) -> Iterator[MongoClient[dict[str, Any]]]:
    """A client that sets faults for others; its own commands are not met by them."""
    with MongoClient[dict[str, Any]](server.uri, appname="faults") as client:
        yield client
        client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})


@pytest.fixture(scope="module")
def shared_database(server: Server) -> Iterator[Database[dict[str, Any]]]:
    """A database with the schema for a module's tests that leave nothing in it."""
    settings = server.settings()
    with clients.connect(settings) as client:
        database = clients.database(client, settings)
        ensure_schema(database)
        yield database
        client.drop_database(settings.database)


@pytest.fixture
def _cut_connections() -> Iterator[None]:
    """For async clients whose server dies: pymongo leaves the socket of a monitor that is
    cancelled while it connects to the garbage collector. It is collected within the test, whose
    `CUT_CONNECTIONS` mark keeps the warning from failing a later one."""
    yield
    gc.collect()
