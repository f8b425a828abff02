"""The service: puts all parts together, leads or stands by, and ends without losing a job."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from functools import partial

from attrs import define, field

from pipelines.config import Settings
from pipelines.storage.retention import make_room
from pipelines.timing import clock
from schedules.engines.base import Engine, engine_of
from schedules.jobs.identity import runner_name
from schedules.jobs.ledger import MongoLedger
from schedules.jobs.night import NightConnection
from schedules.jobs.process import StopRequest
from schedules.jobs.runner import Runner, prune
from schedules.jobs.starting import Starter
from schedules.service import leader
from schedules.service.beats import Beat, Beats
from schedules.service.due_jobs import DueJobs
from schedules.service.duties import JOBS, SLOTS, Duties
from schedules.service.state import ServiceState
from schedules.service.systemd import notify
from schedules.service.wheel import Wheel
from schedules.timetable.catalogue import Catalogue

logger = logging.getLogger(__name__)

WATCHDOG_SECONDS = 5.0
PRUNE_SECONDS = 3600.0
TOLD_LEAP = timedelta(minutes=2)
"""Smallest leap of the clock that people are told of."""
LAST_BEATS_SECONDS = 10.0
"""Time for running beats at the end."""


@define(eq=False)
class Service:
    """One process of `newsdesk up`.

    drain_seconds: how long running jobs may go on after a stop before they are handed back.
    name: the owner of its leases and jobs. clock_leap: the last leap of the clock.
    """

    settings: Settings
    catalogue: Catalogue
    runner: Runner
    ledger: MongoLedger
    drain_seconds: float = 60.0
    name: str = field(factory=runner_name)
    stop: StopRequest = field(factory=StopRequest)
    clock_leap: timedelta = field(factory=timedelta)
    connection: NightConnection = field(init=False)
    wheel: Wheel = field(init=False)
    beats: Beats = field(init=False)
    leader: leader.Leader = field(init=False)
    engine: Engine = field(init=False)
    duties: Duties = field(init=False)
    _lead: Beat = field(init=False)
    _others: list[Beat] = field(init=False)
    _stopped: asyncio.Event = field(factory=asyncio.Event)

    def __attrs_post_init__(self) -> None:
        self.connection = NightConnection(self.settings)
        self.wheel = Wheel(self._follow_leap)
        self.beats = Beats(self.wheel)
        self.leader = leader.Leader(self.name)
        ask = self.connection.ask
        look_at_slots = partial(self.beats.run_now, SLOTS)
        due = DueJobs(self.wheel, ask, look_at_slots)
        self.engine = engine_of(self.name, self.runner, ask, self.catalogue.sites, self._job_ended)
        self.duties = Duties(
            self.name, self.settings, self.catalogue, ask, self.beats, due, self.engine
        )
        self.ledger.patient = lambda: not self.runner.stop.times
        self._lead = Beat("lead", leader.RENEW_SECONDS, self._keep_lead)
        self._others = [
            Beat("watchdog", WATCHDOG_SECONDS, self._feed_watchdog),
            Beat("pruning", PRUNE_SECONDS, self._prune),
        ]

    @classmethod
    def of(cls, settings: Settings, catalogue: Catalogue, **options: object) -> Service:
        """Returns a service that runs Scrapy."""
        ledger = MongoLedger(settings, logger.warning)
        starter = Starter.if_possible() if settings.warm_starts else None
        runner = Runner(settings=settings, ledger=ledger, starter=starter)
        return cls(settings, catalogue, runner, ledger, **options)  # type: ignore[arg-type]

    def add(self, *beats: Beat) -> None:
        """Adds beats that run from the start of the service to its end."""
        self._others += beats

    def press(self) -> None:
        """Stops the service. Pressed once: running jobs may end; twice: they are handed back."""
        self.stop.press()
        self._stopped.set()

    async def run(self) -> None:
        """Runs until `press`."""
        self.wheel.start()
        self.beats.start([self._lead, *self._others])
        notify("READY=1")
        try:
            await self._stopped.wait()
            notify("STOPPING=1")
            await self._hand_over()
            await self.engine.drain(self.drain_seconds, self.stop)
        finally:
            await self.beats.end(LAST_BEATS_SECONDS)
            self.wheel.shutdown()
            await self._leave()

    def state(self) -> ServiceState:
        """Returns the state of the service now."""
        mistake, failing = self._mistake(), self._failing()
        return ServiceState(
            name=self.name,
            leads=self.leader.leads,
            schedules=self.duties.schedules,
            file_mistake=mistake,
            clock_leap=self.clock_leap,
            engine_troubles=dict(self.engine.troubles) if self.leader.leads else None,
            ready=self._lead.well_at is not None and failing is None,
            trouble=failing or mistake,
            late={beat.name: beat.what_is_wrong or "" for beat in self.beats if beat.is_late},
            stuck=tuple(beat.name for beat in self.beats if beat.is_stuck),
            errors={beat.name: beat.errors for beat in self.beats},
        )

    def trouble(self) -> str | None:
        """Returns what is wrong with the service, in a sentence; None if nothing is."""
        return self._failing() or self._mistake()

    def _failing(self) -> str | None:
        return next(filter(None, (beat.what_is_wrong for beat in self.beats)), None)

    def _mistake(self) -> str | None:
        return str(self.catalogue.mistake) if self.catalogue.mistake else None

    def _job_ended(self) -> None:
        """Looks after the slot of a job that ended, and fills its place."""
        self.beats.run_now(SLOTS)
        self.beats.run_now(JOBS)

    async def _keep_lead(self) -> None:
        trouble = self.trouble()
        leads = await self.connection.ask(lambda night: self.leader.renew(night, trouble))
        if leads and not self.duties.taken_up:
            self.duties.take_up()
        elif self.duties.taken_up and not leads:
            self.duties.lay_down()

    async def _feed_watchdog(self) -> None:
        """Tells systemd that the wheel turns, whether MongoDB answers or not."""
        state = self.state()
        notify(f"STATUS={state.trouble or ('Leads.' if state.leads else 'Stands by.')}")
        if not state.stuck:
            notify("WATCHDOG=1")

    async def _prune(self) -> None:
        """Deletes files of old jobs, and old records."""
        now = clock.now()
        jobs = now - timedelta(days=self.settings.jobs_days)
        alerts = now - timedelta(days=self.settings.alerts_days)
        await asyncio.to_thread(prune, self.settings)
        await self.connection.ask(lambda night: night.forget_old(jobs, alerts))
        settings = self.settings
        await self.connection.ask(lambda night: make_room(night.database, settings, now))

    def _follow_leap(self, leap: timedelta) -> None:
        """Works out all due times anew: somebody set the clock, or the machine was asleep."""
        if abs(leap) > TOLD_LEAP:
            logger.warning("The clock leapt by %s; the schedules follow it", leap)
            self.clock_leap = leap
        self.duties.due.clear()

    async def _hand_over(self) -> None:
        """Lets another service lead while jobs come to their end here."""
        self.leader.stands = False
        self.duties.lay_down()
        await self.duties.settle()
        try:
            await self.connection.ask(self.leader.step_down)
        except Exception as error:  # noqa: BLE001 - jobs that run here are to come to their end
            logger.warning("Another service leads when this one's lease has run out: %s", error)

    async def _leave(self) -> None:
        try:
            await self.connection.ask(self.leader.leave)
        except Exception as error:  # noqa: BLE001 - it ends all the same
            logger.warning("The service is listed until its lease has run out: %s", error)
        if self.runner.starter is not None:
            await asyncio.to_thread(self.runner.starter.close)
        await self.ledger.close()
        await self.connection.close()
