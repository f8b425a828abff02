"""The console beside the service: it is served, comes back, and ends with the service."""

from __future__ import annotations

import signal
from pathlib import Path

import psutil

from newsdesk.web import beside
from tests.support.command import Desk
from tests.support.ports import free_port
from tests.support.up_process import running
from tests.support.waiting import has_ended, until


async def test_it_lives_and_ends_with_the_service(desk: Desk, tmp_path: Path) -> None:
    port = free_port()
    changes = {"web_with_service": True, "web_port": port}
    desk = Desk(desk.settings.model_copy(update=changes))
    pulse = {"newsdesk.web.beside.LOOK_SECONDS": 0.3, "newsdesk.web.beside.FIRST_PAUSE": 0.5}
    with running(desk, free_port(), tmp_path, "pass", pulse=pulse) as up:
        said = f"The console: http://127.0.0.1:{port}"
        await until(lambda: said in up.text)
        first = consoles(up.process.pid)
        assert len(first) == 1
        first[0].send_signal(signal.SIGKILL)
        await until(lambda: up.text.count(said) == 2)
        second = consoles(up.process.pid)
        assert second != first
        up.process.send_signal(signal.SIGKILL)
        await until(lambda: has_ended(second[0].pid))


def consoles(pid: int) -> list[psutil.Process]:
    """The consoles that a process has started."""
    started = psutil.Process(pid).children()
    return [each for each in started if each.cmdline()[1:] == [*beside.COMMAND[1:]]]
