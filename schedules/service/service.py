"""The service: it leads or stands by, runs jobs, and ends so that nothing is lost."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import TypeVar

from attrs import define, field

from crawler.exceptions import CrawlerError
from pipelines import clock
from pipelines.config import Settings
from pipelines.storage.connection import Connection
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import StorageError
from pipelines.storage.operations.repositories import NightStore
from schedules.exceptions import BadSchedules
from schedules.job import DEADLINE_SECONDS, JobFiles, JobSpec
from schedules.jobs.identity import runner_name
from schedules.jobs.ledger import MongoLedger
from schedules.jobs.process import StopRequest
from schedules.jobs.runner import Runner, prune
from schedules.service.leader import Leader
from schedules.service.systemd import notify
from schedules.timetable.catalogue import Catalogue
from schedules.verdicts.verdict import Stop

T = TypeVar("T")
logger = logging.getLogger(__name__)

TURN_SECONDS = 1.0
PRUNE_SECONDS = 3600.0
KEPT_SLOTS = timedelta(days=400)
CLOCK_JUMP = timedelta(minutes=2)
Errand = Callable[["Service"], Awaitable[None]]


@define
class Service:
    """One process of `newsdesk up`.

    drain_seconds: how long running jobs may go on after a stop before they are handed back.
    turned_at, looked_at: when the wheel last turned whole, and when it last began to.
    trouble: why it does not turn whole, in a sentence.
    errands: what else runs beside it (alerts, the web server); they end with it. name: under which
    it holds leases and jobs.
    """

    settings: Settings
    catalogue: Catalogue
    runner: Runner
    ledger: MongoLedger
    drain_seconds: float = 60.0
    errands: tuple[Errand, ...] = ()
    name: str = field(factory=runner_name)
    started_at: datetime = field(factory=clock.now)
    stop: StopRequest = field(factory=StopRequest)
    jobs: dict[str, asyncio.Task[None]] = field(factory=dict)
    turned_at: float = 0.0
    looked_at: float = field(factory=time.monotonic)
    trouble: str | None = None
    jumped: timedelta = timedelta()
    leader: Leader = field(init=False)
    connection: Connection = field(init=False)
    _wake: asyncio.Event = field(factory=asyncio.Event)
    _pruned_at: float = 0.0
    _clocks: tuple[datetime, float] | None = None

    def __attrs_post_init__(self) -> None:
        self.leader = Leader(self.settings, self.catalogue, self.name)
        self.connection = Connection(self.settings)
        self.ledger.patient = lambda: not self.runner.stop.times

    @classmethod
    def of(cls, settings: Settings, catalogue: Catalogue, **options: object) -> Service:
        """A service that runs Scrapy."""
        ledger = MongoLedger(settings, logger.warning)
        runner = Runner(settings=settings, ledger=ledger)
        return cls(settings, catalogue, runner, ledger, **options)  # type: ignore[arg-type]

    def press(self) -> None:
        """Stop: once = running jobs may end; twice = they are handed back at once."""
        self.stop.press()
        self._wake.set()

    async def ask(self, operation: Callable[[NightStore], T]) -> T:
        """Do something with MongoDB in a thread. Raises: StorageError."""
        return await asyncio.to_thread(
            self.connection.run, lambda database: operation(NightStore(database))
        )

    async def run(self) -> None:
        """Run until `press`."""
        errands = [asyncio.ensure_future(errand(self)) for errand in self.errands]
        try:
            while not self.stop.times:
                await self._turn()
                await self._rest(TURN_SECONDS)
            notify("STOPPING=1")
            await self._drain()
        finally:
            for errand in errands:
                errand.cancel()
            await asyncio.gather(*errands, return_exceptions=True)
            await self._leave()

    async def _turn(self) -> None:
        """One turn; whatever is wrong is said once, and the wheel turns on."""
        now = clock.now()
        self._watch_clock(now)
        self.looked_at = time.monotonic()
        own = set(self.jobs)
        try:
            taken = await self.ask(lambda night: self.leader.turn(night, now, own))
        except (StorageError, BadSchedules) as error:
            if self.trouble != str(error):
                logger.error("%s", error)  # noqa: TRY400 - the sentence says it all
            self.trouble = str(error)
            return
        if self.trouble is not None or not self.turned_at:
            notify("READY=1")
        self.trouble = str(self.catalogue.mistake) if self.catalogue.mistake else None
        self.turned_at = time.monotonic()
        notify("WATCHDOG=1")
        for record in taken:
            self._start(record)
        if time.monotonic() > self._pruned_at + PRUNE_SECONDS:
            self._pruned_at = time.monotonic()
            await self._prune(now)

    async def _prune(self, now: datetime) -> None:
        """Forget what is long over: files of old jobs, slots, leases."""
        await asyncio.to_thread(prune, self.settings.jobs_dir)
        try:
            await self.ask(lambda night: night.slots.forget_old(now - KEPT_SLOTS))
            await self.ask(lambda night: night.leases.forget_old())
        except StorageError as error:
            logger.warning("Old slots are kept for now: %s", error)

    def _watch_clock(self, now: datetime) -> None:
        """Note a leap of the clock: somebody set it, or the machine was asleep."""
        if self._clocks is not None:
            passed = timedelta(seconds=time.monotonic() - self._clocks[1])
            leap = now - self._clocks[0] - passed
            if abs(leap) > CLOCK_JUMP:
                logger.warning("The clock leapt by %s; the schedules follow it", leap)
                self.jumped = leap
        self._clocks = (now, time.monotonic())

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return
        self._wake.clear()

    def _start(self, record: Document) -> None:
        job = record["_id"]
        logger.info("%s begins", job)
        task = asyncio.create_task(self._run_job(record), name=job)
        self.jobs[job] = task
        task.add_done_callback(self._ended)

    async def _run_job(self, record: Document) -> None:
        spec = JobSpec(
            site=record["site"],
            arguments={name: str(value) for name, value in (record["arguments"] or {}).items()},
            deadline_seconds=float(record.get("deadline_seconds") or DEADLINE_SECONDS),
            memory_bytes=self.settings.job_megabytes * 1024 * 1024,
        )
        job, log = record["_id"], JobFiles.of(self.settings.jobs_dir, record["_id"]).log
        try:
            await self.ask(
                lambda night: night.jobs.update(job, log_file=str(log), version=version("newsdesk"))
            )
            result = await self.runner.run(spec, job)
        except (OSError, CrawlerError, StorageError) as error:
            logger.error("%s could not run: %s", job, error)  # noqa: TRY400 - as above
            reason = f"It could not be started: {error}"
            await self.ask(
                lambda night: night.jobs.finish(job, "failed", clock.now(), reason=reason)
            )
        else:
            logger.info("%s: %s. %s", job, result.state, result.reason)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self.jobs[task.get_name()]
        self._wake.set()
        if not task.cancelled() and task.exception() is not None:
            # Its record is still open, and is closed as lost.
            logger.error("%s broke off", task.get_name(), exc_info=task.exception())

    async def _drain(self) -> None:
        """Let jobs end for a while, then hand back what still runs."""
        deadline = time.monotonic() + self.drain_seconds
        while self.jobs and self.stop.times < 2 and time.monotonic() < deadline:
            await self._rest(0.2)
        self.runner.stop.press(Stop.HANDED_BACK)
        while self.jobs:
            await asyncio.wait(self.jobs.values())

    async def _leave(self) -> None:
        try:
            await self.ask(self.leader.give_back)
        except StorageError as error:
            logger.warning("Another service leads when this one's lease has run out: %s", error)
        await self.ledger.close()
        await asyncio.to_thread(self.connection.close)
