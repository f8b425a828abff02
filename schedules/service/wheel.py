"""The service's clock: APScheduler's asyncio scheduler, kept turning whatever happens.

What plain APScheduler 3.11 does not do: one trigger that raises stops all its jobs for good, and
its timer runs on monotonic time, so that it sleeps on when somebody sets the clock.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, timedelta

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from pipelines import clock

logger = logging.getLogger(__name__)

LONGEST_SLEEP_SECONDS = 15.0
"""The clock is looked at this often, however far away the next job is."""
LEAP = timedelta(seconds=1)
"""A smaller difference between the two clocks is drift or a busy loop."""
BEATS = "beats"
"""The job store of what runs every so often, as opposed to at due times."""


class Wheel(AsyncIOScheduler):  # type: ignore[misc] # APScheduler has no types
    """APScheduler's scheduler that goes on after an error and after a leap of the clock.

    on_leap is called with how far the clock leapt, before any job of the new time runs.
    """

    def __init__(self, on_leap: Callable[[timedelta], None] = lambda _leap: None) -> None:
        # A job is told of every run time, however late: how late is too late is not its business.
        defaults = {"misfire_grace_time": None, "coalesce": False, "max_instances": 1}
        super().__init__(timezone=UTC, job_defaults=defaults)
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it logs every single run
        self.add_jobstore(MemoryJobStore(), BEATS)
        self._on_leap = on_leap
        self._clocks = (clock.machine_now(), time.monotonic())

    def wakeup(self) -> None:
        """Run what is due, soon. Thread-safe."""
        if self._eventloop is not None:
            self._eventloop.call_soon_threadsafe(self._turn)

    def _turn(self) -> None:
        """Run what is due and set the timer for what comes next."""
        if not self.running:
            return
        wait: float | None = None
        try:
            self._follow_clock()
            wait = self._process_jobs()
        except Exception:
            logger.exception("The scheduler met an error and goes on")
        self._start_timer(
            min(LONGEST_SLEEP_SECONDS if wait is None else wait, LONGEST_SLEEP_SECONDS)
        )

    def _follow_clock(self) -> None:
        """Notice that somebody set the clock, or that the machine was asleep.

        Beats run at once then: their next times were worked out from the old time.
        """
        now, steady = clock.machine_now(), time.monotonic()
        leap = now - self._clocks[0] - timedelta(seconds=steady - self._clocks[1])
        self._clocks = (now, steady)
        if abs(leap) > LEAP:
            for job in self.get_jobs(BEATS):
                job.modify(next_run_time=now)
            self._on_leap(leap)
