"""Runs jobs, each as a subprocess: watches it, judges its report, records it in MongoDB."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from attrs import define, field
from pydantic import SecretStr

from crawler.downloads.opening import NIGHT_VARIABLE, open_recording
from pipelines.config import CONFIG_ENVIRONMENT_NAME, JOB_VARIABLE, MEMORY_VARIABLE, Settings
from pipelines.storage.operations.jobs import new_job_id
from pipelines.timing import clock
from schedules.exceptions import SiteBusy
from schedules.job import JobFiles, JobResult, JobSpec, Progress
from schedules.jobs.figures import mask_file
from schedules.jobs.ledger import Ledger
from schedules.jobs.process import Ended, StopRequest, run_process
from schedules.jobs.reports import Reports, reports_of
from schedules.jobs.starting import Starter
from schedules.verdicts.report import StatsReport
from schedules.verdicts.verdict import Stop, judge

logger = logging.getLogger(__name__)

CRAWLER = (sys.executable, "-P", "-m", "crawler")
KEPT_BACK = ("NEWSDESK_ALERT_URLS", "NEWSDESK_BROKER_URL")
"""Secrets that no crawl needs."""
DAY_SECONDS = 86_400.0
HEARTBEAT_SECONDS = 5.0
"""How often a running job's counters are recorded and a request to stop it is looked for."""


def _nobody(progress: Progress) -> None:
    """Ignores progress."""


@define(kw_only=True)
class Runner:
    """Runs jobs with one set of settings.

    on_progress is called about four times a second per job, on the event loop: be quick.
    program: the command that is started; tests put others in place of a crawl. starter: a process
    that begins it in a moment, for whoever runs many; it is for them to close.
    """

    settings: Settings
    ledger: Ledger
    on_progress: Callable[[Progress], None] = _nobody
    stop: StopRequest = field(factory=StopRequest)
    program: Sequence[str] = CRAWLER
    starter: Starter | None = None
    _again: asyncio.Event = field(factory=asyncio.Event, init=False)

    def look_again(self) -> None:
        """Lets each running job look at once whether it has to stop."""
        self._again.set()
        self._again = asyncio.Event()

    async def run_all(self, specs: Sequence[JobSpec]) -> list[JobResult]:
        """Runs all jobs at the same time; returns the results in the order of `specs`."""
        prune(self.settings)
        return list(await asyncio.gather(*(self.run(spec) for spec in specs)))

    async def run(self, spec: JobSpec, job: str | None = None) -> JobResult:
        """Runs one job to its end. job: its id if its record exists already.

        Raises:
            OSError: the jobs folder cannot be written, or no process can be started.
            RecordingError: `spec.replay` is no recording.
        """
        started_at = clock.now()
        recorded, job = job is not None, job or new_job_id(spec.site, started_at)
        with suppress(OSError):  # a full or read-only disk: the job runs without its files
            self.settings.jobs_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        files = JobFiles.of(self.settings.jobs_dir, job)
        environment = job_environment(spec, self.settings, job, files)
        try:
            await self.ledger.take_site(job, spec)
        except SiteBusy as busy:
            return _not_run(job, spec, started_at, files, str(busy))
        if not recorded:
            await self.ledger.create(job, spec, files.log)
        stop, ended = StopRequest(self.stop), Ended(exit_code=None, stop=None)
        with reports_of(files.stats) as reports:
            heartbeat = asyncio.create_task(self._heartbeat(job, spec, reports, stop))
            try:
                ended = await self._watch(spec, job, files, reports, environment, stop)
            finally:
                heartbeat.cancel()
                result = await self._close(spec, job, files, reports, started_at, ended)
        return result

    async def _watch(
        self,
        spec: JobSpec,
        job: str,
        files: JobFiles,
        reports: Reports,
        environment: Mapping[str, str],
        stop: StopRequest,
    ) -> Ended:
        memory = {} if reports.memory is None else {MEMORY_VARIABLE: str(reports.memory)}

        def look() -> None:
            report = None if self.on_progress is _nobody else reports.read()
            if report:
                self.on_progress(Progress(job=job, site=spec.site, stats=report.stats))

        return await run_process(
            [*self.program, *crawl_arguments(spec)],
            {**environment, **memory},
            spec,
            files,
            reports,
            stop=stop,
            on_start=lambda pid: self.ledger.start(job, pid),
            on_tick=look,
            starter=self.starter,
        )

    async def _heartbeat(
        self, job: str, spec: JobSpec, reports: Reports, stop: StopRequest
    ) -> None:
        """Records the counters and passes on a request to stop, until cancelled.

        It outlives every error: without it the site's lease would run out while the crawl goes on.
        """
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._again.wait(), HEARTBEAT_SECONDS)
            try:
                report = reports.read() or StatsReport()
                why = await self.ledger.heartbeat(job, spec, report.stats)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise  # the job has ended
                logger.warning("%s: its record is not up to date; it is tried again", job)
                continue
            except Exception:
                logger.exception("%s: its record is not up to date; it is tried again", job)
                continue
            while why is not None and stop.times < (2 if why is Stop.FORCED else 1):
                stop.press(why)

    async def _close(
        self,
        spec: JobSpec,
        job: str,
        files: JobFiles,
        reports: Reports,
        started_at: datetime,
        ended: Ended,
    ) -> JobResult:
        report = reports.read() or StatsReport()
        verdict = judge(
            report,
            exit_code=ended.exit_code,
            stop=ended.stop,
            kind=spec.kind,
            history=await self.ledger.history(job, spec),
            stored=None if report.finished else await self.ledger.stored(job),
        )
        with suppress(OSError, ValueError):  # there is no log, or no valid connection string
            mask_file(files.log, _secrets(self.settings))
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
            problems=verdict.problems,
        )
        await self.ledger.finish(result)
        return result


def _not_run(job: str, spec: JobSpec, moment: datetime, files: JobFiles, reason: str) -> JobResult:
    """Returns the result of a job that could not begin."""
    return JobResult(
        job=job,
        site=spec.site,
        state="failed",
        reason=reason,
        stats={},
        started_at=moment,
        finished_at=moment,
        exit_code=None,
        log=files.log,
    )


def _secrets(settings: Settings) -> tuple[str, ...]:
    """Returns what must not stay in a log: the password of the connection string."""
    if settings.mongodb_uri is None:
        return ()
    written = settings.mongodb_uri.get_secret_value().partition("//")[2].rpartition("@")[0]
    password = written.partition(":")[2]
    return tuple({each for each in (password, unquote(password)) if each})


def crawl_arguments(spec: JobSpec) -> list[str]:
    """Returns the command line of a job (see `crawler.__main__`)."""
    arguments = ["crawl", spec.site]
    for name, value in spec.arguments.items():
        arguments += ["-a", f"{name}={value}"]
    return arguments


def job_environment(spec: JobSpec, settings: Settings, job: str, files: JobFiles) -> dict[str, str]:
    """Returns the environment of a crawl.

    Raises:
        RecordingError: `spec.replay` is no recording.
    """
    environment = {
        **os.environ,
        **settings_environment(settings),
        **spec.environment,
        "PYTHONUNBUFFERED": "1",
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        JOB_VARIABLE: job,
        "NEWSDESK_SUPERVISOR": str(os.getpid()),
        "NEWSDESK_STATS_FILE": str(files.stats.absolute()),
        CONFIG_ENVIRONMENT_NAME: os.devnull,  # all settings stand above; the file may be broken now
    }
    for name in KEPT_BACK:
        environment.pop(name, None)
    if spec.replay is not None:
        environment["NEWSDESK_REPLAY"] = str(spec.replay.absolute())
        environment[NIGHT_VARIABLE] = spec.night
        moment = open_recording(spec.replay.absolute(), spec.night).recorded_at
        if moment is not None:
            environment.setdefault(clock.ENVIRONMENT_NAME, moment.isoformat())
    return environment


def settings_environment(settings: Settings) -> dict[str, str]:
    """Returns the settings that differ from their defaults as environment variables."""
    environment = {}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        elif name == "sites":
            value = settings.sites_json
        if value is not None:
            variable = "MONGODB_URI" if name == "mongodb_uri" else f"NEWSDESK_{name.upper()}"
            environment[variable] = str(value.absolute() if isinstance(value, Path) else value)
    return environment


def prune(settings: Settings) -> None:
    """Deletes job files that are older or more than the settings say, the oldest first."""
    if not settings.jobs_dir.is_dir():
        return
    aged = []
    for path in settings.jobs_dir.iterdir():
        with suppress(FileNotFoundError):
            if path.is_file():
                aged.append((path.stat().st_mtime, path))
    aged.sort()
    oldest = time.time() - settings.logs_days * DAY_SECONDS
    beyond = len(aged) - settings.logs_files
    for number, (moment, path) in enumerate(aged):
        if number < beyond or moment < oldest:
            path.unlink(missing_ok=True)
