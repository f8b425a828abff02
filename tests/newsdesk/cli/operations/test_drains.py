"""What waits on a machine goes where it belongs by whatever service runs there."""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from crawler.archive.folder import ArchiveFolder, read_name
from crawler.archive_settings import target_of
from newsdesk.cli.operations.drains import Drain, drains_of, keep_draining
from pipelines.config import Settings
from pipelines.storage.queries import opened
from pipelines.storage.server.embedded import uri_of
from pipelines.storage.writing.spool import Spool, is_left
from schedules.exceptions import NotDrained
from tests.support.archives import exchange, write
from tests.support.brokers import broker
from tests.support.command import Desk
from tests.support.samples import sample
from tests.support.waiting import until, until_now

AT = datetime(2026, 3, 1, 3, tzinfo=UTC)


def machine(desk: Desk, folder: Path, number: int) -> Settings:
    """A machine whose crawl was killed while MongoDB was away, and whose archive is finished."""
    changes = {
        "data_dir": folder / f"machine-{number}",
        "mongodb_uri": SecretStr(uri_of(desk.settings)),
        "service_port": 0,
        "archive_target": f"file://{folder}/far",
        "archive_keep_days": 0,
    }
    settings = desk.settings.model_copy(update=changes)
    spool = Spool(settings.spool_dir)
    spool.append([sample(each) for each in (number, number + 10)], AT)
    spool.close()
    written = write(settings.archive_path, [exchange(number)])
    os.utime(written.path, (1, 1))
    return settings


def test_each_service_empties_what_waits_on_its_machine(desk: Desk, tmp_path: Path) -> None:
    """Two machines with a MongoDB and a target in common: nothing is lost, nothing meets."""
    (tmp_path / "far").mkdir()
    machines = [machine(desk, tmp_path, number) for number in (1, 2)]
    target = target_of(machines[0], desk.settings.database)
    assert target is not None

    def is_done() -> bool:
        empty = not any(is_left(each.spool_dir) for each in machines)
        left = [name for each in machines for name in ArchiveFolder(each.archive_path).names()]
        return empty and not left

    with ExitStack() as stack:
        for settings in machines:
            stack.enter_context(Desk(settings).started("up"))
        until_now(is_done)
    with opened(desk.settings) as database:
        assert database["articles"].count_documents({}) == 4
    assert len([name for name in target.sizes() if read_name(name)]) == 2


def test_so_does_a_worker_on_a_machine_without_a_service(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    settings = machine(desk, tmp_path, 1)
    with broker("valkey", tmp_path) as found:
        changes = {"engine": "celery", "broker_url": SecretStr(found.url)}
        settings = settings.model_copy(update=changes)
        with Desk(settings).started("worker"):
            until_now(lambda: not is_left(settings.spool_dir))
            until_now(lambda: not list(ArchiveFolder(settings.archive_path).names()))
    with opened(desk.settings) as database:
        assert database["articles"].count_documents({}) == 2


def test_what_a_living_crawl_writes_is_left_to_it(tmp_path: Path) -> None:
    assert not is_left(tmp_path)
    spool = Spool(tmp_path)
    spool.append([sample(1)], AT)
    assert not is_left(tmp_path)
    spool.close()
    assert is_left(tmp_path)
    assert is_left(tmp_path), "to look takes nothing away"


async def test_a_command_runs_only_when_something_waits(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, archive_target=f"file://{tmp_path}/far")
    (spool, ship) = drains_of(settings).values()
    assert spool.wanted() is False
    assert ship.wanted() is True, "nobody has looked at the target for an hour"
    idle = Drain(("no", "such", "command"), {}, lambda: False)
    await idle.look()


async def test_a_process_without_a_wheel_does_the_same(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    settings = machine(desk, tmp_path, 1)
    draining = asyncio.create_task(keep_draining(settings))
    await until(lambda: not is_left(settings.spool_dir))
    await until(lambda: not ArchiveFolder(settings.archive_path).names())
    draining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await draining


async def test_what_goes_wrong_is_said_in_its_own_words(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, archive_target="file:///nowhere/at/all")
    (_spool, ship) = drains_of(settings).values()
    with pytest.raises(NotDrained, match="mount or make it"):
        await ship.look()
    assert ship.wanted()
