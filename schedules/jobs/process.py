"""Runs one crawl process in a session of its own: watches it and stops it step by step."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from attrs import define, field

from schedules.job import JobFiles, JobSpec
from schedules.jobs.figures import rotate
from schedules.jobs.identity import end_processes_of, memory_of
from schedules.jobs.reports import Reports
from schedules.jobs.starting import Process, Starter, start
from schedules.verdicts.verdict import Stop

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.25
START_SECONDS = 60.0
"""Time until the first statistics. A crawl starts slowly on a busy machine."""
TERM_SECONDS = 5.0
KILL_SECONDS = 10.0
LOOK_SECONDS = 5.0
"""How often a job's memory and the size of its log are checked."""


def stop_signals() -> list[signal.Signals]:
    """Returns the signals that ask a command to stop: SIGHUP is none of them under `nohup`."""
    hangup = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hangup else [])]


class StopRequest:
    """A request to stop. Pressed once: finish what is under way; pressed twice: stop now.

    above: a request that counts for this job, too, such as an operator's for all jobs.
    """

    def __init__(self, above: StopRequest | None = None) -> None:
        self._times = 0
        self._why: Stop | None = None
        self._above = above

    @property
    def times(self) -> int:
        return self._times + (self._above.times if self._above else 0)

    @property
    def why(self) -> Stop:
        """Why the job has to stop."""
        return self._why or (self._above.why if self._above else Stop.ASKED)

    def press(self, why: Stop = Stop.ASKED) -> None:
        self._why = self._why or why
        self._times += 1


@define
class _StopSteps:
    """Stops a crawl in steps: SIGINT to the crawl, then SIGTERM and SIGKILL to all its processes.

    SIGINT is sent once only: Scrapy takes a second one as "drop everything".
    """

    pid: int
    grace_seconds: float
    stop: Stop | None = None
    step: int = 0
    next_at: float = 0.0

    def take(self, why: Stop, hurry: bool) -> None:
        """Takes the next step if it is due; `hurry` skips the rest of the grace time."""
        moment = time.monotonic()
        if self.stop is None:
            self.stop = why
            if why is Stop.MEMORY:
                self.step = 1  # no memory is left to finish anything
        elif moment < self.next_at and not (hurry and self.step == 1):
            return
        wait = (self.grace_seconds, TERM_SECONDS, KILL_SECONDS)[min(self.step, 2)]
        with suppress(ProcessLookupError):
            if self.step == 0:
                os.kill(self.pid, signal.SIGINT)
            else:
                os.killpg(self.pid, signal.SIGTERM if self.step == 1 else signal.SIGKILL)
        self.step += 1
        self.next_at = moment + wait

    @property
    def exhausted(self) -> bool:
        """Whether SIGKILL was sent in vain."""
        return self.step > 2 and time.monotonic() > self.next_at


@define
class _StatsWatch:
    """Watches when the job last reported."""

    reports: Reports
    seen: tuple[int, ...] = ()
    changed_at: float = field(factory=time.monotonic)

    def silent_for(self) -> float:
        """Returns the seconds since it reported, or since the start."""
        stamp = self.reports.stamp()
        if stamp != self.seen:
            self.seen, self.changed_at = stamp, time.monotonic()
        return time.monotonic() - self.changed_at


@define
class _Bounds:
    """Checks what a job may take, only every few seconds since checking is costly."""

    pid: int
    memory_bytes: int
    log: Path
    next_at: float = 0.0

    def broken(self) -> Stop | None:
        """Returns the bound that the job has broken, if any; rotates a log that is too long."""
        moment = time.monotonic()
        if moment < self.next_at:
            return None
        self.next_at = moment + LOOK_SECONDS
        with suppress(OSError):  # somebody removed the log, or no disk takes its copy
            rotate(self.log)
        return Stop.MEMORY if memory_of(self.pid) > self.memory_bytes else None


@define(frozen=True)
class Ended:
    """How the process ended. exit_code: None if it could not be killed."""

    exit_code: int | None
    stop: Stop | None


async def run_process(
    command: Sequence[str],
    environment: Mapping[str, str],
    spec: JobSpec,
    files: JobFiles,
    reports: Reports,
    *,
    stop: StopRequest,
    on_start: Callable[[int], Awaitable[None]],
    on_tick: Callable[[], None],
    starter: Starter | None = None,
) -> Ended:
    """Runs `command` to its end within the bounds of `spec`; its output goes to the job's log.

    on_start gets the process id; on_tick is called four times a second. Without a log, because no
    disk takes one, the job runs all the same. starter: begins it, if it can.

    Raises:
        OSError: the program cannot be started.
    """
    with _opened(files.log) as log:
        process = await start(command, environment, log.fileno(), reports.memory, starter)
    try:
        await on_start(process.pid)
        return await _supervise(process, spec, files, reports, stop, on_tick)
    finally:
        # Kill whatever the crawl left behind (a browser, say), and the crawl itself if this task
        # was cancelled.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.to_thread(end_processes_of, files.stats)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), KILL_SECONDS)


def _opened(log: Path) -> BinaryIO:
    """Opens a job's log to add to it; nothing is kept where that cannot be."""
    try:
        return log.open("ab")
    except OSError as error:
        logger.error("A job runs without its log %s: %s", log, error.strerror)  # noqa: TRY400
        return Path(os.devnull).open("ab")


async def _supervise(
    process: Process,
    spec: JobSpec,
    files: JobFiles,
    reports: Reports,
    stop: StopRequest,
    on_tick: Callable[[], None],
) -> Ended:
    started = time.monotonic()
    steps, watch = _StopSteps(process.pid, spec.grace_seconds), _StatsWatch(reports)
    bounds = _Bounds(process.pid, spec.memory_bytes, files.log)
    waiter = asyncio.create_task(process.wait())
    try:
        while not steps.exhausted:
            await asyncio.wait({waiter}, timeout=POLL_SECONDS)
            on_tick()
            if waiter.done():
                return Ended(waiter.result(), steps.stop)
            why = steps.stop or bounds.broken() or _why_stop(spec, started, watch, stop)
            if why:
                steps.take(why, hurry=stop.times > 1)
    finally:
        waiter.cancel()
    return Ended(None, steps.stop)


def _why_stop(spec: JobSpec, started: float, watch: _StatsWatch, stop: StopRequest) -> Stop | None:
    if stop.times:
        return stop.why
    if time.monotonic() - started > spec.deadline_seconds:
        return Stop.DEADLINE
    silent = watch.silent_for()
    if silent > (spec.silence_seconds if watch.seen else max(spec.silence_seconds, START_SECONDS)):
        return Stop.SILENCE
    return None
