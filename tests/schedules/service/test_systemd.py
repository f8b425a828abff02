"""What systemd hears from the service."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from schedules.service import service as module
from schedules.service.systemd import notify
from tests.schedules.service.test_service import House, house
from tests.support.waiting import until

__all__ = ["house"]


class Systemd:
    """The socket on which systemd listens."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.heard: list[str] = []

    def hears(self, word: str) -> bool:
        try:
            while True:
                self.heard.append(self.listener.recv(4096).decode())
        except BlockingIOError:
            return any(word in each for each in self.heard)


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systemd]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield Systemd(listener)


def test_a_state_is_told(systemd: Systemd) -> None:
    notify("READY=1")
    assert systemd.hears("READY=1")


def test_without_systemd_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")


async def test_a_service_without_mongodb_is_ready_and_alive_and_says_what_is_wrong(
    house: House, systemd: Systemd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else systemd would kill it before it could tell anybody that MongoDB is away."""
    monkeypatch.setattr(module, "WATCHDOG_SECONDS", 0.1)
    away = SecretStr("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200")
    async with house.service(mongodb_uri=away):
        await until(lambda: systemd.hears("READY=1"))
        await until(lambda: systemd.hears("STATUS=lead: MongoDB"))
        systemd.heard.clear()
        await until(lambda: systemd.hears("WATCHDOG=1"))
    assert systemd.hears("STOPPING=1")


async def test_a_service_that_hangs_lets_its_watchdog_bark(
    house: House, systemd: Systemd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WATCHDOG_SECONDS", 0.1)
    async with house.service() as service:
        await until(lambda: systemd.hears("STATUS=Leads."))
        (lead,) = (beat for beat in service.beats if beat.name == "lead")
        lead.returned_at -= 3600
        lead.seconds = -1.0
        assert service.state().stuck == ("lead",)
        assert systemd.hears("WATCHDOG=1")
        systemd.heard.clear()
        await until(lambda: systemd.hears("STATUS="))
        assert not systemd.hears("WATCHDOG=1")
