"""The console beside the service: a process of its own, so that neither can hold the other up."""

from __future__ import annotations

import asyncio
import logging
import sys
import time

from attrs import define

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
"""Seconds until a console that ended is started again: twice as long each time."""
WELL_SECONDS = 60.0
END_SECONDS = 5.0
COMMAND = (sys.executable, "-m", "newsdesk", "web", "--beside-service")


@define(eq=False)
class ConsoleProcess:
    """Starts the console and starts it again if it ends. It ends with the service, even if that is
    killed: its standard input is then at an end."""

    environment: dict[str, str]
    _process: asyncio.subprocess.Process | None = None
    _started: float = 0.0
    _pause: float = FIRST_PAUSE

    async def look(self) -> None:
        """Starts it unless it runs, or has ended too recently."""
        now = time.monotonic()
        if self._process is not None:
            if self._process.returncode is None:
                return
            if now - self._started > WELL_SECONDS:
                self._pause = FIRST_PAUSE
            if now - self._started < self._pause:
                return
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            logger.warning("The console had ended (%s); again", self._process.returncode)
        self._started = now
        self._process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=asyncio.subprocess.PIPE, env=self.environment
        )

    async def close(self) -> None:
        """Ends it."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), END_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
