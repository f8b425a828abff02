"""What a process costs together with all that it has started: a crawl, its driver, its browser."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil
from attrs import define, field

from tests.benchmarks.measure import DEADLINE_SECONDS, ROOT

SAMPLE_SECONDS = 0.1


@define(kw_only=True)
class FamilyCost:
    """cpu: seconds of all together. rss: MB held together, at each sample."""

    cpu: float = 0.0
    wall: float = 0.0
    rss: list[float] = field(factory=list)

    def peak(self, first: float = 0.0, last: float = 1.0) -> float:
        """The most that was held, in a part of the time."""
        number = len(self.rss)
        return max(self.rss[int(first * number) : int(last * number)], default=0.0)


def run_family(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    seconds: float = DEADLINE_SECONDS,
) -> FamilyCost:
    """Run a Python command to its end.

    The CPU is what each living process has used itself and through the children that it has seen
    end. What ends unseen at the close is missing: at most the last sample's tenth of a second.

    Raises:
        RuntimeError: it failed or took too long; the log says why.
    """
    cost, began = FamilyCost(), time.monotonic()
    with log.open("ab") as output:
        process = psutil.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        while process.poll() is None:
            _sample(process, cost)
            if time.monotonic() - began > seconds:
                process.kill()
            time.sleep(SAMPLE_SECONDS)
    cost.wall = time.monotonic() - began
    if process.returncode != 0:
        raise RuntimeError(f"{command} ended with {process.returncode}: see {log}")
    return cost


def _sample(process: psutil.Popen, cost: FamilyCost) -> None:
    cpu = rss = 0.0
    with suppress(psutil.Error):
        for each in [process, *process.children(recursive=True)]:
            with suppress(psutil.Error):
                with each.oneshot():
                    times = each.cpu_times()
                    rss += each.memory_info().rss
                cpu += times.user + times.system + times.children_user + times.children_system
    cost.cpu = max(cost.cpu, cpu)
    cost.rss.append(rss / 1024 / 1024)
