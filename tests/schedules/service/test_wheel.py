"""The wheel goes on after errors, blocked loops and leaps of the clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from schedules.service.wheel import BEATS, Wheel
from tests.support.shifted_clock import ShiftedClock
from tests.support.waiting import until

HOUR = timedelta(hours=1)


class RaisingOnce(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    def __init__(self) -> None:
        self.raised = False

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        if not self.raised:
            self.raised = True
            raise ArithmeticError("no due time")
        return now + HOUR


class Counted:
    """Something that runs every so often, and how often it ran."""

    def __init__(self) -> None:
        self.runs = 0
        self.leaps: list[timedelta] = []

    async def run(self) -> None:
        self.runs += 1

    def every(self, wheel: Wheel, seconds: float) -> None:
        wheel.add_job(self.run, IntervalTrigger(seconds=seconds), jobstore=BEATS, coalesce=True)


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
async def wheel(counted: Counted) -> AsyncIterator[Wheel]:
    wheel = Wheel(counted.leaps.append)
    wheel.start()
    yield wheel
    wheel.shutdown()
    await asyncio.sleep(0)


async def test_a_trigger_that_raises_does_not_stop_the_wheel(
    wheel: Wheel, counted: Counted, caplog: pytest.LogCaptureFixture
) -> None:
    counted.every(wheel, 0.1)
    wheel.add_job(counted.run, RaisingOnce(), next_run_time=datetime.now(UTC))
    await until(lambda: "ArithmeticError" in caplog.text)
    before = counted.runs
    await until(lambda: counted.runs > before + 5)


async def test_a_blocked_loop_delays_and_loses_no_beat(wheel: Wheel, counted: Counted) -> None:
    counted.every(wheel, 0.1)
    await until(lambda: counted.runs)
    time.sleep(1.5)  # noqa: ASYNC251 - that is the case
    before = counted.runs
    await until(lambda: counted.runs > before + 5)
    assert counted.leaps == []


@pytest.mark.parametrize("shift", [HOUR, -HOUR])
async def test_beats_go_on_when_the_clock_is_set(
    wheel: Wheel, counted: Counted, shift: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ShiftedClock(monkeypatch)
    counted.every(wheel, 0.1)
    await until(lambda: counted.runs)
    clock.shift = shift
    before = counted.runs
    await until(lambda: counted.runs > before + 5)
    (leap,) = counted.leaps
    assert abs(leap - shift) < timedelta(seconds=1)
    assert counted.runs < before + 20  # what would have run in that hour does not all run now


async def test_the_clock_is_looked_at_though_no_job_is_due(
    wheel: Wheel, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("schedules.service.wheel.LONGEST_SLEEP_SECONDS", 0.1)
    clock = ShiftedClock(monkeypatch)
    wheel.add_job(counted.run, IntervalTrigger(hours=24), jobstore=BEATS)
    clock.shift = -HOUR
    await until(lambda: counted.leaps)
    await until(lambda: counted.runs == 1)
