"""Writes slots into MongoDB, each once, and how far each schedule is planned."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from attrs import define, field

from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from schedules.service.slots.planner import plan
from schedules.timetable.due_times import due_between
from schedules.timetable.schedule import Schedule

logger = logging.getLogger(__name__)

LONGEST_CATCH_UP = timedelta(days=31)
"""Due times that passed longer ago get no slot. A schedule of every minute has 45,000 a month."""

EARLY = timedelta(hours=1)
"""A run that a wrong clock began at most so long before its time is taken for that of its time."""


@define(frozen=True)
class DueTimes:
    """Due times of a schedule that have come, in order."""

    schedule: Schedule
    moments: Sequence[datetime]


@define(frozen=True)
class CaughtUp:
    """until: how far each schedule is planned now. errors: what other schedules raised."""

    until: dict[str, datetime] = field(factory=dict)
    errors: dict[str, Exception] = field(factory=dict)


@define
class SlotWriter:
    """Writes slots. Blocks.

    Every step may be interrupted and repeated, by this process or another: the id of a slot
    follows from schedule and due time, and a slot that exists already is not changed.
    """

    night: NightStore

    def catch_up(
        self, schedules: Mapping[str, Schedule], now: datetime, known: Collection[str] = ()
    ) -> CaughtUp:
        """Writes the slots that came due since each schedule was last planned by any service.

        A schedule that is new, or has a new trigger, begins now. known: names of all schedules
        in force; how far others are planned is deleted.
        """
        kept = self.night.schedules.all()
        if any((each.get("planned_until") or now) > now for each in kept.values()):
            self._forget_ahead(now)
        caught_up = CaughtUp()
        due, fresh = [], []
        for name, schedule in schedules.items():
            begin = planned_until(schedule, kept.get(name, {}), now)
            try:
                moments = due_between(schedule.due, begin, now) if schedule.due and begin else []
            except Exception as error:  # noqa: BLE001 - returned; the other schedules go on
                caught_up.errors[name] = error
                continue
            due.append(DueTimes(schedule, moments))
            fresh += [] if begin else [name]
            caught_up.until[name] = now
        self._add_slots(due, now)
        origins = {each.schedule.name: each.schedule.origin for each in due}
        self.night.schedules.take_over(origins, fresh, now)
        self.night.schedules.forget(kept.keys() - schedules.keys() - {*known})
        return caught_up

    def _forget_ahead(self, now: datetime) -> None:
        """Takes back what a clock that was ahead has made of due times that are yet to come.

        Those that passed without a run are forgotten. Those that ran more than EARLY before their
        time run again when they come: their jobs stay, but are those of no slot any more.
        """
        early = [slot["_id"] for slot in self.night.slots.ahead(now + EARLY)]
        self.night.jobs.release(early, now)
        self.night.slots.forget(early)
        self.night.slots.forget_ahead(now)

    def write(self, due: Iterable[DueTimes], now: datetime) -> None:
        """Writes the slots of due times that have just come."""
        given = [each for each in due if each.moments]
        self._add_slots(given, now)
        self.night.schedules.planned({each.schedule.name: each.moments[-1] for each in given}, now)

    def _add_slots(self, due: Iterable[DueTimes], now: datetime) -> None:
        slots: list[Document] = []
        for each in due:
            last_due = partial(self._last_due, each.schedule.name)
            slots += plan(each.schedule, each.moments, now, last_due)
        self.night.slots.add(slots)

    def _last_due(self, name: str) -> datetime | None:
        last = self.night.slots.last(name)
        due: datetime | None = last[0]["due_at"] if last else None
        return due


def planned_until(schedule: Schedule, kept: Document, now: datetime) -> datetime | None:
    """Returns since when due times of a schedule have to become slots; None: from now on.

    kept: its document in MongoDB. It may be planned until a moment that has not come yet, if the
    clock was ahead.
    """
    until: datetime | None = kept.get("planned_until")
    if until is None or kept.get("planned_as") not in (None, schedule.origin):
        return None
    earliest = now - LONGEST_CATCH_UP
    if until < earliest:
        logger.warning(
            "%s was last planned at %s: due times before %s are left out",
            schedule.name, until, earliest,
        )  # fmt: skip
    return min(max(until, earliest), now)
