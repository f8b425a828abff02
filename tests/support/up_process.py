"""`newsdesk up` as a process of its own, with a program in place of crawls, and a quicker pulse.

As a program: SCRIPT [MODULE.NAME=SECONDS ...], where SCRIPT is what each job runs (see `stand_in`).
Settings come from the environment, as for the command itself.
"""

from __future__ import annotations

import importlib
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
from attrs import define

from newsdesk.cli.operations.up import up
from schedules.service.service import Service
from tests.support.command import ROOT, Desk
from tests.support.stand_in import program

QUICK = {
    "schedules.service.leader.RENEW_SECONDS": 0.3,
    "schedules.service.duties.SLOTS_SECONDS": 0.3,
    "schedules.service.duties.JOBS_SECONDS": 0.3,
    "schedules.service.duties.SCHEDULES_SECONDS": 0.3,
    "schedules.service.duties.LOST_SECONDS": 0.3,
    "schedules.service.service.WATCHDOG_SECONDS": 0.3,
    "schedules.service.service.PRUNE_SECONDS": 1.0,
    "schedules.service.beats.AGAIN_SECONDS": 0.5,
    "schedules.service.web.LISTEN_SECONDS": 0.5,
    "schedules.service.web.FRESH_SECONDS": 0.0,
    "schedules.alerts.notifier.ALERTS_SECONDS": 0.3,
    "schedules.alerts.notifier.WATCH_SECONDS": 0.5,
    "schedules.alerts.notifier.GROUP_SECONDS": 0.0,
    "schedules.alerts.notifier.AGAIN_SECONDS": 0.5,
    "schedules.jobs.runner.HEARTBEAT_SECONDS": 0.3,
}
"""So that a test need not wait for the next beat."""


@define
class Up:
    """The process, the port on which it is to answer, and its log."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def text(self) -> str:
        return self.log.read_text(errors="replace")

    async def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page of its web server; (0, why) if it does not answer."""
        timeout = aiohttp.ClientTimeout(total=5)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session:
                url = f"http://127.0.0.1:{self.port}{path}"
                async with session.get(url) as answer:
                    return answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return 0, f"{type(error).__name__}: {error}"

    async def beat_errors(self) -> dict[str, float]:
        """How often each beat has failed, as `/metrics` says."""
        _status, text = await self.get("/metrics")
        lines = [line for line in text.splitlines() if line.startswith("newsdesk_beat_errors{")]
        return {line.split('"')[1]: float(line.rpartition(" ")[2]) for line in lines}


@contextmanager
def running(
    desk: Desk, port: int, folder: Path, script: str, *, name: str = "up", **given: Any
) -> Iterator[Up]:
    """The service while the block lasts. given: pulse and env, else `QUICK` and none."""
    pulse: Mapping[str, float] = {**QUICK, **given.get("pulse", {})}
    settings = desk.settings.model_copy(update={"service_port": port})
    log = folder / f"{name}.log"
    command = [sys.executable, "-m", "tests.support.up_process", script]
    command += [f"{name}={seconds}" for name, seconds in pulse.items()]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=Desk(settings).environment(**given.get("env", {})),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        yield Up(process, port, log)
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> None:
    """Serve until SIGTERM."""
    script, *pulse = sys.argv[1:]
    for each in pulse:
        name, _equals, seconds = each.partition("=")
        module, _dot, constant = name.rpartition(".")
        setattr(importlib.import_module(module), constant, float(seconds))
    made = Service.of

    def of(*given: Any, **named: Any) -> Service:
        service = made(*given, **named)
        service.runner.program = program(script)
        return service

    Service.of = of  # type: ignore[method-assign]
    up(drain=0.0)


if __name__ == "__main__":
    main()
