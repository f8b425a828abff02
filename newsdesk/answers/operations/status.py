"""Whether tonight is fine. Blocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from newsdesk.answers.operations.night import opened_night, schedules_in_force, services
from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.writing.spool import spool_bytes
from pipelines.timing import clock
from schedules.timetable.schedule import Schedule


def status_of(settings: Settings) -> dict[str, Any]:
    """Returns all that one screen shows, as plain values. fine: nothing needs a person."""
    now = clock.now()
    with opened_night(settings) as night:
        schedules = schedules_in_force(settings, night)
        rows = [_schedule_row(night, schedule, now) for schedule in schedules.values()]
        running = night.jobs.list(50, states=["running"])
        alerts = [{**each, "_id": str(each["_id"])} for each in night.alerts.open()]
        found = services(night)
    return {
        "fine": bool(found) and not any(alert["severity"] == "error" for alert in alerts),
        "services": found,
        "alerts": alerts,
        "spool_bytes": spool_bytes(settings.spool_dir),
        "schedules": rows,
        "running": running,
    }


def _schedule_row(night: NightStore, schedule: Schedule, now: datetime) -> dict[str, Any]:
    slot = next(iter(night.slots.last(schedule.name)), None)
    job = night.jobs.get(slot["job"]) if slot and slot.get("job") else None
    following = schedule.next_times(now, 1)
    return {
        "schedule": schedule.name,
        "fires": schedule.fires(now),
        "slot": slot,
        "job": job and {name: job.get(name) for name in ("_id", "state", "reason", "counts")},
        "next": following[0] if following else None,
    }
