"""Names of processes that run jobs, and telling whether such a process is still alive."""

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
"""Index of the start time in /proc/PID/stat, counted from the state."""
STATS_VARIABLE = "NEWSDESK_STATS_FILE"


@lru_cache(maxsize=1)
def host() -> str:
    """Returns the name of this machine."""
    return socket.gethostname()


def runner_name() -> str:
    """Returns this process as "machine:pid:start". The start time tells a reused pid apart."""
    return f"{host()}:{os.getpid()}:{_start_of(os.getpid())}"


def runner_lives(name: object) -> bool | None:
    """Tells whether the process of that name is alive; None if it runs on another machine."""
    if not isinstance(name, str):
        return None
    machine, _, rest = name.rpartition(":")[0].rpartition(":")
    if machine != host() or not rest.isascii() or not rest.isdigit():
        return None
    return _start_of(int(rest)) == name.rpartition(":")[2]


def crawl_lives(record: dict[str, object]) -> bool:
    """Tells whether the crawl process of a job is alive, and not another one with its pid."""
    pid = record.get("pid")
    if not isinstance(pid, int):
        return False
    try:
        process = psutil.Process(pid)
        if "crawl" not in process.cmdline():
            return False
        return process.environ().get(JOB_VARIABLE) == record["_id"]
    except psutil.AccessDenied:
        return True  # another user's crawl: it is for that user to judge
    except psutil.NoSuchProcess:
        return False


def end_processes_of(stats: Path) -> int:
    """Kills every process that a job has started on this machine; returns how many there were.

    stats: the job's statistics file, which its processes have in their environment, even those
    that left its process group. (Jobs of two databases may bear the same id.)
    """
    mark, ended = str(stats.absolute()), set[int]()
    for round_ in range(SCANS):
        found = [process for process in psutil.process_iter() if _belongs(process, mark)]
        for process in found:
            with suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)
            ended.add(process.pid)
        if not found and round_:
            break  # two scans: a process shows no environment while it starts another program
        time.sleep(PAUSE_SECONDS)  # not `wait`: the exit code belongs to the parent process
    return len(ended)


def _belongs(process: psutil.Process, stats: str) -> bool:
    try:
        return process.pid != os.getpid() and process.environ().get(STATS_VARIABLE) == stats
    except (psutil.Error, OSError):
        return False  # another user's, or gone


def memory_of(pid: int) -> int:
    """Returns the bytes that a process and its children hold; 0 if it is gone."""
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
    """Returns the start time of a process; "" if there is none or it has ended.

    The unit is clock ticks since boot. psutil's times of day change when the clock is corrected,
    and a living process would then look like another one.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        state, *rest = fields.rpartition(")")[2].split()
        return "" if state == "Z" else rest[STARTTIME]
    except FileNotFoundError:
        return "" if Path("/proc/self/stat").exists() else _created(pid)
    except (OSError, ValueError, IndexError):
        return ""  # it ended meanwhile


def _created(pid: int) -> str:
    """Returns the start time where there is no /proc."""
    try:
        return f"{psutil.Process(pid).create_time():.0f}"
    except psutil.Error:
        return ""
