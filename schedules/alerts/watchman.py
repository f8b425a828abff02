"""The dead-man check: notices that a due time passed without a run.

It works out from the schedules alone what should have begun by now and checks whether it has. So
it needs no job, slot or event, and works if no service ran.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from attrs import define, field

from pipelines.storage.documents import Document
from pipelines.storage.operations.alerts import DID_NOT_RUN
from pipelines.storage.operations.repositories import NightStore
from schedules.timetable.due_times import due_between
from schedules.timetable.schedule import LATE_AFTER, Schedule, slot_id

LOOK_BACK = timedelta(hours=26)
MOST_LOOKED_AT = 2000
NO_SERVICE = "no_service"
NOT_YET = ""


@define
class Watchman:
    """Checks all schedules about once a minute. Remembers when each has to be looked at next."""

    night: NightStore
    _looked_at: datetime | None = None
    _origins: dict[str, str] = field(factory=dict)
    _due: dict[str, datetime] = field(factory=dict)
    _next: dict[str, datetime] = field(factory=dict)
    _missing: dict[str, str] = field(factory=dict)
    _settled: set[str] = field(factory=set)
    _undecided: set[str] = field(factory=set)

    def look(self, schedules: Mapping[str, Schedule], now: datetime) -> dict[str, str]:
        """Raises and resolves alarms; returns what did not run: a sentence by schedule."""
        self._tell_missed(schedules, now)
        if self._looked_at is not None and now < self._looked_at:
            self._origins.clear()  # the clock was set back: the next due times are earlier
        self._looked_at = now
        known: Mapping[str, Document] | None = None
        for name, schedule in schedules.items():
            if schedule.due is None or not schedule.fires(now):
                self._all_is_well(name, now)
                continue
            if self._origins.get(name) != schedule.origin:
                self._origins[name] = schedule.origin
                self._due.pop(name, None)
                self._next.pop(name, None)
            open_ = name in self._missing or name in self._undecided
            if not open_ and now < self._next.get(name, now):
                continue
            known = self.night.schedules.all() if known is None else known
            self._look_at(schedule, expected_since(schedule, known.get(name, {})), now)
        return dict(self._missing)

    def _look_at(self, schedule: Schedule, since: datetime | None, now: datetime) -> None:
        """Judges the latest due time that should have begun by now."""
        name, late = schedule.name, LATE_AFTER + schedule.jitter
        due = _latest(schedule, self._due.get(name, now - LOOK_BACK - late), now - late)
        if due is not None:
            self._due[name] = due
        due = due or self._due.get(name)
        if schedule.due is not None:
            following = schedule.due.after(due or now - late)
            self._next[name] = (following or now + LOOK_BACK) + late
        if due is None or since is None or due <= since:
            return
        missing = self._why_missing(schedule, due, now)
        self._undecided.discard(name)
        if missing == NOT_YET:
            self._undecided.add(name)
        elif missing is None:
            self._all_is_well(name, now)
        elif name not in self._missing or self._missing[name] != missing:
            self._missing[name] = missing
            self._settled.discard(name)
            self.night.alerts.raise_(
                DID_NOT_RUN, "error", missing, now, site=schedule.site, schedule=name
            )

    def _why_missing(self, schedule: Schedule, due: datetime, now: datetime) -> str | None:
        """Returns why the run of a due time has not begun; None if it has, or does not have to.

        NOT_YET: the run is caught up with and still has time to begin.
        """
        at = f"{due.astimezone(schedule.zone):%Y-%m-%d %H:%M} ({schedule.zone.key})"
        slot = self.night.slots.get(slot_id(schedule.name, due))
        if slot is None:
            return f"{schedule.name} did not run: it was due {at}, and no service noticed."
        if slot["state"] in {"done", "skipped", "missed"}:  # `_tell_missed` tells missed ones
            return None
        job = self.night.jobs.get(slot["job"]) if slot.get("job") else None
        if job is not None and job.get("started_at") is not None:
            return None
        claimed: datetime | None = slot.get("claimed_at")
        if claimed is None or now - claimed < LATE_AFTER + schedule.jitter:
            return NOT_YET
        return (
            f"{schedule.name} has not begun: it was due {at}, and its job still waits for its "
            "site or for a free place: newsdesk status shows what runs."
        )

    def _tell_missed(self, schedules: Mapping[str, Schedule], now: datetime) -> None:
        """Raises the alarm over due times that were missed because no service ran, each once."""
        missed: dict[str, list[Document]] = {}
        for slot in self.night.slots.untold_missed():
            missed.setdefault(slot["schedule"], []).append(slot)
        for name, slots in missed.items():
            schedule = schedules.get(name)
            first, last = (f"{slots[n]['due_at']:%Y-%m-%d %H:%M} UTC" for n in (0, -1))
            when = first if len(slots) == 1 else f"{len(slots)} times from {first} to {last}"
            self._settled.discard(name)
            self.night.alerts.raise_(
                DID_NOT_RUN,
                "error",
                f"{name} did not run when it was due, {when}. {slots[-1]['reason']}",
                now,
                site=schedule.site if schedule else None,
                schedule=name,
            )
            self.night.slots.told([slot["_id"] for slot in slots], now)

    def _all_is_well(self, name: str, now: datetime) -> None:
        if name not in self._settled:
            self._missing.pop(name, None)
            self._settled.add(name)
            self.night.alerts.resolve([DID_NOT_RUN], now, schedule=name)


def expected_since(schedule: Schedule, kept: Document) -> datetime | None:
    """Returns from when on due times of a schedule are expected to run; None: none so far.

    kept: its document in MongoDB. Nothing is expected of a trigger before a service saw it.
    """
    if kept.get("planned_as") not in (None, schedule.origin):
        return None
    since: datetime | None = kept.get("known_since")
    return since


def _latest(schedule: Schedule, after: datetime, until: datetime) -> datetime | None:
    """Returns the latest due time in (after, until] outside quiet hours."""
    if schedule.due is None:
        return None
    found = due_between(schedule.due, after, until, MOST_LOOKED_AT)
    loud = [at for at in found if not (schedule.quiet and schedule.quiet.holds(at, schedule.zone))]
    return loud[-1] if loud else None
