"""What a service does for its machine: stores the spool, ships the archive.

Each is the command that an operator would call, in a process of its own: what it loads stays out of
the service, and one that hangs or is killed harms nothing.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable

from attrs import define, field

from crawler.archive.folder import ArchiveFolder
from crawler.archive.shipped.shipping import waiting
from crawler.archive_settings import file_size_of
from pipelines.config import Settings
from pipelines.storage.writing.spool import is_left
from pipelines.timing.clock import machine_now
from schedules.exceptions import NotDrained
from schedules.jobs.runner import settings_environment
from schedules.service.beats import Beat

SPOOL_SECONDS = 30.0
ARCHIVE_SECONDS = 60.0
ANYWAY_SECONDS = 3600.0
"""How often the archive is shipped though nothing waits: what is too old goes, what others have
shipped is seen."""
LONGEST_SECONDS = 200.0
"""For which the service waits; what is under way then goes on beside it."""


@define(eq=False)
class Drain:
    """Runs a command whenever there is something for it to do, one at a time."""

    command: tuple[str, ...]
    environment: dict[str, str] = field(repr=False)
    wanted: Callable[[], bool]
    _process: asyncio.subprocess.Process | None = None
    _said: asyncio.Task[bytes] | None = None

    async def look(self) -> None:
        """Runs the command if it is wanted.

        Raises:
            NotDrained: it did not go well; says why.
        """
        if self._process is None:
            if not await asyncio.to_thread(self.wanted):
                return
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "newsdesk", *self.command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                env=self.environment,
            )
            if self._process.stderr is not None:
                self._said = asyncio.create_task(_last_of(self._process.stderr))
        try:
            code = await asyncio.wait_for(self._process.wait(), LONGEST_SECONDS)
        except TimeoutError:
            return  # a large file: the next look asks again
        said, self._process = self._said, None
        if code:
            why = (await said).decode(errors="replace").strip() if said is not None else ""
            raise NotDrained(why or f"newsdesk {' '.join(self.command)} ended with {code}")

    async def close(self) -> None:
        """Ends a command that runs; the next one does what it has not done."""
        process = self._process
        if process is not None and process.returncode is None:
            process.terminate()
            await process.wait()


async def _last_of(stream: asyncio.StreamReader) -> bytes:
    """Returns the last line that is said, and reads on whatever is said before."""
    last = b""
    while part := await stream.read(64 * 1024):
        last = (last + part)[-2000:]
    return last.strip().rpartition(b"\n")[2]


def drains_of(settings: Settings) -> dict[Beat, Drain]:
    """Returns the drains of this machine, each with the beat that runs it."""
    environment = {**os.environ, **settings_environment(settings)}
    spool = Drain(("db", "replay"), environment, lambda: is_left(settings.spool_dir))
    found = {Beat("spool", SPOOL_SECONDS, spool.look): spool}
    if settings.archive_target:
        ship = Drain(("archive", "ship"), environment, lambda: _has_to_ship(settings))
        found[Beat("archive", ARCHIVE_SECONDS, ship.look)] = ship
    return found


def _has_to_ship(settings: Settings) -> bool:
    found = waiting(ArchiveFolder(settings.archive_path), file_size_of(settings))
    age = (machine_now() - found.at).total_seconds() if found.at else ANYWAY_SECONDS
    return bool(found.files or found.error) or not 0 <= age < ANYWAY_SECONDS
