"""Runs crawls as child processes and measures what each one costs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from attrs import define

ROOT = Path(__file__).parents[2]
DEADLINE_SECONDS = 1800
"""A crawl of 20,000 articles takes minutes."""


@define(frozen=True, kw_only=True)
class Cost:
    """cpu: user and system seconds of the process and its children; rss: peak, in MB."""

    cpu: float
    wall: float
    rss: float


def run(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Cost:
    """Run a command to its end.

    Raises:
        RuntimeError: it failed or took too long; the log says why.
    """
    began = time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        peak = 0.0
        while True:
            peak = max(peak, peak_memory(process.pid))
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - began > DEADLINE_SECONDS:
                process.kill()
            time.sleep(0.01)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command} ended with {process.returncode}: see {log}")
    return Cost(
        cpu=usage.ru_utime + usage.ru_stime,
        wall=time.monotonic() - began,
        rss=peak,
    )


def peak_memory(pid: int) -> float:
    """The most memory a process has held so far, in MB; 0 once it has ended.

    Not `ru_maxrss`, which a process inherits from the one that started it.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


@contextmanager
def served(articles: int, *, packed: bool = False, own: bool = False) -> Iterator[str]:
    """The benchmark's site on loopback; yields "127.0.0.1:port". packed: as most sites send.
    own: each article has sentences of its own, as real ones have."""
    command = [sys.executable, "-m", "tests.benchmarks.serve", str(articles)]
    command += ["packed"] * packed + ["own"] * own
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


def best(costs: Sequence[Cost]) -> Cost:
    """The least of several rounds, each figure by itself; of peaks the highest.

    Whatever else the machine does only adds to a round: the least is the steadiest figure.
    """
    return Cost(
        cpu=min(cost.cpu for cost in costs),
        wall=min(cost.wall for cost in costs),
        rss=max(cost.rss for cost in costs),
    )


def verdict(value: float, target: float) -> str:
    """ "1.62 (target 1.80 ✓)"."""
    return f"{value:.2f} (target {target:.2f} {'✓' if value <= target else '✗'})"
