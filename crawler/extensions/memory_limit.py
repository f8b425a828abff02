"""Ends a crawl that takes too much memory."""

from __future__ import annotations

from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

_PROCESS_STATUS = Path("/proc/self/status")


class MemoryLimitExtension(MemoryUsage):
    """Scrapy's, but it measures this process alone.

    Scrapy's own measure starts with what the parent held, so that a large scheduler would end
    every crawl at its start.
    """

    def get_virtual_size(self) -> int:
        return peak_memory() or super().get_virtual_size()


def peak_memory() -> int | None:
    """Returns the most memory this process has held, in bytes; None where the system does not say.

    `ru_maxrss` would count what the parent held when it started this process.
    """
    try:
        lines = _PROCESS_STATUS.read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), None)
