"""A worker: takes jobs that the broker names, claims them in MongoDB and runs them here."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
from collections.abc import Sequence

from attrs import define, field

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import StorageError
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from schedules.engines.celery_app import LONGEST_SECONDS
from schedules.engines.hearing import Hearing
from schedules.engines.job_queue import take_job
from schedules.engines.queues import queues_of
from schedules.engines.running import RunningJobs
from schedules.jobs.identity import host, runner_name
from schedules.jobs.log_copies import WorkerLedger
from schedules.jobs.night import NightConnection
from schedules.jobs.process import StopRequest
from schedules.jobs.runner import Runner, prune
from schedules.jobs.starting import Starter

logger = logging.getLogger(__name__)

PRESENCE_SECONDS = 5.0
WORKER_SECONDS = 20.0
"""A worker counts as gone when it has not been heard of for so long."""
PRUNE_SECONDS = 3600.0


@define(kw_only=True)
class Offer:
    """What a worker can do. processes: jobs at the same time."""

    browser: bool = False
    regions: Sequence[str] = ()
    processes: int = 2

    def __str__(self) -> str:
        skills = ["browser"] if self.browser else []
        return ", ".join([f"{self.processes} at once", *skills, *self.regions])


@define(eq=False)
class Worker:
    """One process of `newsdesk worker`. sites: keys of the sites that may be crawled."""

    settings: Settings
    sites: Sequence[str]
    offer: Offer
    drain_seconds: float = 60.0
    name: str = field(factory=runner_name)
    stop: StopRequest = field(factory=StopRequest)
    connection: NightConnection = field(init=False)
    ledger: WorkerLedger = field(init=False)
    runner: Runner = field(init=False)
    running: RunningJobs = field(init=False)
    queues: list[str] = field(init=False)
    _hearing: Hearing = field(init=False)
    _loop: asyncio.AbstractEventLoop | None = None
    _ended: asyncio.Event = field(factory=asyncio.Event)
    _places: asyncio.Semaphore = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.connection = NightConnection(self.settings)
        self.ledger = WorkerLedger(self.settings, logger.warning)
        starter = Starter.if_possible() if self.settings.warm_starts else None
        self.runner = Runner(settings=self.settings, ledger=self.ledger, starter=starter)
        self.ledger.patient = lambda: not self.runner.stop.times
        self.running = RunningJobs(self.runner, self.connection.ask, self.sites, lambda: None)
        self.queues = queues_of(
            self.settings.database, browser=self.offer.browser, regions=self.offer.regions
        )
        self._places = asyncio.Semaphore(self.offer.processes)
        self._hearing = Hearing(
            settings=self.settings,
            name=f"newsdesk@{self.name}",
            queues=self.queues,
            processes=self.offer.processes,
            ask=self.connection.ask,
            run=self._run_in_thread,
            look_again=self._look_again,
            has_place=lambda: len(self.running.ids) < self.offer.processes,
        )

    def press(self) -> None:
        """Stops the worker. Pressed once: running jobs may end; twice: they are handed back."""
        self.stop.press()
        self._ended.set()

    async def run(self) -> None:
        """Runs until `press`.

        Raises:
            EngineTrouble: the broker is not heard any more, and only a new process would help.
        """
        self._loop = asyncio.get_running_loop()
        pressed = asyncio.create_task(self._ended.wait())
        hearing = asyncio.create_task(self._hearing.keep())
        tasks = [pressed, hearing, asyncio.create_task(self._be_present()),
                 asyncio.create_task(self._prune())]  # fmt: skip
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if not pressed.done():
                self.press()  # what it needs has failed
            hearing.cancel()
            self._hearing.stop()
            await self.running.drain(self.drain_seconds, self.stop)
            await self._hearing.ended()
        finally:
            for each in tasks:
                each.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            await self._leave()
        for end in ends:
            if isinstance(end, Exception):
                raise end

    async def take(self, job: str) -> None:
        """Runs a job to its end if it waits and its site is free; else nothing is done."""
        async with self._places:  # Celery may have been started anew while jobs go on
            try:
                record = await self.connection.ask(lambda night: self._claim(night, job))
            except StorageError as error:
                logger.warning("%s is not taken, and will be sent again: %s", job, error)
                return
            if record is not None:
                await asyncio.wait({self.running.start(record)})

    def _claim(self, night: NightStore, job: str) -> Document | None:
        record = night.jobs.get(job)
        if record is None or record["state"] != "pending":
            logger.info("%s: does not wait (any more)", job[:100])
            return None
        if not self.stop.times and take_job(night, record, clock.now(), self.name):
            return record
        night.jobs.unsend(job)  # its site is busy, or this worker ends: it is sent again
        return None

    def _run_in_thread(self, job: str) -> None:
        """Runs a job in the event loop, and waits for it. Blocks a thread of Celery."""
        if self._loop is None:
            return
        taken = asyncio.run_coroutine_threadsafe(self.take(job), self._loop)
        try:
            taken.result(LONGEST_SECONDS)
        except concurrent.futures.CancelledError:
            logger.warning("%s: the worker ended", job[:100])

    def _look_again(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.runner.look_again)

    async def _be_present(self) -> None:
        """Says again and again that this worker lives, and what it can do."""
        offers = {"places": self.offer.processes, "queues": self.queues}
        note = f"on {host()}, {self.offer}"
        while True:
            try:
                await self.connection.ask(
                    lambda night: night.leases.take(
                        f"worker/{self.name}", self.name, WORKER_SECONDS, note, offers=offers
                    )
                )
            except Exception as error:  # noqa: BLE001 - a worker that is not listed gets no jobs
                logger.warning("This worker is not listed for now: %s", error)
            await asyncio.sleep(PRESENCE_SECONDS)

    async def _prune(self) -> None:
        while True:
            try:
                await asyncio.to_thread(prune, self.settings)
            except OSError as error:
                logger.warning("Old files of jobs stay: %s", error)
            await asyncio.sleep(PRUNE_SECONDS)

    async def _leave(self) -> None:
        try:
            await self.connection.ask(
                lambda night: night.leases.give_back(f"worker/{self.name}", self.name)
            )
        except StorageError as error:
            logger.warning("The worker is listed until its lease has run out: %s", error)
        if self.runner.starter is not None:
            await asyncio.to_thread(self.runner.starter.close)
        await self.ledger.close()
        await self.connection.close()
