"""Starts the process of a job: by one that has everything loaded if it can be had, else anew."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from attrs import define, field

from pipelines.config import CONFIG_ENVIRONMENT_NAME
from schedules.exceptions import NotStarted
from schedules.verdicts.verdict import UNSEEN

logger = logging.getLogger(__name__)

PYTHON = (sys.executable, "-P", "-m")
"""How a command begins that a starter can carry out."""
ANSWER_SECONDS = 30.0
"""In which a starter has to begin a crawl, the time for its own start included."""
TOLD_SECONDS = 5.0
"""In which it has to say how a crawl has ended."""
PAUSE_SECONDS = 300.0
"""For which a starter that failed is not tried again."""
ROOM = " " * 16_384
"""Room in its memory for what its crawls show of themselves (`crawler.starter.show`)."""


class Process(Protocol):
    """The process of a job."""

    @property
    def pid(self) -> int: ...

    async def wait(self) -> int:
        """Returns its exit code when it has ended."""


async def start(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: int,
    memory: int | None,
    starter: Starter | None,
) -> Process:
    """Starts a command in a session of its own. log, memory: descriptors, see `run_process`.

    Raises:
        OSError: the program cannot be started.
    """
    handles = () if memory is None else (memory,)
    if starter is not None and tuple(command[:3]) == PYTHON:
        try:
            return await starter.start(command[3:], environment, (log, *handles))
        except NotStarted as why:
            logger.warning("A crawl starts anew, a second later: %s", why)
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=dict(environment),
        start_new_session=True,
        pass_fds=handles,
    )


@define(eq=False)
class Starter:
    """A process of `crawler.starter`, begun with the first crawl and again when it has ended.

    Any thread and any event loop may use it. Has to be closed.
    """

    _process: subprocess.Popen[bytes] | None = None
    _control: socket.socket | None = None
    _earlier: list[subprocess.Popen[bytes]] = field(factory=list)
    _failed_at: float | None = None
    _lock: threading.Lock = field(factory=threading.Lock)

    @classmethod
    def if_possible(cls) -> Starter | None:
        """Returns one where the system has what it takes: Linux 5.3 or later."""
        return cls() if hasattr(os, "pidfd_open") and hasattr(socket, "recv_fds") else None

    async def start(
        self, command: Sequence[str], environment: Mapping[str, str], handles: Sequence[int]
    ) -> WarmProcess:
        """Starts `python -P -m COMMAND`.

        Raises:
            NotStarted: says why it was not; it will not be later, either.
        """
        if self._failed_at is not None and time.monotonic() < self._failed_at + PAUSE_SECONDS:
            raise NotStarted("the starter failed some minutes ago")
        order = json.dumps({"command": list(command), "environment": dict(environment)}).encode()
        try:
            # It may just have ended, because it was idle for long or because code has changed.
            process = await self._ask(order, handles) or await self._ask(order, handles)
        except NotStarted:
            self._failed_at = time.monotonic()
            raise
        if process is None:
            self._failed_at = time.monotonic()
            raise NotStarted("the starter ends before it has begun a crawl")
        self._failed_at = None
        return process

    async def _ask(self, order: bytes, handles: Sequence[int]) -> WarmProcess | None:
        """Returns the crawl; None if the starter has ended instead."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                asked = await asyncio.to_thread(self._send, order, [theirs.fileno(), *handles])
            except OSError as error:
                ours.close()
                raise NotStarted(f"the starter cannot be asked: {error}") from error
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                word, _, rest = (await reader.readline()).decode().strip().partition(" ")
            if word == "pid":
                process = WarmProcess(int(rest), reader, writer, os.pidfd_open(int(rest)))
                writer.write(b"go\n")
                return process
        except TimeoutError:
            await asyncio.to_thread(self._end, asked)
            word, rest = "refused", f"it has not answered for {ANSWER_SECONDS:.0f} s"
        except BaseException:
            writer.close()  # without a word the crawl does not begin
            raise
        writer.close()
        if word:
            raise NotStarted(f"the starter could not begin a crawl: {word} {rest}")
        return None

    def _send(self, order: bytes, handles: Sequence[int]) -> subprocess.Popen[bytes]:
        """Hands over an order, to a new process if there is none; returns the process. Blocks."""
        with self._lock:
            if self._process is not None and self._control is not None:
                with suppress(BrokenPipeError, ConnectionResetError):
                    socket.send_fds(self._control, [order], handles)
                    return self._process
                self._put_aside()
            process, control = self._launch()
            socket.send_fds(control, [order], handles)
            return process

    def _launch(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(ANSWER_SECONDS)
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-u", *PYTHON[1:], "crawler.starter", str(theirs.fileno())],
                env=starter_environment(),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._process, self._control = process, ours
        logger.info("Process %d starts crawls from now on", process.pid)
        return process, ours

    def _put_aside(self) -> None:
        """Asks this process for nothing more; what it has begun goes on."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._earlier.append(self._process)
        self._process = self._control = None
        self._earlier = [each for each in self._earlier if each.poll() is None]

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Ends a process that hangs; what it has begun goes on."""
        with self._lock:
            process.kill()
            process.wait()
            if process is self._process:
                self._put_aside()

    def close(self) -> None:
        """Ends the process once its crawls have ended. Blocks."""
        with self._lock:
            self._put_aside()
            for process in self._earlier:
                try:
                    process.wait(TOLD_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            self._earlier.clear()


def starter_environment() -> dict[str, str]:
    """Returns the environment of a starter: no settings and no secrets of ours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("NEWSDESK_") and name != "MONGODB_URI"
    }
    return {**kept, CONFIG_ENVIRONMENT_NAME: os.devnull, "ROOM": ROOM}


@define(eq=False)
class WarmProcess:
    """A crawl that a starter has begun; a child of that process, not of this one."""

    pid: int
    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter
    _handle: int
    _exit_code: int | None = None

    async def wait(self) -> int:
        """Returns its exit code when it has ended; `UNSEEN` if the starter ended before it."""
        if self._exit_code is None:
            await self._ended()
            told = b""
            with suppress(TimeoutError):
                async with asyncio.timeout(TOLD_SECONDS):
                    told = await self._reader.readline()
            self._exit_code = int(told.split()[1]) if told.startswith(b"exit ") else UNSEEN
            self._writer.close()
            os.close(self._handle)
        return self._exit_code

    async def _ended(self) -> None:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._handle, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._handle)
