"""Crawls that start warm: each is a process of its own, a copy of one that has all modules loaded.

To load them is three quarters of what a short crawl costs, and most tests ask what a crawl does,
not how it starts. `python -m crawler` itself is run by the tests of the runner, of the command
`newsdesk crawl` and of `crawler.__main__`.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import sys
import warnings
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

from attrs import define

from schedules.jobs.starting import Starter

STARTER = Starter()
"""For runners of jobs: the product's own way to the same end."""
atexit.register(STARTER.close)
SUPERVISOR = "NEWSDESK_SUPERVISOR"
_context = get_context("forkserver")
_context.set_forkserver_preload(["tests.support.warm_modules"])


@define(frozen=True)
class Start:
    """What a process is started with. log: gets what it prints."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path


class WarmCrawl:
    """A crawl in a process of its own, as `asyncio.create_subprocess_exec` would give it."""

    def __init__(self, start: Start) -> None:
        self._process = _context.Process(target=_run, args=(start,))
        self._process.start()
        self.pid = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    async def wait(self) -> int | None:
        await asyncio.to_thread(self._process.join)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _run(start: Start) -> None:
    """In the new process: as if it had just been started so."""
    os.environ.clear()
    os.environ.update(start.environment)
    if SUPERVISOR in start.environment:
        os.environ[SUPERVISOR] = str(os.getppid())  # which lives as long as the tests
    os.chdir(start.folder)
    with start.log.open("ab") as log, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    if start.environment.get("PYTHONWARNINGS"):
        warnings.simplefilter("default")

    from crawler.__main__ import main
    from pipelines.timing import clock

    clock.restart()
    sys.exit(main(start.arguments))
