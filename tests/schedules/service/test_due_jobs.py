"""Due times on the wheel become slots, each once, whatever happens on the way."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import attrs
import pytest
from attrs import define, field
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.exceptions import DatabaseUnavailable
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from schedules.exceptions import BadDueTimes
from schedules.jobs.night import NightConnection
from schedules.service.due_jobs import DUE, DueJobs, DueTrigger
from schedules.service.wheel import Wheel
from schedules.timetable.due_times import Due, Interval
from schedules.timetable.schedule import Schedule
from tests.conftest import Server
from tests.support.crawling import ROOT
from tests.support.shifted_clock import ShiftedClock
from tests.support.slots import read
from tests.support.waiting import until

T = TypeVar("T")
TICK = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def ticking(*names: str, due: Due | None = None) -> dict[str, Schedule]:
    """Schedules that are due every second."""
    text = "\n".join(
        f"[schedules.{name}]\nsite = 'sina'\ninterval = '1 hour'\ncatch_up = 'all'\n"
        "catch_up_limit = 100"
        for name in names
    )
    return read(text, due=due or Interval(TICK))


@define
class Failing:
    """A rule of due times that raises while it is told to."""

    rule: Due = field(factory=lambda: Interval(TICK))
    fails: bool = False

    def after(self, moment: datetime) -> datetime | None:
        if self.fails:
            raise ArithmeticError("no such day")
        return self.rule.after(moment)


class Leading:
    """What a leading service holds of due times, on a real MongoDB."""

    def __init__(self, settings: Settings) -> None:
        self.connection = NightConnection(settings)
        self.wheel = Wheel(lambda _leap: self.due.clear())
        self.told = 0
        self.due = DueJobs(self.wheel, self.ask, self._tell)
        self.away = False

    def _tell(self) -> None:
        self.told += 1

    async def ask(self, operation: Callable[[NightStore], T]) -> T:
        if self.away:
            raise DatabaseUnavailable("MongoDB is away.")
        return await self.connection.ask(operation)


@pytest.fixture
async def lead(settings: Settings, database: object) -> AsyncIterator[Callable[[], Leading]]:
    begun: list[Leading] = []

    def begin() -> Leading:
        begun.append(Leading(settings))
        begun[-1].wheel.start()
        return begun[-1]

    yield begin
    for each in begun:
        each.wheel.shutdown()
        await asyncio.sleep(0.1)  # slots that are on their way
        await each.connection.close()


def due_of(database: Database[dict[str, Any]], name: str = "a") -> list[datetime]:
    found = database["slots"].find({"schedule": name}).sort("due_at", 1)
    return [slot["due_at"] for slot in found]


def check_whole(database: Database[dict[str, Any]], name: str = "a") -> int:
    """Every due time from the first slot to the last has its slot; ids hold that it is but one."""
    found = due_of(database, name)
    assert found == [found[0] + TICK * number for number in range(len(found))]
    return len(found)


async def test_every_due_time_becomes_a_slot(
    lead: Callable[[], Leading], database: Database[dict[str, Any]]
) -> None:
    leading = lead()
    await leading.due.follow(ticking("a", "b"))
    await until(lambda: min(len(due_of(database, name)) for name in "ab") > 2)
    check_whole(database)
    check_whole(database, "b")
    assert leading.told > 1
    late = clock.now() - due_of(database)[-1]
    assert late < timedelta(seconds=30)


async def test_a_rule_that_raises_keeps_no_other_from_its_due_times(
    lead: Callable[[], Leading],
    database: Database[dict[str, Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    due, failing = lead().due, Failing()
    schedules = ticking("b") | ticking("a", due=failing)
    await due.follow(schedules)
    await until(lambda: due_of(database))
    failing.fails = True
    await until(lambda: "a cannot say when it is due next" in caplog.text)
    assert "no such day" in caplog.text
    before = len(due_of(database, "b"))
    await until(lambda: len(due_of(database, "b")) > before + 1)
    with pytest.raises(BadDueTimes, match=r"for a \(ArithmeticError: no such day\)"):
        await due.follow(schedules)
    failing.fails = False
    await due.follow(schedules)
    before = len(due_of(database))
    await until(lambda: len(due_of(database)) > before)
    assert check_whole(database) > 3
    check_whole(database, "b")


async def test_a_rule_that_goes_back_in_time_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)

    class Standing:
        def after(self, moment: datetime) -> datetime:
            return now

    trigger = DueTrigger(ticking("a", due=Standing())["a"], timedelta())
    assert trigger.get_next_fire_time(None, now) is None
    assert "does not come after" in str(trigger.error)


async def test_a_blocked_loop_loses_no_due_time(
    lead: Callable[[], Leading], database: Database[dict[str, Any]]
) -> None:
    await lead().due.follow(ticking("a"))
    await until(lambda: due_of(database))
    time.sleep(3.5)  # noqa: ASYNC251 - that is the case
    before = len(due_of(database))
    await until(lambda: len(due_of(database)) > before + 3)
    check_whole(database)


async def test_due_times_wait_while_mongodb_is_away(
    lead: Callable[[], Leading],
    database: Database[dict[str, Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    leading, schedules = lead(), ticking("a")
    await leading.due.follow(schedules)
    await until(lambda: due_of(database))
    leading.away = True
    await until(lambda: "Due times wait for their slots: MongoDB is away." in caplog.text)
    with pytest.raises(DatabaseUnavailable):
        await leading.due.follow(schedules)
    leading.away = False
    await asyncio.sleep(1.5)  # due times that come now must not hide those that failed
    await leading.due.follow(schedules)
    before = len(due_of(database))
    await until(lambda: len(due_of(database)) > before)
    assert check_whole(database) > 3


async def test_two_leaders_write_each_slot_once(
    lead: Callable[[], Leading], database: Database[dict[str, Any]]
) -> None:
    for leading in (lead(), lead()):
        await leading.due.follow(ticking("a", "b"))
    await until(lambda: min(len(due_of(database, name)) for name in "ab") > 4)
    check_whole(database)
    check_whole(database, "b")


async def test_a_rule_that_has_ended_is_heard_of(
    lead: Callable[[], Leading],
    database: Database[dict[str, Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    end = clock.now() + timedelta(seconds=2)

    class Ending:
        def after(self, moment: datetime) -> datetime | None:
            found = Interval(TICK).after(moment)
            return found if found and found < end else None

    leading = lead()
    schedules = ticking("a", due=Ending())
    await leading.due.follow(schedules)
    await until(lambda: "a has no further due times" in caplog.text)
    await until(lambda: due_of(database))
    await leading.due.follow(schedules)
    assert leading.wheel.get_jobs(DUE) == []
    assert caplog.text.count("no further") == 1


async def test_schedules_that_go_and_come_are_followed(
    lead: Callable[[], Leading], database: Database[dict[str, Any]]
) -> None:
    leading = lead()
    await leading.due.follow(ticking("a"))
    await leading.due.follow(ticking("b"))
    assert [job.id for job in leading.wheel.get_jobs(DUE)] == ["b"]
    rarer = {"b": attrs.evolve(ticking("b")["b"], due=Interval(HOUR), trigger="interval 2 hours")}
    await leading.due.follow(rarer)
    (job,) = leading.wheel.get_jobs(DUE)
    assert job.trigger.due == Interval(HOUR)
    leading.due.clear()
    assert (leading.wheel.get_jobs(DUE), leading.due.schedules) == ([], None)


@pytest.mark.parametrize("shift", [HOUR, -HOUR])
async def test_due_times_go_on_when_the_clock_is_set(
    lead: Callable[[], Leading],
    database: Database[dict[str, Any]],
    shift: timedelta,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_clock, leading, schedules = ShiftedClock(monkeypatch), lead(), ticking("a")
    await leading.due.follow(schedules)
    await until(lambda: due_of(database))
    set_clock.shift = shift
    await until(lambda: leading.due.schedules is None)
    await leading.due.follow(schedules)
    now = clock.now()
    await until(lambda: any(now < at <= now + 5 * TICK for at in due_of(database)))
    if shift > timedelta():
        assert check_whole(database) > 3600
    set_clock.shift = timedelta()
    await until(lambda: leading.due.schedules is None)
    await leading.due.follow(schedules)
    now = clock.now()
    await until(lambda: len([at for at in due_of(database) if now < at <= now + 4 * TICK]) > 1)


KILLED = """
import asyncio, os, signal, sys
from datetime import timedelta
from pathlib import Path
from pydantic import SecretStr
from pipelines.config import Settings
from schedules.service.slots import writer
from tests.schedules.service.test_due_jobs import Leading, ticking

_program, uri, database, folder, step = sys.argv

async def main():
    leading = Leading(
        Settings(mongodb_uri=SecretStr(uri), database=database, data_dir=Path(folder))
    )
    leading.wheel.start()
    await leading.due.follow(ticking("a"))
    whole = getattr(writer.SlotWriter, step)
    def killed(*arguments):
        os.kill(os.getpid(), signal.SIGKILL)
    def killed_after(*arguments):
        whole(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(writer.SlotWriter, step, killed if step == "write" else killed_after)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.parametrize("step", ["write", "_add_slots"])
async def test_killed_between_a_due_time_and_its_slot(
    step: str, server: Server, lead: Callable[[], Leading], database: Database[dict[str, Any]],
    tmp_path: Path,
) -> None:  # fmt: skip
    """Before the slot is written, or before it is noted that it was: the next leader does it."""
    command = [sys.executable, "-c", KILLED, server.uri, database.name, str(tmp_path), step]
    ended = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert ended.returncode == -9, ended.stderr.decode()
    written = len(due_of(database))
    assert written == (0 if step == "write" else 1)
    await lead().due.follow(ticking("a"))
    await until(lambda: len(due_of(database)) > written + 2)
    check_whole(database)
    kept = NightStore(database).schedules.all()["a"]
    assert due_of(database)[0] - kept["known_since"] <= TICK
