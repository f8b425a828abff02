"""Due times on the wheel: one of its jobs for each schedule, which writes a slot per due time."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_REMOVED,
    JobEvent,
    JobExecutionEvent,
)
from apscheduler.executors.base import BaseExecutor
from apscheduler.job import Job
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.triggers.base import BaseTrigger
from attrs import define, field

from pipelines import clock
from pipelines.storage.exceptions import StorageError
from schedules.exceptions import BadDueTimes
from schedules.jobs.night import Ask
from schedules.service.slots.writer import DueTimes, SlotWriter
from schedules.service.wheel import Wheel
from schedules.timetable.due_times import Due
from schedules.timetable.schedule import Schedule

logger = logging.getLogger(__name__)

DUE = "due"
"""The job store and the executor of due times."""


class DueTrigger(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """A schedule's due times in the form in which APScheduler asks for them.

    It never raises, since APScheduler would then run no job at all. An error ends the trigger
    and stays in `error`; APScheduler takes the job out and says so (JOB_REMOVED).

    ahead: how far the machine's clock, which APScheduler reads, is ahead of the house's.
    """

    def __init__(self, due: Due, ahead: timedelta) -> None:
        self.due = due
        self.ahead = ahead
        self.error: Exception | None = None

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The first due time after the previous one, however long ago that was."""
        moment = (previous or now) - self.ahead
        try:
            found = self.due.after(moment)
        except Exception as error:  # noqa: BLE001 - kept for whoever hears of the end
            self.error = error
            return None
        if found is not None and found <= moment:  # APScheduler would ask for ever
            self.error = ValueError(f"{found} does not come after {moment}")
            return None
        return None if found is None else found + self.ahead


class SlotExecutor(BaseExecutor):  # type: ignore[misc] # APScheduler has no types
    """Writes the slots of all due times that one turn of the wheel hands over, in one go.

    Each due time is reported as EXECUTED once its slot is in MongoDB, else as ERROR.
    """

    def __init__(self, write: Callable[[Sequence[DueTimes]], Awaitable[None]]) -> None:
        super().__init__()
        self._write = write
        self._waiting: list[tuple[Job, list[datetime]]] = []
        self._writing: set[asyncio.Task[None]] = set()

    def _do_submit_job(self, job: Job, run_times: list[datetime]) -> None:
        if not self._waiting:  # the task begins after this turn, so it finds all of them
            task = asyncio.ensure_future(self._write_all())
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)
        self._waiting.append((job, run_times))

    async def _write_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        event = partial(JobExecutionEvent, EVENT_JOB_EXECUTED)
        try:
            await self._write(
                [
                    DueTimes(schedule, [moment - job.trigger.ahead for moment in run_times])
                    for job, run_times in waiting
                    if (schedule := job.func(*job.args)) is not None
                ]
            )
        except Exception as error:
            unexpected = not isinstance(error, StorageError)
            logger.error(  # noqa: TRY400 - MongoDB away: the sentence says it all
                "Due times wait for their slots: %s", error, exc_info=error if unexpected else None
            )
            told = "".join(traceback.format_exception(error))
            event = partial(JobExecutionEvent, EVENT_JOB_ERROR, exception=error, traceback=told)
        for job, run_times in waiting:
            self._run_job_success(job.id, [event(job.id, DUE, moment) for moment in run_times])


@define
class _Planned:
    """A schedule that has been planned. stale: the ledger has to be asked again."""

    trigger: DueTrigger | None
    origin: str
    stale: bool = False


@define(eq=False)
class DueJobs:
    """Keeps the wheel's jobs those of the schedules in force, for as long as the service leads.

    on_slots: called when slots may have been written. schedules: those in force; None: unknown.
    """

    wheel: Wheel
    ask: Ask
    on_slots: Callable[[], None]
    schedules: Mapping[str, Schedule] | None = None
    _planned: dict[str, _Planned] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.wheel.add_jobstore(MemoryJobStore(), DUE)
        self.wheel.add_executor(SlotExecutor(self._write), DUE)
        self.wheel.add_listener(
            self._heard, EVENT_JOB_ERROR | EVENT_JOB_MAX_INSTANCES | EVENT_JOB_REMOVED
        )

    async def follow(self, schedules: Mapping[str, Schedule]) -> None:
        """Take over the schedules in force. New and changed ones begin where the ledger says.

        Raises:
            StorageError: MongoDB is away; the next call does what is left to do.
            BadDueTimes: a schedule cannot say when it is due; the others are taken over.
        """
        self.schedules = schedules
        gone = self._planned.keys() - schedules.keys()
        fresh = {name: each for name, each in schedules.items() if self._is_fresh(each)}
        if not (gone or fresh):
            return
        now = clock.now()
        caught_up = await self.ask(
            lambda night: SlotWriter(night).catch_up(fresh, now, schedules.keys())
        )
        if self.schedules is not schedules:
            return  # the lead was lost meanwhile, or the clock leapt
        self.on_slots()
        ahead = ahead_of_house()
        for name in gone:
            self._drop(name)
        for name, until in caught_up.until.items():
            self._drop(name)
            self._add(fresh[name], until, ahead)
        if caught_up.errors:
            raise BadDueTimes(caught_up.errors)

    def clear(self) -> None:
        """Forget all: the service leads no more, or the clock leapt. The ledger knows the rest."""
        self.schedules = None
        self._planned.clear()
        self.wheel.remove_all_jobs(DUE)

    def _is_fresh(self, schedule: Schedule) -> bool:
        planned = self._planned.get(schedule.name)
        return planned is None or planned.stale or planned.origin != schedule.origin

    def _add(self, schedule: Schedule, planned_until: datetime, ahead: timedelta) -> None:
        trigger = DueTrigger(schedule.due, ahead) if schedule.due else None
        self._planned[schedule.name] = _Planned(trigger, schedule.origin)
        if trigger is None:
            return
        first = trigger.get_next_fire_time(planned_until + ahead, clock.machine_now())
        if first is None:
            self._ended(schedule.name)
            return
        self.wheel.add_job(
            self._in_force,
            trigger,
            args=[schedule.name],
            id=schedule.name,
            jobstore=DUE,
            executor=DUE,
            next_run_time=first,
        )

    def _drop(self, name: str) -> None:
        self._planned.pop(name, None)
        if self.wheel.get_job(name, DUE) is not None:
            self.wheel.remove_job(name, DUE)

    def _in_force(self, name: str) -> Schedule | None:
        """The schedule of that name as it is now; None if the ledger has to be asked first.

        A later due time must not be written before one that failed: it would count as planned.
        """
        planned = self._planned.get(name)
        if planned is None or planned.stale:
            return None
        return (self.schedules or {}).get(name)

    async def _write(self, due: Sequence[DueTimes]) -> None:
        now = clock.now()
        await self.ask(lambda night: SlotWriter(night).write(due, now))
        self.on_slots()

    def _heard(self, event: JobEvent) -> None:
        """A due time did not become a slot, or APScheduler took the schedule's job out."""
        planned = self._planned.get(event.job_id)
        if event.jobstore != DUE or planned is None:
            return  # a beat, or a job that was dropped on purpose
        if event.code == EVENT_JOB_REMOVED:
            self._ended(event.job_id)
        else:
            planned.stale = True

    def _ended(self, name: str) -> None:
        """The trigger of a schedule gave no further due time."""
        planned = self._planned[name]
        error = planned.trigger.error if planned.trigger else None
        if error is None:
            logger.info("%s has no further due times", name)
            return
        logger.error("%s cannot say when it is due next", name, exc_info=error)
        planned.stale = True


def ahead_of_house() -> timedelta:
    """How far the machine's clock is ahead of the house's: nothing, unless NEWSDESK_CLOCK is set.

    In whole seconds, so that due times stay what they are.
    """
    return timedelta(seconds=round((clock.machine_now() - clock.now()).total_seconds()))
