"""What became of a schedule's latest due time, from the schedule, the clock and the jobs alone.

A due time has run when a job of its schedule that ended after it has collected. One that was
skipped, or whose job failed, has not. Nothing is written here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from attrs import define

from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing.beijing import SECONDS, beijing_time
from schedules.timetable.due_times import due_between
from schedules.timetable.schedule import LATE_AFTER, ON_TIME, Schedule, slot_id

LOOK_BACK = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=26))
"""How far the latest due time is looked for. A schedule of every minute has 1,560 in 26 hours."""
SILENT_AFTER = timedelta(seconds=60)
"""A running job of which nothing was heard for so long does not count as running."""

Standing = Literal["nothing_due", "ran", "under_way", "failed", "missing"]


@define(frozen=True)
class LastRun:
    """What became of a due time. sentence: for a person, if it did not run.

    failed: a job began and collected nothing, which its own alert says. missing: none began.
    """

    standing: Standing
    due: datetime | None = None
    sentence: str = ""


NOTHING_DUE = LastRun("nothing_due")


def latest_due(schedule: Schedule, now: datetime) -> datetime | None:
    """Returns the latest due time, outside quiet hours, that should have begun by now."""
    if schedule.due is None or not schedule.fires(now):
        return None
    until = now - LATE_AFTER - schedule.jitter
    for back in LOOK_BACK:
        for at in reversed(due_between(schedule.due, until - back, until)):
            if schedule.quiet is None or not schedule.quiet.holds(at, schedule.zone):
                return at
    return None


def expected_since(schedule: Schedule, kept: Document) -> datetime | None:
    """Returns from when on due times of a schedule are expected to run; None: none so far.

    kept: its document in MongoDB. Nothing is expected of a trigger before a service saw it.
    """
    if kept.get("planned_as") not in (None, schedule.origin):
        return None
    since: datetime | None = kept.get("known_since")
    return since


def is_silent(job: Document, now: datetime) -> bool:
    """Tells whether a running job has not been heard of for too long."""
    heard: datetime | None = job.get("updated_at") or job.get("started_at")
    return heard is not None and now - heard > SILENT_AFTER


@define(frozen=True)
class RunReader:
    """Reads what became of due times. Blocks."""

    night: NightStore
    now: datetime

    def last_run(self, schedule: Schedule, kept: Document) -> LastRun:
        """Judges the latest due time of a schedule. kept: its document in MongoDB."""
        due, since = latest_due(schedule, self.now), expected_since(schedule, kept)
        if due is None or since is None or due <= since:
            return NOTHING_DUE
        return self.run_of(schedule, due)

    def run_of(self, schedule: Schedule, due: datetime) -> LastRun:
        """Judges a due time that should have begun by now."""
        if self.night.jobs.collected(schedule.name, due, self.now + ON_TIME):
            return LastRun("ran", due)
        at = f"{due.astimezone(schedule.zone):%Y-%m-%d %H:%M} ({schedule.zone.key})"
        slot = self.night.slots.get(slot_id(schedule.name, due))
        if slot is None:
            told = f"{schedule.name} did not run: it was due {at}, and no service noticed."
            return LastRun("missing", due, told)
        if slot.get("wanted") is False:
            return NOTHING_DUE
        if slot["state"] in {"skipped", "missed"}:
            return self._passed_over(schedule, slot, due, at)
        job = self.night.jobs.get(slot["job"]) if slot.get("job") else None
        if job is None or job.get("started_at") is None:
            return self._waiting(schedule, slot, due, at)
        return self._begun(schedule, slot, job, at)

    def _passed_over(self, schedule: Schedule, slot: Document, due: datetime, at: str) -> LastRun:
        """Judges a skipped or missed due time. The run before excuses the first it holds up."""
        before = self.night.slots.last_begun(schedule.name, due)
        job = self.night.jobs.get(before["job"]) if before else None
        if before and job and job["state"] == "running" and not is_silent(job, self.now):
            held_up = self.night.slots.between(schedule.name, before["due_at"], due)
            if held_up <= 1:
                return LastRun("under_way", due)
        told = f"{schedule.name} did not run when it was due {at}. {slot.get('reason') or ''}"
        return LastRun("missing", due, f"{told.strip()}{self._holder(schedule)}")

    def _waiting(self, schedule: Schedule, slot: Document, due: datetime, at: str) -> LastRun:
        """Judges a due time whose job has not begun. One that is caught up with has time to."""
        claimed: datetime | None = slot.get("claimed_at")
        if claimed is not None and claimed > self.now + ON_TIME:
            claimed = due  # the clock was ahead
        if claimed is None or self.now - claimed < LATE_AFTER + schedule.jitter:
            return LastRun("under_way", due)
        told = f"{schedule.name} has not begun: it was due {at}, and its job still waits"
        if (slot.get("attempts") or 1) > 1:
            told = f"{schedule.name} was due {at} and has collected nothing so far; it waits"
        return LastRun(
            "missing", due, f"{told} for its site or for a free place.{self._holder(schedule)}"
        )

    def _begun(self, schedule: Schedule, slot: Document, job: Document, at: str) -> LastRun:
        due, name = slot["due_at"], schedule.name
        if job.get("ended_at") is None:
            if not is_silent(job, self.now):
                return LastRun("under_way", due)
            heard = job.get("updated_at") or job["started_at"]
            told = f"{name} was due {at}; its job {job['_id']} began, and was last heard of at"
            return LastRun("missing", due, f"{told} {beijing_time(heard, SECONDS)}.")
        if slot["state"] == "running":
            return LastRun("under_way", due)  # another attempt follows
        if job["state"] == "cancelled":
            return NOTHING_DUE
        told = f"{name} was due {at} and collected nothing: {job['state']}."
        return LastRun("failed", due, f"{told} See: newsdesk jobs show {job['_id']}")

    def _holder(self, schedule: Schedule) -> str:
        """Says which job holds the site, if it is not one of the schedule itself."""
        lease = self.night.leases.held(f"site/{schedule.site}")
        holder = lease[0]["owner"] if lease else None
        return f" {schedule.site} is held by the job {holder}." if holder else ""
