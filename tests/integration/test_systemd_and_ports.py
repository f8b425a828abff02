"""`newsdesk up` as systemd, a terminal and a busy port find it: a process of its own each time."""

from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.storage.server import embedded
from tests.integration.test_mongod_away import IMPATIENT
from tests.integration.test_service_under_faults import eventually, is_ready
from tests.pipelines.storage.support import kill_server
from tests.schedules.service.test_systemd import Systemd, systemd
from tests.support.command import Desk
from tests.support.ports import free_port
from tests.support.stand_in import WELL
from tests.support.up_process import running
from tests.support.waiting import until

__all__ = ["systemd"]


async def test_systemd_hears_from_it_while_mongodb_is_away(
    desk: Desk, systemd: Systemd, tmp_path: Path
) -> None:
    """READY comes and WATCHDOG goes on; else systemd would kill it before it could tell anybody."""
    settings = desk.settings.model_copy(
        update={"data_dir": tmp_path / "mongod", "db_port": free_port()}
    )
    uri = await asyncio.to_thread(embedded.ensure_running, settings)
    await asyncio.to_thread(kill_server, settings)
    changes = {"mongodb_uri": SecretStr(uri + IMPATIENT), "data_dir": tmp_path / "data"}
    own = Desk(settings.model_copy(update=changes))
    try:
        with running(own, free_port(), tmp_path, WELL) as up:
            await until(lambda: systemd.hears("READY=1"))
            await until(lambda: systemd.hears("STATUS=lead: MongoDB"))
            systemd.heard.clear()
            await until(lambda: systemd.hears("WATCHDOG=1"))
            await asyncio.to_thread(embedded.ensure_running, settings)
            await until(lambda: systemd.hears("STATUS=Leads."))
            assert up.process.poll() is None
    finally:
        await asyncio.to_thread(embedded.stop, settings)


async def test_a_port_that_is_taken_is_tried_again(desk: Desk, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with running(desk, port, tmp_path, WELL) as up:
            await until(lambda: f"127.0.0.1:{port} cannot be listened on" in up.text)
            assert up.text.count("cannot be listened on") == 1
            other.close()
            await eventually(lambda: is_ready(up))
            assert up.process.poll() is None


@pytest.mark.parametrize("nohup", [False, True])
async def test_a_terminal_that_closes_ends_it_unless_nohup_holds_it(
    desk: Desk, tmp_path: Path, nohup: bool
) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN if nohup else signal.SIG_DFL)
    try:
        with running(desk, free_port(), tmp_path, WELL) as up:
            await eventually(lambda: is_ready(up))
            up.process.send_signal(signal.SIGHUP)
            if nohup:
                await asyncio.sleep(1.0)
                assert up.process.poll() is None
                assert await is_ready(up)
            else:
                await until(lambda: up.process.poll() == 0, 20)
    finally:
        signal.signal(signal.SIGHUP, before)
