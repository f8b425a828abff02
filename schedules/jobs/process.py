"""One crawl process: started in a session of its own, watched, and stopped step by step."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from attrs import define, field

from pipelines.config import JOB_VARIABLE
from schedules.job import JobFiles, JobSpec
from schedules.jobs.figures import rotate
from schedules.jobs.identity import end_processes_of, memory_of
from schedules.verdicts.verdict import Stop

POLL_SECONDS = 0.25
START_SECONDS = 60.0
"""Until the first statistics; a crawl on a busy machine takes its time to begin."""
TERM_SECONDS = 5.0
KILL_SECONDS = 10.0
LOOK_SECONDS = 5.0
"""How often a job's memory and the size of its log are looked at."""


def stop_signals() -> list[signal.Signals]:
    """The signals that ask a command to stop. A closed terminal is none under `nohup`."""
    hangup = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
    return [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hangup else [])]


class StopRequest:
    """A wish to stop: once = finish what is under way, twice = now.

    above: a wish that holds for this job too, as that of an operator for all.
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
        """Whose wish it is."""
        return self._why or (self._above.why if self._above else Stop.ASKED)

    def press(self, why: Stop = Stop.ASKED) -> None:
        self._why = self._why or why
        self._times += 1


@define
class _Ladder:
    """The steps of stopping: SIGINT to the crawl, SIGTERM and SIGKILL to all its processes.

    The crawl gets SIGINT once: Scrapy takes a second one as "drop everything".
    """

    pid: int
    grace_seconds: float
    stop: Stop | None = None
    step: int = 0
    next_at: float = 0.0

    def climb(self, why: Stop, hurry: bool) -> None:
        """Take the next step if it is due; `hurry` leaves out the rest of the grace."""
        moment = time.monotonic()
        if self.stop is None:
            self.stop = why
            if why is Stop.MEMORY:
                self.step = 1  # there is no room to finish anything
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
        """SIGKILL was sent and the process is still there."""
        return self.step > 2 and time.monotonic() > self.next_at


@define
class _Watch:
    """When the statistics file last changed."""

    path: Path
    seen: tuple[int, int] | None = None
    changed_at: float = field(factory=time.monotonic)

    def silent_for(self) -> float:
        """Seconds since the file changed (or since the start)."""
        with suppress(FileNotFoundError):
            state = self.path.stat()
            if (state.st_mtime_ns, state.st_ino) != self.seen:
                self.seen = (state.st_mtime_ns, state.st_ino)
                self.changed_at = time.monotonic()
        return time.monotonic() - self.changed_at


@define
class _Bounds:
    """What a job may take; looked at now and then, since it costs to look."""

    pid: int
    memory_bytes: int
    log: Path
    next_at: float = 0.0

    def broken(self) -> Stop | None:
        """The bound that the job has broken, if any. A log that grows too long is cut."""
        moment = time.monotonic()
        if moment < self.next_at:
            return None
        self.next_at = moment + LOOK_SECONDS
        rotate(self.log)
        return Stop.MEMORY if memory_of(self.pid) > self.memory_bytes else None


@define(frozen=True)
class Ended:
    """How the process ended. exit_code: None if it could not even be killed."""

    exit_code: int | None
    stop: Stop | None


async def run_process(
    command: Sequence[str],
    environment: Mapping[str, str],
    spec: JobSpec,
    files: JobFiles,
    *,
    stop: StopRequest,
    on_start: Callable[[int], Awaitable[None]],
    on_tick: Callable[[], None],
) -> Ended:
    """Run `command` to its end, within the bounds of `spec`; output goes to the job's log.

    on_start gets the process id; on_tick is called four times a second.

    Raises:
        OSError: the log cannot be written or the program cannot be started.
    """
    with files.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(environment),
            start_new_session=True,
        )
    try:
        await on_start(process.pid)
        return await _supervise(process, spec, files, stop, on_tick)
    finally:
        # Whatever the crawl left behind (a browser, say) goes with it, and so does the crawl
        # itself when this task is cancelled.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.to_thread(end_processes_of, environment[JOB_VARIABLE])
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), KILL_SECONDS)


async def _supervise(
    process: asyncio.subprocess.Process,
    spec: JobSpec,
    files: JobFiles,
    stop: StopRequest,
    on_tick: Callable[[], None],
) -> Ended:
    started = time.monotonic()
    ladder, watch = _Ladder(process.pid, spec.grace_seconds), _Watch(files.stats)
    bounds = _Bounds(process.pid, spec.memory_bytes, files.log)
    waiter = asyncio.create_task(process.wait())
    try:
        while not ladder.exhausted:
            await asyncio.wait({waiter}, timeout=POLL_SECONDS)
            on_tick()
            if waiter.done():
                return Ended(waiter.result(), ladder.stop)
            why = ladder.stop or bounds.broken() or _why_stop(spec, started, watch, stop)
            if why:
                ladder.climb(why, hurry=stop.times > 1)
    finally:
        waiter.cancel()
    return Ended(None, ladder.stop)


def _why_stop(spec: JobSpec, started: float, watch: _Watch, stop: StopRequest) -> Stop | None:
    if stop.times:
        return stop.why
    if time.monotonic() - started > spec.deadline_seconds:
        return Stop.DEADLINE
    silent = watch.silent_for()
    if silent > (spec.silence_seconds if watch.seen else max(spec.silence_seconds, START_SECONDS)):
        return Stop.SILENCE
    return None
