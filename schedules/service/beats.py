"""Beats: tasks that the service repeats at intervals, and whether each of them goes well."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, timedelta

from apscheduler.triggers.interval import IntervalTrigger
from attrs import define, field

from pipelines.storage.exceptions import StorageError
from pipelines.timing import clock
from schedules.exceptions import SchedulesError
from schedules.service.wheel import BEATS, Wheel

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 60.0
"""Longest time until a beat that failed is tried again."""
LONGEST_TROUBLE = 300
LATE_SECONDS = 60.0
"""A beat is late when it has not gone well for its interval and this time."""
STUCK_SECONDS = 300.0
"""A beat is stuck when it has not returned for its interval and this time, which is longer than
any operation on MongoDB may take."""


@define(eq=False)
class Beat:
    """A task that is repeated every `seconds` seconds, the first time after `first_after`.

    work: may raise; the error is logged, counted, and kept in `trouble` until the beat goes well
    again. returned_at, well_at: when it last returned, and last without an error (monotonic).
    """

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]
    first_after: float = 0.0
    errors: int = 0
    trouble: str | None = None
    returned_at: float = field(factory=time.monotonic)
    well_at: float | None = None
    _said: str | None = None
    _under_way: asyncio.Lock = field(factory=asyncio.Lock)

    def begin(self) -> None:
        """Forgets how it went before."""
        self.returned_at, self.well_at = time.monotonic(), None
        self.trouble = self._said = None

    async def run(self) -> None:
        """Does the task once. Raises nothing, so that it runs again at its next time."""
        async with self._under_way:
            try:
                await self.work()
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise  # the service ends
                self._failed("something that it waited for was cancelled")
            except (StorageError, SchedulesError) as error:
                self._failed(str(error))
            except Exception as error:  # noqa: BLE001 - logged with its traceback
                self._failed(f"{type(error).__name__}: {error}"[:LONGEST_TROUBLE], error)
            else:
                self.well_at = time.monotonic()
                if self.trouble is not None:
                    logger.info("%s: goes well again", self.name)
                self.trouble = self._said = None
            finally:
                self.returned_at = time.monotonic()

    async def settle(self) -> None:
        """Waits until the task is not running."""
        async with self._under_way:
            pass

    def _failed(self, trouble: str, error: Exception | None = None) -> None:
        """Counts a failure, and logs it if it is new. error: given if its traceback is wanted."""
        self.errors += 1
        self.trouble = f"{self.name}: {trouble}"
        news = type(error).__name__ if error else trouble
        if news != self._said:
            logger.error("%s", self.trouble, exc_info=error)
        self._said = news

    @property
    def is_late(self) -> bool:
        """Whether it has not gone well for too long."""
        since = self.returned_at if self.well_at is None else self.well_at
        return time.monotonic() - since > self.seconds + LATE_SECONDS

    @property
    def is_stuck(self) -> bool:
        """Whether it hangs."""
        return time.monotonic() - self.returned_at > self.seconds + STUCK_SECONDS

    @property
    def what_is_wrong(self) -> str | None:
        """What is wrong, in a sentence; None if nothing is."""
        if self.trouble is None and self.is_late:
            seconds = time.monotonic() - self.returned_at
            return f"{self.name}: has not come back for {seconds:.0f} s"
        return self.trouble


@define(eq=False)
class Beats:
    """The beats that are running, each an interval job of the wheel."""

    wheel: Wheel
    _beats: dict[str, Beat] = field(factory=dict)

    def __iter__(self) -> Iterator[Beat]:
        return iter([*self._beats.values()])

    def start(self, beats: Iterable[Beat]) -> None:
        """Repeats these beats from now on."""
        for beat in beats:
            self._beats[beat.name] = beat
            beat.begin()
            self.wheel.add_job(
                self._run,
                args=[beat],
                trigger=IntervalTrigger(seconds=beat.seconds, timezone=UTC),
                id=beat.name,
                jobstore=BEATS,
                coalesce=True,
                next_run_time=clock.machine_now() + timedelta(seconds=beat.first_after),
            )

    def stop(self, beats: Iterable[Beat]) -> None:
        """Does not repeat these beats any more. A task that is running goes on to its end."""
        for beat in beats:
            if self._beats.pop(beat.name, None) is not None:
                self.wheel.remove_job(beat.name, BEATS)

    def run_now(self, name: str) -> None:
        """Runs a beat now instead of at its next time, if it is started."""
        if name in self._beats:
            self.wheel.modify_job(name, BEATS, next_run_time=clock.machine_now())

    async def _run(self, beat: Beat) -> None:
        await beat.run()
        if beat.trouble is not None and beat.seconds > AGAIN_SECONDS and beat.name in self._beats:
            again = clock.machine_now() + timedelta(seconds=AGAIN_SECONDS)
            self.wheel.modify_job(beat.name, BEATS, next_run_time=again)

    async def end(self, seconds: float) -> None:
        """Stops all beats and waits for running tasks, each for so many seconds at most."""
        beats = [*self]
        self.stop(beats)
        for beat in beats:
            with suppress(TimeoutError):
                await asyncio.wait_for(beat.settle(), seconds)
