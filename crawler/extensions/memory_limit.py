"""Ends a crawl that holds too much memory."""

from __future__ import annotations

from scrapy.extensions.memusage import MemoryUsage

from crawler.extensions.jobstats import peak_memory


class MemoryLimitExtension(MemoryUsage):
    """Scrapy's, but it measures this process alone: Scrapy's own measure starts with what the
    parent held, so that a large scheduler would end every crawl at its start."""

    def get_virtual_size(self) -> int:
        return peak_memory() or super().get_virtual_size()
