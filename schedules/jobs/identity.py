"""Who runs jobs: a process, named so that another can tell whether it is still there."""

from __future__ import annotations

import os
import signal
import socket
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import psutil

from pipelines.config import JOB_VARIABLE

SCANS = 40
PAUSE_SECONDS = 0.05
STARTTIME = 18
"""Place of the start time in /proc/PID/stat, behind the state."""


@lru_cache(maxsize=1)
def host() -> str:
    """This machine's name."""
    return socket.gethostname()


def runner_name() -> str:
    """This process as "machine:pid:start"; the start tells a later process of the same number."""
    return f"{host()}:{os.getpid()}:{_start_of(os.getpid())}"


def runner_lives(name: object) -> bool | None:
    """Whether the process of that name is there; None: it is another machine's, so who knows."""
    if not isinstance(name, str):
        return None
    machine, _, rest = name.rpartition(":")[0].rpartition(":")
    if machine != host() or not rest.isdigit():
        return None
    return _start_of(int(rest)) == name.rpartition(":")[2]


def crawl_lives(record: dict[str, object]) -> bool:
    """Whether the process of this job, and not a later one with its number, is still there."""
    pid = record.get("pid")
    if not isinstance(pid, int):
        return False
    try:
        process = psutil.Process(pid)
        if "crawl" not in process.cmdline():
            return False
        return process.environ().get(JOB_VARIABLE) == record["_id"]
    except psutil.AccessDenied:
        return True  # another user's crawl: that user's commands judge it
    except psutil.NoSuchProcess:
        return False


def end_processes_of(job: str) -> int:
    """Kill every process of this machine that a job has started; gives how many there were.

    They carry the job's id in their environment, also those that left its process group.
    """
    ended: set[int] = set()
    for round_ in range(SCANS):
        found = [process for process in psutil.process_iter() if _belongs(process, job)]
        for process in found:
            with suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)
            ended.add(process.pid)
        if not found and round_:
            break  # one that was just starting another program showed no environment at first
        time.sleep(PAUSE_SECONDS)  # not `wait`: whoever started it wants to hear how it ended
    return len(ended)


def _belongs(process: psutil.Process, job: str) -> bool:
    try:
        return process.pid != os.getpid() and process.environ().get(JOB_VARIABLE) == job
    except (psutil.Error, OSError):
        return False  # another user's, or gone


def memory_of(pid: int) -> int:
    """Bytes that a process and all that it started hold; 0 when it is gone."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    total = 0
    for member in family:
        with suppress(psutil.Error):
            total += member.memory_info().rss
    return total


def _start_of(pid: int) -> str:
    """When a process began; "" if there is none, or it has ended.

    In clock ticks since the machine started: seconds of the day, as psutil works them out, move
    by one whenever the clock is corrected, and a process that lives would look like another.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        state, *rest = fields.rpartition(")")[2].split()
        return "" if state == "Z" else rest[STARTTIME]
    except FileNotFoundError:
        return "" if Path("/proc/self/stat").exists() else _created(pid)
    except (OSError, ValueError, IndexError):
        return ""  # it ended while it was looked at


def _created(pid: int) -> str:
    """The same where there is no /proc."""
    try:
        return f"{psutil.Process(pid).create_time():.0f}"
    except psutil.Error:
        return ""
