"""The wheel: APScheduler's asyncio scheduler, which keeps turning after errors and clock changes.

In plain APScheduler 3.11 one trigger that raises stops all jobs for good, and a timer on
monotonic time sleeps on when somebody sets the clock.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, timedelta

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from pipelines.timing import clock

logger = logging.getLogger(__name__)

LONGEST_SLEEP_SECONDS = 15.0
"""Longest time between two looks at the clock, however far away the next job is."""
LEAP = timedelta(seconds=1)
"""A smaller difference between wall time and monotonic time is drift."""
BEATS = "beats"
"""The job store of what runs at intervals, as opposed to due times."""


class Wheel(AsyncIOScheduler):  # type: ignore[misc] # APScheduler has no types
    """APScheduler's scheduler that goes on after an error and after a leap of the clock.

    on_leap: called with how far the clock leapt, before any job runs at the new time.
    """

    def __init__(self, on_leap: Callable[[timedelta], None] = lambda _leap: None) -> None:
        # Run every due time, however late: the slot planner decides what is too late.
        defaults = {"misfire_grace_time": None, "coalesce": False, "max_instances": 1}
        super().__init__(timezone=UTC, job_defaults=defaults)
        logging.getLogger("apscheduler").setLevel(
            logging.ERROR
        )  # else it logs every run of every beat
        self.add_jobstore(MemoryJobStore(), BEATS)
        self._on_leap = on_leap
        self._clocks = (clock.machine_now(), time.monotonic())

    def wakeup(self) -> None:
        """Runs what is due in the next turn of the event loop. Thread-safe."""
        if self._eventloop is not None:
            self._eventloop.call_soon_threadsafe(self._turn)

    def _turn(self) -> None:
        """Runs what is due and sets the timer for what comes next."""
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
        """Notices that somebody set the clock, or that the machine was asleep.

        All beats run at once then, because their next times follow from the old time.
        """
        now, steady = clock.machine_now(), time.monotonic()
        leap = now - self._clocks[0] - timedelta(seconds=steady - self._clocks[1])
        self._clocks = (now, steady)
        if abs(leap) > LEAP:
            for job in self.get_jobs(BEATS):
                job.modify(next_run_time=now)
            self._on_leap(leap)
