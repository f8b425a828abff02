"""Runs the jobs that this process has taken, each in a task of its own."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version

from attrs import define, field

from crawler.exceptions import CrawlerError
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import StorageError
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from schedules.exceptions import BadRecord
from schedules.job import JobFiles
from schedules.jobs.asked import spec_of
from schedules.jobs.night import Ask
from schedules.jobs.process import StopRequest
from schedules.jobs.runner import Runner
from schedules.verdicts.verdict import Stop

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.2


@define(eq=False)
class RunningJobs:
    """Starts jobs that were taken from MongoDB, and ends them with the process.

    sites: keys of the sites that may be crawled. on_end: called whenever a job has ended.
    """

    runner: Runner
    ask: Ask
    sites: Sequence[str]
    on_end: Callable[[], None]
    _tasks: dict[str, asyncio.Task[None]] = field(factory=dict)

    @property
    def ids(self) -> set[str]:
        """Ids of the jobs that run."""
        return set(self._tasks)

    def start(self, record: Document) -> asyncio.Task[None]:
        """Runs a job that this process has claimed; returns the task that runs it."""
        job = record["_id"]
        logger.info("%s begins", job)
        task = asyncio.create_task(self._run(record), name=job)
        self._tasks[job] = task
        task.add_done_callback(self._ended)
        return task

    async def drain(self, seconds: float, stop: StopRequest) -> None:
        """Waits for jobs to end, unless asked to stop twice, then hands back what still runs."""
        deadline = time.monotonic() + seconds
        while self._tasks and stop.times < 2 and time.monotonic() < deadline:
            await asyncio.wait(self._tasks.values(), timeout=POLL_SECONDS)
        self.runner.stop.press(Stop.HANDED_BACK)
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def _run(self, record: Document) -> None:
        job, settings = record["_id"], self.runner.settings
        try:
            spec = spec_of(record, self.sites, settings.job_megabytes * 1024 * 1024)
            log = JobFiles.of(settings.jobs_dir, job).log
            await self.ask(
                lambda night: night.jobs.update(job, log_file=str(log), version=version("newsdesk"))
            )
            result = await self.runner.run(spec, job)
        except BadRecord as error:
            logger.error("%s: its record was refused: %s", job, error)  # noqa: TRY400 - as below
            reason = f"Its record was refused: {error}."
            await self.ask(partial(_give_up, job=job, reason=reason))
        except (OSError, CrawlerError, StorageError) as error:
            logger.error("%s could not run: %s", job, error)  # noqa: TRY400 - the sentence says it
            await self.ask(partial(_give_up, job=job, reason=f"It could not be started: {error}"))
        else:
            logger.info("%s: %s. %s", job, result.state, result.reason)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task.get_name()]
        if not task.cancelled() and task.exception() is not None:
            # Its record is still open, so it is found as a lost job and judged by its statistics.
            logger.error("%s broke off", task.get_name(), exc_info=task.exception())
        self.on_end()


def _give_up(night: NightStore, job: str, reason: str) -> None:
    """Records the end of a job that never began, and frees its site."""
    night.jobs.finish(job, "failed", clock.now(), reason=reason)
    night.leases.give_back_all(job)
