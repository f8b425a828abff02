"""Where a job reports: in its statistics file, and in memory while no disk takes that."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import attrs
from attrs import define

from schedules.verdicts.report import StatsReport, parse_stats, read_stats

LARGEST = 16 * 1024 * 1024


@define(frozen=True)
class Reports:
    """The reports of one job. memory: a file of no disk, handed to the crawl; None where the
    system has none."""

    path: Path
    memory: int | None = None

    def read(self) -> StatsReport | None:
        """Returns the newest report; None if there is none."""
        on_disk = read_stats(self.path)
        if self.memory is None or (on_disk is not None and on_disk.finished):
            return on_disk
        kept = parse_stats(os.pread(self.memory, LARGEST, 0))
        return attrs.evolve(kept, unsaved=True) if kept is not None else on_disk

    def stamp(self) -> tuple[int, ...]:
        """Returns what changes with every report."""
        times: tuple[int, ...] = ()
        with suppress(OSError):
            state = self.path.stat()
            times = (state.st_mtime_ns, state.st_ino)
        if self.memory is not None and os.fstat(self.memory).st_size:
            times += (os.fstat(self.memory).st_mtime_ns,)
        return times


@contextmanager
def reports_of(path: Path) -> Iterator[Reports]:
    """The reports of a job for as long as it runs. path: its statistics file."""
    memory = os.memfd_create("statistics", 0) if hasattr(os, "memfd_create") else None
    try:
        yield Reports(path, memory)
    finally:
        if memory is not None:
            os.close(memory)
