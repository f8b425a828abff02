"""The record of jobs in MongoDB, and the site that each holds while it runs.

A crawl does not depend on it: where MongoDB does not answer, trouble is said, not raised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Protocol, TypeVar

from attrs import define, field

from pipelines import clock
from pipelines.config import Settings
from pipelines.stats import counts_of
from pipelines.storage.exceptions import StorageError
from pipelines.storage.operations.repositories import NightStore
from schedules.exceptions import SiteBusy
from schedules.job import JobResult, JobSpec
from schedules.jobs.identity import host, runner_name
from schedules.jobs.night import NightConnection
from schedules.jobs.records import record_end, settle
from schedules.verdicts.expectations import LIKE_RUNS, History
from schedules.verdicts.verdict import Stop

T = TypeVar("T")

AGAIN_SECONDS = 2.0
SITE_SECONDS = 45.0
"""A site is free again so long after its job was last heard of."""


class Ledger(Protocol):
    """Where jobs are recorded."""

    async def take_site(self, job: str, spec: JobSpec) -> None:
        """Hold the site for the job. Raises: SiteBusy."""

    async def create(self, job: str, spec: JobSpec, log: Path) -> None:
        """A job is about to begin."""

    async def start(self, job: str, pid: int) -> None:
        """Its process runs."""

    async def beat(self, job: str, spec: JobSpec, stats: Mapping[str, object]) -> Stop | None:
        """It goes on; its counters so far. Gives why it should stop, if it should."""

    async def history(self, job: str, spec: JobSpec) -> History:
        """What is known beside its own report."""

    async def finish(self, result: JobResult) -> None:
        """It has ended, and its site is free."""


@define
class MongoLedger:
    """Records jobs in the collection `jobs`, and holds sites in `leases`.

    say is told when MongoDB does not answer. What could not be recorded by then is written when
    the job ends, if MongoDB is back. patient: whether the end of a job is tried again until
    MongoDB takes it; otherwise the next command finds it in the job's statistics. Close it at
    the end.
    """

    settings: Settings
    say: Callable[[str], None]
    patient: Callable[[], bool] = lambda: False
    _unrecorded: dict[str, Callable[[NightStore], object]] = field(factory=dict)
    _away: bool = False
    _connection: NightConnection | None = None

    async def take_site(self, job: str, spec: JobSpec) -> None:
        """Hold the site until `finish`, as long as `beat` goes on.

        Raises:
            SiteBusy: another job holds it; the message says which.
        """
        if spec.kind != "crawl":
            return
        note = f"on {host()}"
        held = await self._try(
            job, lambda night: night.leases.take(f"site/{spec.site}", job, SITE_SECONDS, note)
        )
        if held is not None and held["owner"] != job:
            raise SiteBusy(
                f"{spec.site} is being crawled already, by the job {held['owner']} "
                f"{held.get('note') or ''} since {held['since']:%H:%M} UTC: wait for it, or stop "
                f"it with: newsdesk jobs cancel {held['owner']}"
            )

    async def create(self, job: str, spec: JobSpec, log: Path) -> None:
        """Record what is asked for."""
        created_at = clock.now()

        def write(night: NightStore) -> None:
            night.jobs.create(
                spec.site if spec.kind == "crawl" else None,
                created_at,
                id_=job,
                kind=spec.kind,
                arguments=spec.arguments,
                host=host(),
                runner=runner_name(),
                log_file=str(log),
                version=version("newsdesk"),
            )

        self._unrecorded[job] = write
        await self._try(job, lambda _night: None)

    async def start(self, job: str, pid: int) -> None:
        """Record the process, so that another command can tell whether it lives."""
        if not self._away:
            started_at = clock.now()
            await self._try(job, lambda night: night.jobs.start(job, started_at, pid=pid))

    async def beat(self, job: str, spec: JobSpec, stats: Mapping[str, object]) -> Stop | None:
        """Record the counters and keep the site; asks for MongoDB again if it was away."""
        fields = {"state": "running", "counts": counts_of(stats), "updated_at": clock.now()}

        def write(night: NightStore) -> Stop | None:
            record = night.jobs.beat(job, **fields)
            if record and record.get("cancel_at"):
                return Stop.ASKED
            if spec.kind != "crawl":
                return None
            held = night.leases.take(f"site/{spec.site}", job, SITE_SECONDS, f"on {host()}")
            return None if held["owner"] == job else Stop.LEASE

        return await self._try(job, write)

    async def history(self, job: str, spec: JobSpec) -> History:
        """Counts of like runs and the site's newest article."""
        if spec.kind != "crawl" or spec.replay is not None:
            return History(narrowed=True)  # a recording's time and extent are its own
        narrowed = bool(spec.arguments)

        def read(night: NightStore) -> History:
            record = night.jobs.get(job)
            counts = night.jobs.like(record, LIKE_RUNS) if record else []
            newest = night.newest_published(spec.site)
            return History(counts=tuple(counts), newest_at=newest, narrowed=narrowed)

        return await self._try(job, read) or History(narrowed=narrowed)

    async def finish(self, result: JobResult) -> None:
        """Record the verdict and free the site."""

        def write(night: NightStore) -> bool:
            record_end(night.jobs, result)
            night.leases.give_back(f"site/{result.site}", result.job)
            return True

        recorded = await self._try(result.job, write)
        while not recorded and self.patient():
            await asyncio.sleep(AGAIN_SECONDS)
            recorded = await self._try(result.job, write)

    async def settle(self) -> None:
        """Judge jobs of this machine that nobody watched to their end (a killed runner)."""
        await self._try("", lambda night: settle(night.jobs, self.settings.jobs_dir))

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.close()

    async def _try(self, job: str, write: Callable[[NightStore], T]) -> T | None:
        """Do it, after what could not be done before; say so if MongoDB does not answer."""
        if self._connection is None or self._connection.settings is not self.settings:
            await self.close()
            self._connection = NightConnection(self.settings)

        def all_of_it(night: NightStore) -> T:
            if job in self._unrecorded:
                self._unrecorded[job](night)
                del self._unrecorded[job]
            return write(night)

        try:
            found = await self._connection.ask(all_of_it)
        except StorageError as error:
            if not self._away:
                self.say(f"The job is not recorded for now; the crawl goes on. {error}")
            self._away = True
            return None
        self._away = False
        return found
