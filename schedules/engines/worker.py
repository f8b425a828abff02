"""A worker: takes jobs that the broker names, claims them in MongoDB and runs them here."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from attrs import define, field

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import StorageError
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from schedules.engines.celery_app import LONGEST_SECONDS
from schedules.engines.consumer import Consumer
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
AGAIN_SECONDS = 3.0
"""Time until Celery is started again after it ended by itself."""
CLOSE_SECONDS = 10.0
"""Time for the broker to be left."""


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
    _consumer: Consumer = field(init=False)
    _loop: asyncio.AbstractEventLoop | None = None
    _ended: asyncio.Event = field(factory=asyncio.Event)
    _deaf: asyncio.Event = field(factory=asyncio.Event)
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
        self._consumer = Consumer(
            settings=self.settings,
            name=f"newsdesk@{self.name}",
            queues=self.queues,
            processes=self.offer.processes,
            run=self._run_in_thread,
            look_again=lambda: self._soon(self.runner.look_again),
            on_end=lambda: self._soon(self._hears_no_more),
        )

    def press(self) -> None:
        """Stops the worker. Pressed once: running jobs may end; twice: they are handed back."""
        self.stop.press()
        self._ended.set()

    async def run(self) -> None:
        """Runs until `press`."""
        self._loop = asyncio.get_running_loop()
        beats = [asyncio.create_task(self._be_present()), asyncio.create_task(self._prune())]
        self._consumer.start()
        try:
            await self._ended.wait()
            self._consumer.stop()
            await self.running.drain(self.drain_seconds, self.stop)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._deaf.wait(), CLOSE_SECONDS)
        finally:
            for beat in beats:
                beat.cancel()
            await asyncio.gather(*beats, return_exceptions=True)
            await self._leave()

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

    def _soon(self, call: Callable[[], Any]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)

    def _hears_no_more(self) -> None:
        """Starts Celery anew if it ended by itself: with Redis a lost connection may end it."""
        if self.stop.times or self._loop is None:
            self._deaf.set()
        else:
            logger.warning("Celery is started again in %.0f s; jobs go on", AGAIN_SECONDS)
            self._loop.call_later(AGAIN_SECONDS, self._hear_again)

    def _hear_again(self) -> None:
        if self.stop.times:
            self._deaf.set()
        else:
            self._consumer.start()

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
