"""The one queue in which all requests of a site wait: its pace, its pauses, its end."""

from __future__ import annotations

from time import monotonic

from scrapy.core.downloader import Downloader, Slot

JITTER = 0.2
_MEAN = 1.0 / (1.0 - JITTER)
"""Scrapy varies a delay to both sides; times this, the delay that was asked for is the shortest."""


class SiteSlot:
    """Scrapy's downloader slot of one site.

    The delay must be above 0: with 0 Scrapy keeps no limit at all.
    """

    def __init__(self, downloader: Downloader, key: str, delay: float, concurrency: int) -> None:
        self._slot = Slot(concurrency, delay * _MEAN, JITTER)
        downloader.slots[key] = self._slot
        downloader.total_concurrency = 2 * concurrency
        self._delay = delay

    @property
    def delay(self) -> float:
        """Shortest pause between two requests, in seconds."""
        return self._delay

    def slow_down(self, delay: float) -> None:
        """Makes the pause between two requests at least so long."""
        if delay > self._delay:
            self._delay, self._slot.delay = delay, delay * _MEAN

    def pause(self, seconds: float) -> None:
        """Lets no request leave for so long; those under way go on."""
        # A request leaves when the delay since the last one is over.
        last = monotonic() + seconds - self._delay
        self._slot.lastseen = max(self._slot.lastseen, last)

    def drop(self, error: Exception) -> None:
        """Fails all requests that wait."""
        while self._slot.queue:
            _request, waiting = self._slot.queue.popleft()
            waiting.errback(error)
