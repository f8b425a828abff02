"""Runs jobs: one subprocess each, watched, judged by what it reported, recorded in MongoDB."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from attrs import define, field
from pydantic import SecretStr

from crawler.recording import Recording
from pipelines import clock
from pipelines.config import Settings
from schedules.job import JobFiles, JobResult, JobSpec, Progress, new_job_id
from schedules.ledger import Ledger
from schedules.process import Ended, StopRequest, run_process
from schedules.statsfile import StatsReport, read_stats
from schedules.verdict import judge

SCRAPY = (sys.executable, "-P", "-m", "scrapy")
BEAT_SECONDS = 10.0
"""How often a running job's counters go into its record."""
KEPT_JOB_FILES = 600
"""Logs and statistics files kept in the jobs folder; the oldest go first."""


def _nobody(progress: Progress) -> None:
    """Nobody watches."""


@define(kw_only=True)
class Runner:
    """Runs jobs with one set of settings.

    on_progress is called about four times a second per job, on the event loop: be quick.
    program: what is started in place of Scrapy's command line.
    """

    settings: Settings
    ledger: Ledger
    on_progress: Callable[[Progress], None] = _nobody
    stop: StopRequest = field(factory=StopRequest)
    program: Sequence[str] = SCRAPY

    async def run_all(self, specs: Sequence[JobSpec]) -> list[JobResult]:
        """Run all at the same time; the results are in the order of `specs`."""
        prune(self.settings.jobs_dir)
        return list(await asyncio.gather(*(self.run(spec) for spec in specs)))

    async def run(self, spec: JobSpec) -> JobResult:
        """Run one job to its end.

        Raises:
            OSError: the jobs folder cannot be written, or no process can be started.
            RecordingError: `spec.replay` is no recording.
        """
        started_at = clock.now()
        job = new_job_id(spec.site, started_at)
        self.settings.jobs_dir.mkdir(parents=True, exist_ok=True)
        files = JobFiles.of(self.settings.jobs_dir, job)
        environment = job_environment(spec, self.settings, job, files)
        await self.ledger.create(job, spec, files.log)
        ended = Ended(exit_code=None, stop=None)
        beats = asyncio.create_task(self._beat(job, files))
        try:
            ended = await self._watch(spec, job, files, environment)
        finally:
            beats.cancel()
            result = await self._close(spec, job, files, started_at, ended)
        return result

    async def _watch(
        self, spec: JobSpec, job: str, files: JobFiles, environment: Mapping[str, str]
    ) -> Ended:
        def look() -> None:
            report = read_stats(files.stats)
            if report:
                self.on_progress(Progress(job=job, site=spec.site, stats=report.stats))

        return await run_process(
            [*self.program, *crawl_arguments(spec)],
            environment,
            spec,
            files,
            stop=self.stop,
            on_start=lambda pid: self.ledger.start(job, pid),
            on_tick=look,
        )

    async def _beat(self, job: str, files: JobFiles) -> None:
        """Record the counters until cancelled."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            report = read_stats(files.stats)
            if report:
                await self.ledger.beat(job, report.stats)

    async def _close(
        self, spec: JobSpec, job: str, files: JobFiles, started_at: datetime, ended: Ended
    ) -> JobResult:
        report = read_stats(files.stats) or StatsReport()
        verdict = judge(
            report,
            exit_code=ended.exit_code,
            stop=ended.stop,
            kind=spec.kind,
        )
        result = JobResult(
            job=job,
            site=spec.site,
            state=verdict.state,
            reason=verdict.reason,
            stats=report.stats,
            started_at=started_at,
            finished_at=clock.now(),
            exit_code=ended.exit_code,
            log=files.log,
        )
        await self.ledger.finish(result)
        return result


def crawl_arguments(spec: JobSpec) -> list[str]:
    """Scrapy's command line for a job."""
    arguments = ["crawl", spec.site]
    for name, value in spec.arguments.items():
        arguments += ["-a", f"{name}={value}"]
    return arguments


def job_environment(spec: JobSpec, settings: Settings, job: str, files: JobFiles) -> dict[str, str]:
    """What the crawl is told through its environment.

    Raises:
        RecordingError: `spec.replay` is no recording.
    """
    environment = {
        **os.environ,
        **settings_environment(settings),
        **spec.environment,
        "PYTHONUNBUFFERED": "1",
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        "NEWSDESK_JOB": job,
        "NEWSDESK_STATS_FILE": str(files.stats.absolute()),
    }
    if spec.replay is not None:
        environment["NEWSDESK_REPLAY"] = str(spec.replay.absolute())
        moment = Recording.read(spec.replay).recorded_at
        if moment is not None:
            environment.setdefault(clock.ENVIRONMENT_NAME, moment.isoformat())
    return environment


def settings_environment(settings: Settings) -> dict[str, str]:
    """The settings that were set (not those left at their defaults), as environment variables."""
    environment = {}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if value is not None:
            variable = "MONGODB_URI" if name == "mongodb_uri" else f"NEWSDESK_{name.upper()}"
            environment[variable] = str(value.absolute() if isinstance(value, Path) else value)
    return environment


def prune(folder: Path) -> None:
    """Delete the oldest job files beyond KEPT_JOB_FILES."""
    if not folder.is_dir():
        return
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    for name in names[:-KEPT_JOB_FILES]:
        with suppress(FileNotFoundError):
            (folder / name).unlink()
