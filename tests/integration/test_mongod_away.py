"""mongod is killed in the middle of a night: jobs go on, and no record stays open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pymongo.errors import PyMongoError

from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.server import embedded
from pipelines.timing import clock
from tests.conftest import Server
from tests.integration.test_two_services import all_done, judge, new_round, night_of
from tests.pipelines.storage.support import kill_server
from tests.support.ports import free_port
from tests.support.waiting import until

IMPATIENT = "&serverSelectionTimeoutMS=1000&connectTimeoutMS=1000"
LONGEST_SECONDS = 300.0


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[tuple[Settings, Server]]:
    """A mongod of this test alone; the services take it for the operator's and don't revive it."""
    settings = Settings(data_dir=tmp_path / "mongod", db_port=free_port())
    uri = embedded.ensure_running(settings)
    yield settings, Server(settings.data_dir, settings.db_port, uri + IMPATIENT)
    embedded.stop(settings)


@pytest.mark.parametrize("away_seconds", [4.0, pytest.param(60.0, marks=pytest.mark.soak)])
async def test_killed_for_a_while(
    own_server: tuple[Settings, Server], tmp_path: Path, away_seconds: float
) -> None:
    settings, server = own_server
    changes = {"times": 3, "schedules": 2, "job_seconds": 3.0, "every": 3.0}
    round_ = new_round(server, tmp_path / "round", **changes)
    with night_of(round_) as night:
        try:
            round_.start()
            await until(round_.diary, LONGEST_SECONDS)
            await asyncio.sleep(1.0)
            await asyncio.to_thread(kill_server, settings)
            killed_at = time.monotonic()
            await asyncio.sleep(away_seconds)
            await asyncio.to_thread(embedded.ensure_running, settings)
            print(f"\nmongod was away for {time.monotonic() - killed_at:.1f} s")
            await until(lambda: quietly_done(night, 6), LONGEST_SECONDS)
        finally:
            round_.stop()
        round_.slots = night.slots.list(clock.now() - timedelta(days=1))
        round_.jobs = night.jobs.list(100)
        leases = night.leases.held()
    found = judge(round_)
    print(found)
    assert (found["slots"], found["lost"], found["twice"]) == (6, 0, 0)
    assert leases == []
    for job in round_.jobs:
        assert job["state"] in {"ok", "lost"}
        assert job["ended_at"] >= job["started_at"]
        if job["state"] == "ok":
            assert job["counts"] == {"found": 30, "requested": 3, "new": 3}
            assert (job["exit_code"], job["figures"]["requests"]) == (0, 0)


def quietly_done(night: NightStore, expected: int) -> bool:
    """Whether all is done, as far as MongoDB answers."""
    try:
        return all_done(night, expected)
    except PyMongoError:
        return False
