"""Which slots the due times of a schedule become: on time, missed, caught up with, or skipped.

Pure: it is asked with the time of its caller, so a simulated year runs in seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import define

from pipelines.records import SlotState
from pipelines.storage.documents import Document
from schedules.timetable.durations import in_words
from schedules.timetable.schedule import ON_TIME, Schedule, slot_id
from schedules.timetable.triggers import due_between

MOST_AT_ONCE = 2000
"""Due times of one schedule that are looked at in one go; a schedule of every minute misses as
many in a day and a half. The rest comes with the next look."""


@define(frozen=True, kw_only=True)
class Plan:
    """Slots that are to be, and until when the schedule is planned with them."""

    slots: tuple[Document, ...]
    until: datetime


def plan(
    schedule: Schedule,
    planned_until: datetime,
    now: datetime,
    last_due: Callable[[], datetime | None],
) -> Plan:
    """The slots of the due times after `planned_until` up to `now`.

    last_due: the latest due time before, asked for only if some were missed.
    """
    if schedule.due is None or now <= planned_until:
        return Plan(slots=(), until=planned_until)
    due = due_between(schedule.due, planned_until, now, MOST_AT_ONCE)
    if not schedule.enabled and "enabled" not in schedule.changed:
        return Plan(slots=(), until=now)  # switched off in the file: nobody expects it
    until = due[-1] if len(due) == MOST_AT_ONCE else now
    slots = [_slot(schedule, at, now) for at in due]
    wanted = [slot for slot in slots if slot["state"] == "pending"]
    missed = [slot for slot in wanted if now - slot["due_at"] > ON_TIME]
    if missed:
        _POLICIES[schedule.catch_up](schedule, wanted, len(missed), last_due())
        for slot in missed:
            late = in_words(now - slot["due_at"])
            slot["reason"] = f"Nothing ran to start it on time; seen {late} late. {slot['reason']}"
    return Plan(slots=tuple(slots), until=until)


def _slot(schedule: Schedule, due_at: datetime, now: datetime) -> Document:
    state: SlotState = "pending"
    reason = None
    if schedule.quiet is not None and schedule.quiet.holds(due_at, schedule.zone):
        state, reason = "skipped", f"Within the quiet hours {schedule.quiet}."
    elif not schedule.fires(due_at):
        state, reason = "skipped", "The schedule was paused."
    return {
        "_id": slot_id(schedule.name, due_at),
        "schedule": schedule.name,
        "due_at": due_at,
        "state": state,
        "reason": reason,
        "ended_at": None if state == "pending" else now,
    }


def _none(
    schedule: Schedule, slots: Sequence[Document], missed: int, last_due: datetime | None
) -> None:
    for slot in slots[:missed]:
        _give_up(slot, "The schedule does not catch up.")


def _latest(
    schedule: Schedule, slots: Sequence[Document], missed: int, last_due: datetime | None
) -> None:
    """One run for all that was missed: the one that is due now, else the last missed one."""
    runs = slots[missed] if len(slots) > missed else slots[-1]
    runs["window_start"] = last_due
    runs["reason"] = "It looks back over what was missed."
    for slot in slots[:missed]:
        if slot is not runs:
            _give_up(slot, f"The run due {runs['due_at']:%Y-%m-%d %H:%M} UTC looks as far back.")


def _all(
    schedule: Schedule, slots: Sequence[Document], missed: int, last_due: datetime | None
) -> None:
    """A run for each, the latest so many; each looks at its own window."""
    begins = [last_due, *(slot["due_at"] for slot in slots)]
    for number, slot in enumerate(slots[:missed]):
        if number < missed - schedule.catch_up_limit:
            _give_up(slot, f"Only the latest {schedule.catch_up_limit} are caught up with.")
        else:
            slot["window_start"] = begins[number]
            slot["reason"] = "It is caught up with."


_POLICIES = {"none": _none, "latest": _latest, "all": _all}


def _give_up(slot: Document, why: str) -> None:
    slot["state"], slot["reason"] = "missed", why
    slot["ended_at"] = slot["due_at"]
