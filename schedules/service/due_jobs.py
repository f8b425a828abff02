"""Puts schedules on the wheel: one APScheduler job each, which writes a slot per due time."""

from __future__ import annotations

import asyncio
import logging
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

from pipelines.storage.exceptions import StorageError
from pipelines.timing import clock
from schedules.exceptions import BadDueTimes
from schedules.jobs.night import Ask
from schedules.service.slots.writer import DueTimes, SlotWriter
from schedules.service.wheel import Wheel
from schedules.timetable.schedule import Schedule

logger = logging.getLogger(__name__)

DUE = "due"
"""Name of the job store and of the executor for due times."""


class DueTrigger(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """The due times of a schedule as an APScheduler trigger.

    It never raises, because APScheduler would then run no job at all. An error ends the trigger
    and stays in `error`; APScheduler removes the job and announces that (JOB_REMOVED).

    ahead: how far the machine's clock, which APScheduler reads, is ahead of `pipelines.timing.clock`.
    """

    def __init__(self, schedule: Schedule, ahead: timedelta) -> None:
        self.due = schedule.due
        self.origin = schedule.origin
        self.ahead = ahead
        self.error: Exception | None = None

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None:
        """Returns the first due time after the previous one, however long ago that was."""
        moment = (previous or now) - self.ahead
        try:
            found = self.due.after(moment) if self.due else None
        except Exception as error:  # noqa: BLE001 - the listener of JOB_REMOVED logs it
            self.error = error
            return None
        if found is not None and found <= moment:  # APScheduler would loop for ever
            self.error = ValueError(f"{found} does not come after {moment}")
            return None
        return None if found is None else found + self.ahead


class SlotExecutor(BaseExecutor):  # type: ignore[misc] # APScheduler has no types
    """Writes the slots of all due times of one turn of the wheel together.

    Each due time is reported as EXECUTED once its slot is in MongoDB, else as ERROR.
    """

    def __init__(self, write: Callable[[Sequence[DueTimes]], Awaitable[None]]) -> None:
        super().__init__()
        self._write = write
        self._waiting: list[tuple[Job, list[datetime]]] = []
        self._writing: set[asyncio.Task[None]] = set()

    def _do_submit_job(self, job: Job, run_times: list[datetime]) -> None:
        if not self._waiting:  # the task begins after this turn of the wheel
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
            event = partial(JobExecutionEvent, EVENT_JOB_ERROR, exception=error)
        for job, run_times in waiting:
            self._run_job_success(job.id, [event(job.id, DUE, moment) for moment in run_times])


@define(eq=False)
class DueJobs:
    """Keeps one job on the wheel for each schedule in force while the service leads.

    on_slots: called when slots may have been written. schedules: those in force; None: unknown.
    A schedule that is not among `_triggers` has to be planned anew from what MongoDB says.
    """

    wheel: Wheel
    ask: Ask
    on_slots: Callable[[], None]
    schedules: Mapping[str, Schedule] | None = None
    _triggers: dict[str, DueTrigger] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.wheel.add_jobstore(MemoryJobStore(), DUE)
        self.wheel.add_executor(SlotExecutor(self._write), DUE)
        self.wheel.add_listener(
            self._heard, EVENT_JOB_ERROR | EVENT_JOB_MAX_INSTANCES | EVENT_JOB_REMOVED
        )

    async def follow(self, schedules: Mapping[str, Schedule]) -> None:
        """Adjusts the jobs to the schedules in force. MongoDB says from when on each is planned.

        Raises:
            StorageError: MongoDB is away; the next call does what is left to do.
            BadDueTimes: a schedule cannot say when it is due; all others are on the wheel.
        """
        self.schedules = schedules
        on_wheel = {job.id for job in self.wheel.get_jobs(DUE)}
        gone = (self._triggers.keys() | on_wheel) - schedules.keys()
        fresh = {name: each for name, each in schedules.items() if not self._is_planned(each)}
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
        """Removes all jobs: the service leads no more, or the clock leapt."""
        self.schedules = None
        self._triggers.clear()
        self.wheel.remove_all_jobs(DUE)

    def _is_planned(self, schedule: Schedule) -> bool:
        trigger = self._triggers.get(schedule.name)
        return trigger is not None and trigger.origin == schedule.origin

    def _add(self, schedule: Schedule, planned_until: datetime, ahead: timedelta) -> None:
        trigger = self._triggers[schedule.name] = DueTrigger(schedule, ahead)
        first = trigger.get_next_fire_time(planned_until + ahead, clock.machine_now())
        if first is None:
            self._heard_of_end(schedule.name)
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
        self._triggers.pop(name, None)
        if self.wheel.get_job(name, DUE) is not None:
            self.wheel.remove_job(name, DUE)

    def _in_force(self, name: str) -> Schedule | None:
        """Returns the schedule of that name as it is now; None if it has to be planned anew.

        After a write that failed, no later due time may be written before it is repeated: the
        schedule would count as planned beyond it.
        """
        return (self.schedules or {}).get(name) if name in self._triggers else None

    async def _write(self, due: Sequence[DueTimes]) -> None:
        now = clock.now()
        await self.ask(lambda night: SlotWriter(night).write(due, now))
        self.on_slots()

    def _heard(self, event: JobEvent) -> None:
        """Handles a due time without a slot, and a job that APScheduler removed."""
        if event.jobstore != DUE or event.job_id not in self._triggers:
            return  # a beat, or a job that was removed on purpose
        if event.code == EVENT_JOB_REMOVED:
            self._heard_of_end(event.job_id)
        else:
            del self._triggers[event.job_id]

    def _heard_of_end(self, name: str) -> None:
        """Handles a trigger that gave no further due time."""
        error = self._triggers[name].error
        if error is not None:
            logger.error("%s cannot say when it is due next", name, exc_info=error)
            del self._triggers[name]
        elif self._triggers[name].due is not None:
            logger.info("%s has no further due times", name)


def ahead_of_house() -> timedelta:
    """Returns how far the machine's clock is ahead of `pipelines.timing.clock`: 0 without NEWSDESK_CLOCK.

    In whole seconds, so that due times keep their fractions.
    """
    return timedelta(seconds=round((clock.machine_now() - clock.now()).total_seconds()))
