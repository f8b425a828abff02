"""Whether tonight is fine. Blocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from newsdesk.answers.operations.night import opened_night, schedules_in_force, services
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.writing.spool import spool_bytes
from pipelines.timing import clock
from schedules.alerts.runs import RunReader, is_silent
from schedules.timetable.schedule import Schedule


def status_of(settings: Settings) -> dict[str, Any]:
    """Returns all that one screen shows, as plain values.

    fine: a night has run, all that was due has collected or does so now, and nothing needs a
    person. begun: whether any night has run so far. wrong: sentences about what is wrong though no
    alert says so yet.
    """
    with opened_night(settings) as night:
        return status_at(settings, night, schedules_in_force(settings, night), clock.now())


def status_at(
    settings: Settings, night: NightStore, schedules: Mapping[str, Schedule], now: datetime
) -> dict[str, Any]:
    """The same from an open store."""
    kept, reader = night.schedules.all(), RunReader(night, now)
    rows = [
        _schedule_row(night, schedule, reader, kept.get(name, {}))
        for name, schedule in schedules.items()
    ]
    running = night.jobs.list(50, states=["running"], kind="crawl")
    alerts = [{**each, "_id": str(each["_id"])} for each in night.alerts.open()]
    found, begun = services(night), night.jobs.ever_collected()
    wrong = [*_wrong_jobs(running, now), *_wrong_services(found)]
    wrong += [row["run"]["sentence"] for row in rows if row["run"]["sentence"]]
    errors = any(alert["severity"] == "error" for alert in alerts)
    return {
        "fine": bool(found) and begun and not wrong and not errors,
        "begun": begun,
        "under_way": any(row["run"]["standing"] == "under_way" for row in rows),
        "wrong": wrong,
        "services": found,
        "alerts": alerts,
        "spool_bytes": spool_bytes(settings.spool_dir),
        "schedules": rows,
        "running": running,
    }


def _wrong_jobs(running: list[Document], now: datetime) -> list[str]:
    """Says of which running jobs nothing is heard any more."""
    return [
        f"{job['_id']} runs, but nothing was heard of it since {job['updated_at']:%H:%M:%S} UTC."
        for job in running
        if job.get("updated_at") and is_silent(job, now)
    ]


def _wrong_services(found: list[Document]) -> list[str]:
    """Says what services that run complain of."""
    return [f"{each['owner']}: {each['trouble']}" for each in found if each.get("trouble")]


def _schedule_row(
    night: NightStore, schedule: Schedule, reader: RunReader, kept: Mapping[str, Any]
) -> dict[str, Any]:
    slot = next(iter(night.slots.last(schedule.name)), None)
    job = night.jobs.get(slot["job"]) if slot and slot.get("job") else None
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
