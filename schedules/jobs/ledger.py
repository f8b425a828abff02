"""Records jobs in MongoDB, and holds the site of each while it runs.

A crawl does not depend on its record: if MongoDB is away or refuses an operation, that is said,
not raised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Protocol, TypeVar

from attrs import define, field

from pipelines.config import Settings
from pipelines.counting.stats import counts_of
from pipelines.storage.exceptions import StorageError
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from pipelines.timing.beijing import beijing_time
from schedules.exceptions import SiteBusy
from schedules.job import JobResult, JobSpec, lease_of
from schedules.jobs.identity import host, runner_name
from schedules.jobs.night import NightConnection
from schedules.jobs.records import record_end, settle
from schedules.verdicts.expectations import LIKE_RUNS, History
from schedules.verdicts.verdict import Stop

T = TypeVar("T")

AGAIN_SECONDS = 2.0
MOST_REFUSED = 5
"""Most times that MongoDB may refuse to record the end of a job; the job then counts as lost."""
SITE_SECONDS = 45.0
"""A site is free again so long after the last heartbeat of its job."""


class Ledger(Protocol):
    """Records jobs."""

    async def take_site(self, job: str, spec: JobSpec) -> None:
        """Holds the site for the job. Raises: SiteBusy."""

    async def create(self, job: str, spec: JobSpec, log: Path) -> None:
        """Records that a job is about to begin."""

    async def start(self, job: str, pid: int) -> None:
        """Records that its process runs."""

    async def heartbeat(self, job: str, spec: JobSpec, stats: Mapping[str, object]) -> Stop | None:
        """Records its counters so far; returns why it has to stop, if it has."""

    async def history(self, job: str, spec: JobSpec) -> History:
        """Returns what is known of earlier runs and of the site."""

    async def stored(self, job: str) -> int | None:
        """Returns how many articles the job has stored; None if that cannot be asked."""

    async def finish(self, result: JobResult) -> None:
        """Records its end and frees its site."""


@define
class MongoLedger:
    """Records jobs in the collection `jobs`, and holds sites in `leases`. Has to be closed.

    say: called with a sentence when MongoDB is away or refuses. What could not be recorded then is
    written when the job ends, if MongoDB is back. patient: tells whether writing the end of a
    job is repeated until MongoDB takes it; otherwise the next command reads the end from the
    job's statistics.
    """

    settings: Settings
    say: Callable[[str], None]
    patient: Callable[[], bool] = lambda: False
    _unrecorded: dict[str, Callable[[NightStore], object]] = field(factory=dict)
    _away: bool = False
    _refused: bool = False
    _connection: NightConnection | None = None

    async def take_site(self, job: str, spec: JobSpec) -> None:
        """Holds the site until `finish`, as long as heartbeats go on.

        Raises:
            SiteBusy: another job holds it; the message says which.
        """
        note, lease = f"on {host()}", lease_of(spec.kind, spec.site, job)
        held = await self._try(job, lambda night: night.leases.take(lease, job, SITE_SECONDS, note))
        if held is not None and held["owner"] != job:
            raise SiteBusy(
                f"{spec.site} is being crawled already, by the job {held['owner']} "
                f"{held.get('note') or ''} since {beijing_time(held['since'])}: wait for it, or "
                f"stop it with: newsdesk jobs cancel {held['owner']}"
            )

    async def create(self, job: str, spec: JobSpec, log: Path) -> None:
        """Records what was asked for."""
        created_at = clock.now()

        def write(night: NightStore) -> None:
            night.jobs.create(
                None if spec.kind == "import" else spec.site,
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
        """Records the process, so that another command can tell whether it is alive."""
        if not self._away:
            started_at = clock.now()
            await self._try(job, lambda night: night.jobs.start(job, started_at, pid=pid))

    async def heartbeat(self, job: str, spec: JobSpec, stats: Mapping[str, object]) -> Stop | None:
        """Records the counters and renews the lease of the site."""
        fields = {"state": "running", "counts": counts_of(stats), "updated_at": clock.now()}
        lease = lease_of(spec.kind, spec.site, job)

        def write(night: NightStore) -> Stop | None:
            record = night.jobs.beat(job, **fields)
            if record is None and night.jobs.get(job) is not None:
                return Stop.GIVEN_UP
            if record and record.get("cancel_at"):
                return Stop.FORCED if record.get("force_at") else Stop.ASKED
            held = night.leases.take(lease, job, SITE_SECONDS, f"on {host()}")
            return None if held["owner"] == job else Stop.LEASE

        return await self._try(job, write)

    async def history(self, job: str, spec: JobSpec) -> History:
        """Returns the counts of similar runs and the time of the site's newest article."""
        if spec.kind != "crawl":
            return History(narrowed=True)  # a recording's time and extent are its own
        narrowed = bool(spec.arguments)

        def read(night: NightStore) -> History:
            record = night.jobs.get(job)
            counts = night.jobs.like(record, LIKE_RUNS) if record else []
            newest = night.newest_published(spec.site)
            return History(counts=tuple(counts), newest_at=newest, narrowed=narrowed)

        return await self._try(job, read) or History(narrowed=narrowed)

    async def stored(self, job: str) -> int | None:
        """Asks MongoDB how many articles the job has stored."""
        return await self._try(job, lambda night: night.stored_by(job))

    async def finish(self, result: JobResult) -> None:
        """Records the verdict and frees the site."""

        def write(night: NightStore) -> bool:
            record_end(night.jobs, result)
            night.leases.give_back_all(result.job)
            return True

        refused = 0
        while not await self._try(result.job, write):
            refused += self._refused
            if refused > MOST_REFUSED or not (self._refused or self.patient()):
                break
            await asyncio.sleep(AGAIN_SECONDS)

    async def settle(self) -> None:
        """Judges jobs of this machine whose runner was killed."""
        await self._try("", lambda night: settle(night.jobs, self.settings.jobs_dir))

    async def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            await self._connection.close()

    async def _try(self, job: str, write: Callable[[NightStore], T]) -> T | None:
        """Writes, after what could not be written before; says so if MongoDB does not answer."""
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
        except Exception as error:  # noqa: BLE001 - said; a crawl goes on without its record
            self._refused = not isinstance(error, StorageError)
            if not self._away:
                why = f"{type(error).__name__}: {error}" if self._refused else error
                self.say(f"The job is not recorded for now; the crawl goes on. {why}")
            self._away = True
            return None
        self._away = False
        return found
