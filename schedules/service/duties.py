"""The duties of the leading service: follow schedules, look after slots, take and find jobs."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field

from pipelines.config import Settings
from pipelines.timing import clock
from schedules.engines.base import Engine
from schedules.jobs.lost import LostJobs
from schedules.jobs.night import Ask
from schedules.service.beats import Beat, Beats
from schedules.service.due_jobs import DueJobs
from schedules.service.slots.dispatcher import Dispatcher
from schedules.timetable.catalogue import Catalogue
from schedules.timetable.schedule import Schedule

SLOTS, JOBS = "slots", "jobs"
"""Names of the beats that run at once when something happens to a slot or a job."""
SLOTS_SECONDS = 5.0
JOBS_SECONDS = 1.0
"""Longest time until a job is taken that another process asks for."""
SCHEDULES_SECONDS = 5.0
LOST_SECONDS = 5.0
ENGINE_SECONDS = 10.0


@define(eq=False)
class Duties:
    """The beats of the leader. name: of the service. schedules: those last known to be in force."""

    name: str
    settings: Settings
    catalogue: Catalogue
    ask: Ask
    beats: Beats
    due: DueJobs
    engine: Engine
    schedules: Mapping[str, Schedule] = field(factory=dict)
    taken_up: bool = False
    _lost: LostJobs = field(init=False)
    _own: tuple[Beat, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._lost = LostJobs(self.settings.jobs_dir)
        self._own = (
            Beat("schedules", SCHEDULES_SECONDS, self._follow_schedules),
            Beat("lost jobs", LOST_SECONDS, self._find_lost),
            Beat(SLOTS, SLOTS_SECONDS, self._look_at_slots),
            Beat(JOBS, JOBS_SECONDS, self.engine.take),
            Beat("engine", ENGINE_SECONDS, self.engine.look),
        )

    def take_up(self) -> None:
        """Starts the beats: the service leads from now on."""
        self.taken_up = True
        self.beats.start(self._own)

    def lay_down(self) -> None:
        """Stops the beats: another service leads. Jobs that run here go on."""
        self.taken_up = False
        self.beats.stop(self._own)
        self.due.clear()

    async def settle(self) -> None:
        """Waits after `lay_down` for beats that are running: they may still start jobs."""
        for beat in self._own:
            await beat.settle()

    async def _follow_schedules(self) -> None:
        self.schedules = await self.ask(
            lambda night: self.catalogue.in_force(night.schedules.decided())
        )
        if self.taken_up:
            await self.due.follow(self.schedules)

    async def _find_lost(self) -> None:
        own = self.engine.ids
        if await self.ask(lambda night: self._lost.find(night, own)):
            self.beats.run_now(SLOTS)

    async def _look_at_slots(self) -> None:
        """Gives open slots their jobs, and closes those whose job has ended."""
        now, schedules = clock.now(), self.due.schedules
        if schedules is not None and await self.ask(
            lambda night: Dispatcher(night, self.name).look(schedules, now)
        ):
            self.beats.run_now(JOBS)
