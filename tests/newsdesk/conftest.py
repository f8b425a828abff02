"""Commands on the session's MongoDB."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from attrs import define

from pipelines.storage.queries import drop_database
from tests.conftest import Server
from tests.support.command import RECORDINGS, Desk, Said


@define(frozen=True)
class Crawled:
    """A desk whose database holds the first recorded night of both sites."""

    desk: Desk
    said: Said


@pytest.fixture
def desk(server: Server) -> Iterator[Desk]:
    """Commands on an empty database."""
    settings = server.settings()
    yield Desk(settings)
    drop_database(settings)


@pytest.fixture(scope="session")
def crawled(server: Server) -> Iterator[Crawled]:
    """The first night, crawled once for all tests that only read."""
    desk = Desk(server.settings())
    said = desk.run("crawl", "guancha", "sina", "--replay", RECORDINGS / "night-1", "--json")
    yield Crawled(desk, said)
    drop_database(desk.settings)
