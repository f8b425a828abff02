"""The record of jobs in MongoDB. A crawl does not depend on it: trouble is said, not raised."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import psutil
from attrs import define, field

from pipelines import clock
from pipelines.config import Settings
from pipelines.storage.exceptions import StorageError
from pipelines.storage.jobs import JobRepository
from pipelines.storage.queries import opened
from pipelines.storage.schema import ensure_schema
from schedules.job import JobFiles, JobKind, JobResult, JobSpec, counts_below
from schedules.statsfile import StatsReport, read_stats
from schedules.verdict import Verdict, judge

LOOKED_AT = 100
"""Open records that are looked at for lost jobs."""


class Ledger(Protocol):
    """Where jobs are recorded."""

    async def create(self, job: str, spec: JobSpec, log: Path) -> None:
        """A job is about to begin."""

    async def start(self, job: str, pid: int) -> None:
        """Its process runs."""

    async def beat(self, job: str, stats: Mapping[str, object]) -> None:
        """It goes on; its counters so far."""

    async def finish(self, result: JobResult) -> None:
        """It has ended."""


class NoLedger:
    """Records nothing."""

    async def create(self, job: str, spec: JobSpec, log: Path) -> None:
        """Nothing is kept."""

    async def start(self, job: str, pid: int) -> None:
        """Nothing is kept."""

    async def beat(self, job: str, stats: Mapping[str, object]) -> None:
        """Nothing is kept."""

    async def finish(self, result: JobResult) -> None:
        """Nothing is kept."""


@define
class MongoLedger:
    """Records jobs in the collection `jobs`.

    say is told when MongoDB does not answer. What could not be recorded by then is written when
    the job ends, if MongoDB is back.
    """

    settings: Settings
    say: Callable[[str], None]
    _unrecorded: dict[str, Callable[[JobRepository], None]] = field(factory=dict)
    _away: bool = False

    async def create(self, job: str, spec: JobSpec, log: Path) -> None:
        """Record what is asked for."""
        created_at = clock.now()

        def write(jobs: JobRepository) -> None:
            jobs.create(
                spec.site if spec.kind == "crawl" else None,
                created_at,
                kind=spec.kind,
                arguments=spec.arguments,
                _id=job,
                host=socket.gethostname(),
                log_file=str(log),
                version=version("newsdesk"),
            )

        self._unrecorded[job] = write
        await self._try(job, lambda _jobs: None)

    async def start(self, job: str, pid: int) -> None:
        """Record the process, so that another command can tell whether it lives."""
        if not self._away:
            started_at = clock.now()
            await self._try(job, lambda jobs: jobs.start(job, started_at, pid=pid))

    async def beat(self, job: str, stats: Mapping[str, object]) -> None:
        """Record the counters."""
        if not self._away:
            fields = {"counts": counters(stats), "updated_at": clock.now()}
            await self._try(job, lambda jobs: jobs.update(job, **fields))

    async def finish(self, result: JobResult) -> None:
        """Record the verdict."""
        await self._try(result.job, lambda jobs: record_end(jobs, result))

    async def settle(self) -> None:
        """Judge jobs of this machine that nobody watched to their end (a killed runner)."""
        await self._try("", lambda jobs: settle(jobs, self.settings.jobs_dir))

    async def _try(self, job: str, write: Callable[[JobRepository], None]) -> None:
        """Do it, after what could not be done before; say so if MongoDB does not answer."""

        def blocking() -> None:
            with opened(self.settings) as database:
                ensure_schema(database)
                jobs = JobRepository(database)
                if job in self._unrecorded:
                    self._unrecorded[job](jobs)
                    del self._unrecorded[job]
                write(jobs)

        try:
            await asyncio.to_thread(blocking)
        except StorageError as error:
            if not self._away:
                self.say(f"The job is not recorded for now; the crawl goes on. {error}")
            self._away = True
        else:
            self._away = False


def record_end(jobs: JobRepository, result: JobResult) -> None:
    """Write a job's verdict into its record."""
    jobs.finish(
        result.job,
        result.state,
        result.finished_at,
        reason=result.reason,
        exit_code=result.exit_code,
        counts=counters(result.stats),
        stats=dict(result.stats),
    )


def settle(jobs: JobRepository, folder: Path) -> None:
    """Close the records of this machine's jobs whose process is gone.

    The crawl of such a job may have ended well: its statistics file says so.
    """
    for record in jobs.list(LOOKED_AT, states=["running"]):
        if record.get("host") != socket.gethostname() or lives(record):
            continue
        report = read_stats(JobFiles.of(folder, record["_id"]).stats) or StatsReport()
        verdict = Verdict(state="lost", reason="Its runner ended first; nobody saw how it went.")
        if report.finished:
            kind: JobKind = "import" if record["kind"] == "import" else "crawl"
            verdict = judge(report, exit_code=None, stop=None, kind=kind)
        jobs.finish(
            record["_id"],
            verdict.state,
            clock.now(),
            reason=verdict.reason,
            counts=counters(report.stats),
            stats=dict(report.stats),
        )


def lives(record: Mapping[str, object]) -> bool:
    """Whether the process of this job, and not a later one with its number, is still there."""
    pid = record.get("pid")
    if not isinstance(pid, int):
        return False
    try:
        process = psutil.Process(pid)
        if "crawl" not in process.cmdline():
            return False
        return process.environ().get("NEWSDESK_JOB") == record["_id"]
    except psutil.AccessDenied:
        return True  # another user's crawl: that user's commands judge it
    except psutil.NoSuchProcess:
        return False


def counters(stats: Mapping[str, object]) -> dict[str, int]:
    """Newsdesk's own counters, without their prefix."""
    return counts_below(stats, "newsdesk")
