"""Decides what slots due times become: on time, missed, caught up with, or skipped.

Pure: the caller gives the time, so a simulated year runs in seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from pipelines.records import SlotState
from pipelines.storage.documents import Document
from pipelines.timing.beijing import beijing_time
from pipelines.timing.durations import in_words
from schedules.timetable.schedule import ON_TIME, Schedule, slot_id


def plan(
    schedule: Schedule,
    due: Sequence[datetime],
    now: datetime,
    last_due: Callable[[], datetime | None],
) -> list[Document]:
    """Returns the slots of due times that have come by `now`.

    last_due: the latest due time before them, asked for only if some were missed.
    """
    if not schedule.enabled and "enabled" not in schedule.changed:
        return []  # switched off in the file: nothing is expected
    slots = [_slot(schedule, at, now) for at in due]
    wanted = [slot for slot in slots if slot["state"] == "pending"]
    missed = [slot for slot in wanted if now - slot["due_at"] > ON_TIME]
    if missed:
        _POLICIES[schedule.catch_up](schedule, wanted, len(missed), last_due())
        for slot in missed:
            late = in_words(now - slot["due_at"])
            slot["late"] = True
            slot["reason"] = f"Nothing ran to start it on time; seen {late} late. {slot['reason']}"
    return slots


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
        "wanted": state == "pending",
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
    """Lets one run make up for all: the one that is due now, else the last missed one."""
    runs = slots[missed] if len(slots) > missed else slots[-1]
    runs["window_start"] = last_due
    runs["reason"] = "It looks back over what was missed."
    for slot in slots[:missed]:
        if slot is not runs:
            _give_up(slot, f"The run due {beijing_time(runs['due_at'])} looks as far back.")


def _all(
    schedule: Schedule, slots: Sequence[Document], missed: int, last_due: datetime | None
) -> None:
    """Lets the latest missed ones run, each over the time since the one before."""
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
