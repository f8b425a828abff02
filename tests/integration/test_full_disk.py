"""Jobs whose data folder is full, read-only, or swept by somebody: they go on, and say disk.

A small tmpfs is mounted for them, which takes root.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo.database import Database

from pipelines.config import Settings
from schedules.jobs import process
from tests.conftest import Server
from tests.support.patience import run_job, site_of
from tests.support.server import SiteServer, running
from tests.support.waiting import until

Documents = Database[dict[str, Any]]
SIZE_KB = 256


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", f"size={SIZE_KB}k", "tmpfs", str(folder))
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"a small disk is mounted here, which takes root: {done.stderr.strip()}")


def fill(folder: Path) -> None:
    """Leave no room on a disk."""
    try:
        with (folder / "ballast").open("ab", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
    except OSError:
        return


@pytest.fixture
def on_disk(settings: Settings, server: Server, disk: Path) -> Settings:
    changes = {"data_dir": disk, "mongodb_uri": SecretStr(server.uri)}
    return settings.model_copy(update=changes)


def swept(folder: Path) -> bool:
    """Remove a folder; it is not gone if the crawl wrote into it meanwhile."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


async def slowly(server: SiteServer) -> SiteServer:
    server.hold["www.guancha.cn"] = 0.15
    return server


def judged(result: Any, database: Documents, number: int) -> None:
    """It collected all, its verdict says disk, and its record is in MongoDB."""
    assert result.state == "partial", result.reason
    assert "The disk of the data folder takes no files (full, or read-only)" in result.reason
    assert result.problems[0].kind == "disk"
    assert result.stats["newsdesk/new"] == number
    assert database["articles"].count_documents({}) == number
    record = database["jobs"].find_one({"_id": result.job})
    assert record is not None
    assert (record["state"], record["counts"]["new"]) == ("partial", number)
    assert record["problems"][0]["kind"] == "disk"


@pytest.mark.parametrize("how", ["full", "read-only"])
async def test_a_disk_that_takes_nothing_from_the_start(
    on_disk: Settings, database: Documents, disk: Path, how: str
) -> None:
    if how == "full":
        fill(disk)
    else:
        mount("-o", "remount,ro", str(disk))
    async with running(site_of(1, 2, 3)) as site:
        result = await run_job(on_disk, site)
    judged(result, database, 3)


async def test_a_disk_that_fills_up_in_the_middle(
    on_disk: Settings, database: Documents, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LOOK_SECONDS", 0.1)
    numbers = range(1, 16)
    async with running(await slowly(site_of(*numbers))) as site:
        job = asyncio.create_task(run_job(on_disk, site))
        await until(lambda: len(site.asked("economy")) > 3)
        fill(disk)
        result = await job
    judged(result, database, len(numbers))


async def test_a_log_that_somebody_removes_kills_no_crawl(
    on_disk: Settings, database: Documents, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LOOK_SECONDS", 0.1)
    numbers = range(1, 16)
    async with running(await slowly(site_of(*numbers))) as site:
        job = asyncio.create_task(run_job(on_disk, site))
        await until(lambda: len(site.asked("economy")) > 3)
        await until(lambda: swept(disk / "jobs"))
        result = await job
    assert database["articles"].count_documents({}) == len(numbers)
    assert result.stats["newsdesk/new"] == len(numbers)
    assert result.state in {"ok", "partial"}, result.reason


async def test_what_was_stored_is_told_by_mongodb(on_disk: Settings, database: Documents) -> None:
    """A crawl that could report nowhere: killed with its files and its memory."""
    numbers = range(1, 31)
    async with running(await slowly(site_of(*numbers))) as site:
        job = asyncio.create_task(run_job(on_disk, site))
        await until(lambda: database["articles"].count_documents({}) > 3)
        record = database["jobs"].find_one({"ended_at": None})
        assert record is not None
        os.kill(record["pid"], 9)
        (on_disk.jobs_dir / f"{record['_id']}.stats.json").unlink(missing_ok=True)
        result = await job
    stored = database["articles"].count_documents({"job": result.job})
    assert result.state == "failed"
    assert f"The {stored} articles stored before that are safe." in result.reason
