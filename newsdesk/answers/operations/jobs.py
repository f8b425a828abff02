"""Jobs: listed, stopped, run again, and their logs. Each call blocks."""

from __future__ import annotations

import logging
import time
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any, get_args

from attrs import define

from newsdesk.answers.cursors import counting_cursor, read_counting_cursor
from newsdesk.answers.operations.logs import has_log, no_log, read_log
from newsdesk.answers.operations.night import known_job, opened_night, services
from newsdesk.answers.sites import check_site
from newsdesk.answers.who import note_change, operator
from newsdesk.exceptions import NotNow, UnknownState
from pipelines.config import Settings
from pipelines.records import JobState
from pipelines.storage.documents import Document
from pipelines.timing import clock
from schedules.jobs.figures import masked
from schedules.verdicts.expectations import ENOUGH_RUNS
from schedules.verdicts.expectations import LIKE_RUNS as COMPARED

logger = logging.getLogger(__name__)

OPEN = frozenset({"pending", "running"})
SAME = ("arguments", "schedule", "priority", "deadline_seconds")
"""What a job that is run again has in common with the first one."""
FOLLOW_SECONDS = 0.5


def jobs_listed(
    settings: Settings, *, site: str | None, state: str | None, limit: int
) -> list[Document]:
    """The newest jobs.

    Raises:
        UnknownState: no job is ever in that state.
        UnknownSite: nothing was found, and there is no such site.
    """
    known: tuple[JobState, ...] = get_args(JobState)
    states = [each for each in known if each == state]
    if state is not None and not states:
        raise UnknownState(f"There is no state {state!r}: choose from {', '.join(known)}.")
    with opened_night(settings) as night:
        found = night.jobs.list(limit, site=site, states=states)
    if not found and site is not None:
        check_site(site)
    return found


@define(frozen=True)
class JobPage:
    """Some jobs, the newest first. older: cursor of the page that follows, if there is one."""

    jobs: list[Document]
    older: str | None


UNWELL: tuple[JobState, ...] = ("partial", "blocked", "failed", "lost")


def jobs_page(
    settings: Settings,
    *,
    site: str | None = None,
    states: Sequence[JobState] = (),
    kind: str | None = None,
    since: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> JobPage:
    """Jobs by pages. after: the cursor that the page before gave.

    Raises:
        BadCursor: it is none.
    """
    until, skip = read_counting_cursor(after) if after else (None, 0)
    with opened_night(settings) as night:
        found = night.jobs.page(
            limit + 1, site=site, states=states, kind=kind, since=since, until=until, skip=skip
        )
    jobs = found[:limit]
    if len(found) <= limit:
        return JobPage(jobs, None)
    last: datetime = jobs[-1]["created_at"]
    shown = sum(each["created_at"] == last for each in jobs) + (skip if last == until else 0)
    return JobPage(jobs, counting_cursor(last, shown))


def job_named(settings: Settings, job: str) -> Document:
    """A job's record. Raises: NoSuchJob."""
    with opened_night(settings) as night:
        return known_job(night, job)


LIKE_RUNS = 14
"""So many earlier runs are shown beside one."""


@define(frozen=True, kw_only=True)
class JobFile:
    """All that is known of a job. earlier: counts of like jobs before it, the oldest first.

    changes: what people did with it.
    """

    record: Document
    earlier: Sequence[Mapping[str, int]]
    changes: list[Document]
    has_log: bool

    def line(self, name: str) -> list[int]:
        """A counter over the earlier jobs and this one, the last."""
        counts = [*self.earlier, self.record.get("counts") or {}]
        return [each.get(name, 0) for each in counts]

    def usual(self, name: str) -> float | None:
        """The median of a counter over the earlier jobs, as far as verdicts look; None if they
        are too few."""
        latest = self.earlier[-COMPARED:]
        if len(latest) < ENOUGH_RUNS:
            return None
        return median(each.get(name, 0) for each in latest)


def job_file(settings: Settings, job: str) -> JobFile:
    """A job with what it is to be compared with. Raises: NoSuchJob."""
    with opened_night(settings) as night:
        record = known_job(night, job)
        earlier = night.jobs.like(record, LIKE_RUNS, record["created_at"])
        changes = night.changes.list(LIKE_RUNS, job)
        kept = has_log(settings, night, job)
    return JobFile(record=record, earlier=earlier[::-1], changes=changes, has_log=kept)


def stop_job(settings: Settings, job: str, *, force: bool = False) -> None:
    """Ask a job to stop; with `force` at once, without finishing what is under way.

    Raises:
        NoSuchJob: there is none.
        NotNow: it has ended.
    """
    with opened_night(settings) as night:
        record = known_job(night, job)
        if record["state"] not in OPEN:
            raise NotNow(f"{job} has ended already: {record['state']}.")
        night.jobs.ask_to_stop(job, clock.now(), operator(), force=force)
        note_change(night, "job.cancel", job, force=force or None)
    if settings.engine == "celery":
        _hurry(settings, job)


def _hurry(settings: Settings, job: str) -> None:
    """Lets the workers look at once; each looks by itself within a few seconds."""
    from schedules.exceptions import EngineTrouble

    try:
        from schedules.engines.sender import Sender

        Sender(settings).look_again(job)
    except EngineTrouble as error:
        logger.warning("The workers are not told at once: %s", error)


def run_again(settings: Settings, job: str) -> tuple[str, bool]:
    """Asks for a crawl like that of a job; returns the new job's id and whether a service runs.

    Raises:
        NoSuchJob: there is none.
        NotNow: it has not ended, or is no crawl.
    """
    with opened_night(settings) as night:
        record = known_job(night, job)
        if record["state"] in OPEN:
            raise NotNow(f"{job} has not ended yet: {record['state']}.")
        if record["kind"] != "crawl":
            raise NotNow(f"{job} is no crawl of a site ({record['kind']}): give its command again.")
        fields = {name: record[name] for name in SAME if record.get(name) is not None}
        new = night.jobs.create(record["site"], clock.now(), attempt=1, **fields)
        note_change(night, "job.retry", job, job=new)
        return new, bool(services(night))


def log_of(settings: Settings, job: str, *, follow: bool) -> Iterator[str]:
    """Yields a job's log with passwords masked; with `follow` goes on until the job has ended.

    Raises:
        NoSuchJob: there is none.
        NoLog: it is neither on this machine nor in MongoDB.
    """
    with opened_night(settings) as night:
        record = known_job(night, job)
        if not follow and not has_log(settings, night, job):
            raise no_log(settings, record)
        position, decoder = 0, getincrementaldecoder("utf-8")(errors="replace")
        while True:
            ended = not follow or known_job(night, job)["state"] not in OPEN
            data = read_log(settings, night, job, position)
            position += len(data)
            yield masked(decoder.decode(data))
            if ended:
                return
            time.sleep(FOLLOW_SECONDS)


def shown_state(job: Mapping[str, Any]) -> str:
    """The state of a job for people: a running one that was asked to stop is "stopping"."""
    stopping = job["state"] == "running" and job.get("cancel_at")
    return "stopping" if stopping else job["state"]


def length(job: Mapping[str, Any]) -> timedelta | None:
    """How long a job took, or has taken by now."""
    began, end = job.get("started_at"), job.get("ended_at") or job.get("updated_at")
    return end - began if began and end else None
