"""The units: judged by systemd, and what they start is started here, as they say it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
from pymongo.database import Database

from pipelines.storage.documents import Document
from tests.conftest import Server
from tests.schedules.service.test_systemd import Systemd, systemd
from tests.support.brokers import broker
from tests.support.command import Desk
from tests.support.deployed import BIN, DEPLOY, Unit, healthcheck, judge, units
from tests.support.ports import free_port
from tests.support.waiting import until

__all__ = ["systemd"]

LEAST_SAFE = 25
"""Tenths of systemd's own mark for how exposed a unit is: 100 is everything, 0 nothing."""
SETTINGS = """
mongodb_uri = "{uri}"
database = "{database}"
service_port = {service}
web_port = {web}
"""


def analyze(*arguments: str | Path) -> tuple[int, str]:
    program = shutil.which("systemd-analyze")
    assert program, "systemd's own checker is missing: apt-get install systemd"
    return judge(program, *arguments)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The units, with the commands of this environment: systemd looks whether they are there."""
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace("/opt/newsdesk/bin", str(BIN)))
    return tmp_path


def test_systemd_takes_them(folder: Path) -> None:
    found = [*folder.glob("*.service"), *folder.glob("*.timer")]
    assert len(found) == 5
    assert analyze("verify", "--man=no", *found) == (0, "")


@pytest.mark.parametrize("name", units())
def test_a_unit_can_reach_little(folder: Path, name: str) -> None:
    code, said = analyze(
        "security", "--offline=true", f"--threshold={LEAST_SAFE}", "--no-pager", folder / name
    )
    assert code == 0, said
    given = Unit.of(name).settings
    assert (given["User"], given["NoNewPrivileges"], given["ProtectSystem"]) == (
        ["newsdesk"],
        ["true"],
        ["strict"],
    )


def test_all_units_share_a_user_and_a_folder() -> None:
    said = (DEPLOY / "systemd" / "newsdesk.sysusers.conf").read_text(encoding="utf-8")
    assert '\nu newsdesk - "Newsdesk" /var/lib/newsdesk\n' in said
    for name in units():
        unit = Unit.of(name)
        assert unit.settings["StateDirectory"] == ["newsdesk"]
        assert unit.environment(Path("/var/lib"))["NEWSDESK_DATA_DIR"] == "/var/lib/newsdesk"


@contextmanager
def started(
    name: str, server: Server, database: str, folder: Path, *, broker_url: str = ""
) -> Iterator[tuple[subprocess.Popen[bytes], Mapping[str, int]]]:
    """What a unit starts, with its variables, below a folder in place of /var/lib. Yields the
    process and the ports on which service and console answer."""
    unit, ports = Unit.of(name), {"service": free_port(), "web": free_port()}
    text = SETTINGS.format(uri=server.uri, database=database, **ports)
    if broker_url:
        text += f'broker_url = "{broker_url}"\n'
    (folder / "newsdesk.toml").write_text(text)
    (folder / "newsdesk").mkdir(exist_ok=True)
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "NOTIFY_SOCKET") if key in os.environ}
    said = unit.environment(folder) | {"NEWSDESK_CONFIG": str(folder / "newsdesk.toml")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            unit.command(BIN), cwd=folder / "newsdesk", env=kept | said,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield process, ports
    finally:
        process.terminate()
        process.wait(60)


async def answer(url: str) -> int:
    """The status with which it answers; 0 if it does not."""
    timeout = aiohttp.ClientTimeout(total=5)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as found:
            return found.status
    except (aiohttp.ClientError, TimeoutError):
        return 0


async def answers(url: str) -> None:
    for _attempt in range(600):
        if await answer(url) == 200:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


async def test_the_service_starts_as_its_unit_says(
    desk: Desk, server: Server, systemd: Systemd, tmp_path: Path
) -> None:
    """systemd hears from it, and what looks at the image finds it well while it runs, not after."""
    with started("newsdesk.service", server, desk.settings.database, tmp_path) as (process, ports):
        await until(lambda: systemd.hears("READY=1"))
        await answers(f"http://127.0.0.1:{ports['service']}/healthz")
        look = [word.replace("8117", str(ports["service"])) for word in healthcheck()]
        assert await asyncio.to_thread(subprocess.call, [BIN / look[0], *look[1:]], timeout=20) == 0
        assert await answer(f"http://127.0.0.1:{ports['web']}/login") == 0
    assert process.returncode == 0
    assert systemd.hears("STOPPING=1")
    assert await asyncio.to_thread(subprocess.call, [BIN / look[0], *look[1:]], timeout=20) != 0


async def test_the_console_starts_as_its_unit_says(
    desk: Desk, server: Server, tmp_path: Path
) -> None:
    with started("newsdesk-web.service", server, desk.settings.database, tmp_path) as (_, ports):
        await answers(f"http://127.0.0.1:{ports['web']}/login")


@pytest.mark.soak
async def test_a_backup_is_taken_as_its_unit_says(
    desk: Desk, server: Server, tmp_path: Path
) -> None:
    unit = Unit.of("newsdesk-backup.service")
    (place,) = unit.settings["ReadWritePaths"]
    command = [word.replace(place, str(tmp_path / "backups")) for word in unit.command(BIN)]
    assert str(tmp_path / "backups") in command
    file = tmp_path / "newsdesk.toml"
    file.write_text(f'mongodb_uri = "{server.uri}"\n')
    said = {**unit.environment(tmp_path), "NEWSDESK_CONFIG": str(file)}
    environment = desk.environment(**said)
    code = await asyncio.to_thread(subprocess.call, command, env=environment, timeout=60)
    assert code == 0
    assert desk.run("backup", "verify", tmp_path / "backups").code == 0


async def test_a_worker_starts_as_its_unit_says(
    desk: Desk, database: Database[Document], server: Server, tmp_path: Path
) -> None:
    name, workers = "newsdesk-worker@.service", {"_id": {"$regex": "^worker/"}}
    with broker("valkey", tmp_path) as found:
        with started(name, server, database.name, tmp_path, broker_url=found.url) as (process, _):
            await until(lambda: database["leases"].count_documents(workers) == 1)
        assert process.returncode == 0
    assert database["leases"].count_documents(workers) == 0
