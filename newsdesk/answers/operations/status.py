"""Whether tonight is fine. Blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

import attrs
from attrs import define

from crawler.archive.folder import ArchiveFolder
from crawler.archive.shipped.shipping import waiting
from crawler.archive_settings import file_size_of
from newsdesk.answers.operations.night import opened_night, schedules_in_force, services, workers
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.writing.spool import spool_bytes
from pipelines.timing import clock
from pipelines.timing.beijing import SECONDS, beijing_time
from schedules.alerts.runs import RunReader, is_silent
from schedules.timetable.schedule import Schedule

TroubleKind = Literal["silent_job", "service", "run_failed", "run_missing"]


@define(frozen=True)
class Trouble:
    """What is wrong. subject: the job, service or schedule. at: since when, or when it was due."""

    kind: TroubleKind
    subject: str
    sentence: str
    at: datetime | None = None


def status_of(settings: Settings) -> dict[str, Any]:
    """Returns all that one screen shows, as plain values.

    fine: a night has run, all that was due has collected or does so now, and nothing needs a
    person. begun: whether any night has run so far. wrong: sentences about what is wrong though no
    alert says so yet; troubles: the same with what each is about. sent: jobs whose ids wait at the
    broker.
    """
    with opened_night(settings) as night:
        return status_at(settings, night, schedules_in_force(settings, night), clock.now())


def status_at(
    settings: Settings, night: NightStore, schedules: Mapping[str, Schedule], now: datetime
) -> dict[str, Any]:
    """The same from an open store."""
    kept, reader = night.schedules.all(), RunReader(night, now)
    slots = night.slots.latest([*schedules])
    jobs = night.jobs.several([slot["job"] for slot in slots.values() if slot.get("job")])
    rows = [
        _schedule_row(schedule, slots.get(name), jobs, reader, kept.get(name, {}))
        for name, schedule in schedules.items()
    ]
    running = night.jobs.list(50, states=["running"], kind="crawl")
    alerts = [{**each, "_id": str(each["_id"])} for each in night.alerts.open()]
    found, begun = services(night), night.jobs.ever_collected()
    troubles = [*_silent_jobs(running, now), *_troubled_services(found), *_failing_runs(rows)]
    wrong = [trouble.sentence for trouble in troubles]
    errors = any(alert["severity"] == "error" for alert in alerts)
    return {
        "fine": bool(found) and begun and not wrong and not errors,
        "begun": begun,
        "under_way": any(row["run"]["standing"] == "under_way" for row in rows),
        "wrong": wrong,
        "troubles": [attrs.asdict(trouble) for trouble in troubles],
        "services": found,
        "engine": settings.engine,
        "workers": workers(night) if settings.engine == "celery" else [],
        "sent": len(night.jobs.sent()) if settings.engine == "celery" else 0,
        "alerts": alerts,
        "spool_bytes": spool_bytes(settings.spool_dir),
        "unshipped": unshipped(settings),
        "schedules": rows,
        "running": running,
    }


def unshipped(settings: Settings) -> dict[str, Any] | None:
    """Returns what waits on this machine for the archive's target; None if nothing does.

    since: from when on it could not be shipped; error: why.
    """
    if not settings.archive_target:
        return None
    found = waiting(ArchiveFolder(settings.archive_path), file_size_of(settings))
    if not found.files and not found.error:
        return None
    return {
        "files": found.files,
        "bytes": found.size,
        "since": found.since,
        "error": found.error,
    }


def _silent_jobs(running: list[Document], now: datetime) -> Iterator[Trouble]:
    """Yields the running jobs of which nothing is heard any more."""
    for job in running:
        if job.get("updated_at") and is_silent(job, now):
            said = f"{job['_id']} runs, but nothing was heard of it since"
            sentence = f"{said} {beijing_time(job['updated_at'], SECONDS)}."
            yield Trouble("silent_job", job["_id"], sentence, job["updated_at"])


def _troubled_services(found: list[Document]) -> Iterator[Trouble]:
    """Yields what services that run complain of."""
    for each in found:
        if each.get("trouble"):
            yield Trouble("service", each["owner"], f"{each['owner']}: {each['trouble']}")


def _failing_runs(rows: Iterable[Mapping[str, Any]]) -> Iterator[Trouble]:
    """Yields due times that have not collected."""
    for row in rows:
        run = row["run"]
        if run["sentence"]:
            kind: TroubleKind = "run_failed" if run["standing"] == "failed" else "run_missing"
            yield Trouble(kind, row["schedule"], run["sentence"], run["due"])


def _schedule_row(
    schedule: Schedule,
    slot: Document | None,
    jobs: Mapping[str, Document],
    reader: RunReader,
    kept: Mapping[str, Any],
) -> dict[str, Any]:
    job = jobs.get(slot.get("job") or "") if slot else None
    following = schedule.next_times(reader.now, 1)
    run = reader.last_run(schedule, {**kept})
    return {
        "schedule": schedule.name,
        "fires": schedule.fires(reader.now),
        "slot": slot,
        "job": job and {name: job.get(name) for name in ("_id", "state", "reason", "counts")},
        "run": {"standing": run.standing, "due": run.due, "sentence": run.sentence},
        "next": following[0] if following else None,
    }
