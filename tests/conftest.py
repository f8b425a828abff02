"""A real MongoDB for all tests: one embedded server a session, one database a test."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from attrs import define
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from crawler.browser.program import NoBrowser, check_extra, find_browser
from pipelines.config import Settings
from pipelines.storage.exceptions import EmbeddedServerError
from pipelines.storage.queries import drop_database
from pipelines.storage.server import client as clients
from pipelines.storage.server import embedded
from tests.support.command import RECORDINGS, Crawled, Desk
from tests.support.databases import Databases
from tests.support.ports import free_port

# A busy machine is no fault; and each run tries the same examples, so that none fails by chance.
# `pytest --hypothesis-profile roaming` looks for others.
PATIENT = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("house", PATIENT, derandomize=True)
hypothesis.settings.register_profile("roaming", PATIENT, max_examples=5_000)
hypothesis.settings.load_profile("house")

FOR_TESTS = [
    *("--setParameter", "enableTestCommands=1"),
    *("--setParameter", "ttlMonitorSleepSecs=1"),
]


LONGEST_NAME = 200


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name a page of megabytes by its length: each report holds the names of its tests."""
    if isinstance(val, str | bytes) and len(val) > LONGEST_NAME:
        return f"{argname} of {len(val)}"
    return None


def pytest_collection_finish() -> None:
    """Keep ten thousand tests out of each search for garbage: none of them is."""
    gc.collect()
    gc.freeze()


@define(frozen=True)
class Server:
    """The session's MongoDB: its data folder, port and connection string."""

    data_dir: Path
    port: int
    uri: str

    def settings(self) -> Settings:
        """Settings with a database of their own on this server; services serve no console."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        return Settings(
            data_dir=self.data_dir, db_port=self.port, database=name, web_with_service=False
        )


@pytest.fixture(scope="session", autouse=True)
def _own_environment() -> Iterator[None]:
    """Keep the operator's settings, and their MongoDB, out of the tests.

    A shell starts what it puts into the background deaf to Ctrl-C, and processes inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.umask(0o022)  # sites that others may write to are refused
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MONGODB_URI", raising=False)
        patch.setenv("NEWSDESK_CONFIG", os.devnull)
        for name in Settings.model_fields:
            patch.delenv(f"NEWSDESK_{name.upper()}", raising=False)
        yield


@pytest.fixture(scope="session")
def server(_own_environment: None) -> Iterator[Server]:
    """A real embedded mongod in a folder of its own.

    It offers `failCommand` for network faults, and deletes what has expired each second.
    """
    folder = Path(tempfile.mkdtemp(prefix="newsdesk-tests-"))
    settings = Settings(data_dir=folder, db_port=free_port())
    try:
        uri = embedded.ensure_running(settings, extra_arguments=FOR_TESTS)
    except EmbeddedServerError as error:
        shutil.rmtree(folder)
        pytest.exit(f"the tests need a real MongoDB server: {error}", returncode=3)
    yield Server(folder, settings.db_port, uri)
    embedded.stop(settings)
    shutil.rmtree(folder, ignore_errors=True)  # whoever still writes there has told its test


@pytest.fixture(scope="session")
def browser() -> str:
    """A real Chromium: the path of the system's."""
    try:
        check_extra()
        return find_browser()
    except NoBrowser as error:
        pytest.exit(f"the tests need a real browser: {error}", returncode=3)


@pytest.fixture(scope="session")
def databases() -> Databases:
    """Those of the session's server that tests have used and others may use."""
    return Databases()


@pytest.fixture
def settings(server: Server, databases: Databases, request: pytest.FixtureRequest) -> Settings:
    """Settings on the session's server with the test's `database`, else with a fresh name."""
    found = server.settings()
    if "database" in request.fixturenames:
        found = found.model_copy(update={"database": databases.take()})
    return found


@pytest.fixture
def database(settings: Settings, databases: Databases) -> Iterator[Database[dict[str, Any]]]:
    """An empty database with the schema in it."""
    with clients.connect(settings) as client:
        found = clients.database(client, settings)
        databases.prepare(found)
        yield found
        databases.give_back(found, settings)


@pytest.fixture
async def async_database(
    settings: Settings, database: Database[dict[str, Any]]
) -> AsyncIterator[AsyncDatabase[dict[str, Any]]]:
    """The same database as `database`, through an async client."""
    client = await clients.connect_async(settings)
    yield clients.database_async(client, settings)
    await client.close()


@pytest.fixture
def desk(server: Server, databases: Databases) -> Iterator[Desk]:
    """The command line on an empty database with the schema in it."""
    settings = server.settings().model_copy(update={"database": databases.take()})
    with clients.connect(settings) as client:
        found = clients.database(client, settings)
        databases.prepare(found)
        yield Desk(settings)
        databases.give_back(found, settings)


@pytest.fixture(scope="session")
def crawled(server: Server) -> Iterator[Crawled]:
    """The first recorded night of both sites, crawled once for all tests that only read."""
    desk = Desk(server.settings())
    said = desk.run("crawl", "guancha", "sina", "--replay", RECORDINGS / "night-1", "--json")
    yield Crawled(desk, said)
    drop_database(desk.settings)
