"""Schedules in force, what they did, and their jobs asked for by hand. Each call blocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import define

from crawler.sites import site_names
from newsdesk.answers.moments import stamp
from newsdesk.answers.operations.night import (
    named,
    opened_night,
    schedules_in_force,
    schedules_mistake,
    services,
)
from newsdesk.answers.sites import check_arguments
from newsdesk.answers.who import note_change, operator
from newsdesk.exceptions import NoSuchSlot, NotNow
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from pipelines.timing.durations import in_words
from schedules.service.slots.dispatcher import Dispatcher
from schedules.timetable.file import read_schedules
from schedules.timetable.schedule import Schedule, slot_id

NEXT_TIMES = 5
WINDOW = ("since", "until")


def schedules_listed(settings: Settings) -> list[dict[str, Any]]:
    """The schedules in force, each with its next and its last due time."""
    with opened_night(settings) as night:
        schedules = schedules_in_force(settings, night)
        last = night.slots.latest([*schedules])
    now = clock.now()
    return [
        schedule_data(schedule, now, 1, schedules) | {"last": last.get(name)}
        for name, schedule in schedules.items()
    ]


def file_mistake(settings: Settings) -> str | None:
    """Says what is wrong with the schedules file while its last good state is in force."""
    mistake = schedules_mistake(settings)
    return f"{mistake}\nThe last good schedules are in force." if mistake else None


def next_times(settings: Settings, schedule: str | None) -> list[dict[str, Any]]:
    """The next times of a schedule, or of all.

    Raises:
        NoSuchSchedule: there is none of that name.
    """
    with opened_night(settings) as night:
        schedules = schedules_in_force(settings, night)
    chosen = [named(schedules, schedule)] if schedule else [*schedules.values()]
    return [schedule_data(each, clock.now(), NEXT_TIMES, schedules) for each in chosen]


def checked_file(file: Path) -> list[dict[str, Any]]:
    """The schedules of a file with their next times.

    Raises:
        BadSchedules: names every mistake by line and key.
        ArgumentError: a crawl would refuse an argument.
    """
    schedules = read_schedules(file, site_names()).schedules
    for schedule in schedules.values():
        check_arguments([schedule.site], dict(schedule.arguments))
    return [schedule_data(each, clock.now(), NEXT_TIMES, schedules) for each in schedules.values()]


def settings_of(schedule: Schedule) -> dict[str, str]:
    """Returns what can be set of a schedule besides its times, as it is written."""
    return {
        "deadline": in_words(schedule.deadline),
        "retries": str(schedule.retries),
        "priority": str(schedule.priority),
        "jitter": in_words(schedule.jitter),
        "overlap": schedule.overlap,
        "catch_up": schedule.catch_up,
        "quiet": str(schedule.quiet or ""),
    }


@define(frozen=True, kw_only=True)
class ScheduleFile:
    """All that is known of a schedule. data: as `schedule_data` gives it. others: the other
    schedules. settings: as
    `settings_of` does. runs: due times and jobs
    that people asked for, the newest first, each {at, slot, job}."""

    data: dict[str, Any]
    trigger: tuple[str, str]
    others: list[str]
    settings: dict[str, str]
    runs: list[dict[str, Any]]
    changes: list[Document]


def schedule_file(settings: Settings, name: str, limit: int = 60) -> ScheduleFile:
    """A schedule with what it did and what was done with it. Raises: NoSuchSchedule."""
    with opened_night(settings) as night:
        schedules = schedules_in_force(settings, night)
        schedule = named(schedules, name)
        runs = _runs(night, schedule, limit)
        changes = night.changes.list(limit, name)
    key, _, text = schedule.trigger.partition(" ")
    data = schedule_data(schedule, clock.now(), NEXT_TIMES, schedules)
    return ScheduleFile(
        data=data,
        trigger=(key, text),
        others=[each for each in schedules if each != name],
        settings=settings_of(schedule),
        runs=runs,
        changes=changes,
    )


def _runs(night: NightStore, schedule: Schedule, limit: int) -> list[dict[str, Any]]:
    """Returns what a schedule did last, the newest first: due times, and jobs asked for by hand."""
    slots = night.slots.last(schedule.name, limit)
    jobs = night.jobs.several([slot["job"] for slot in slots if slot.get("job")])
    runs = [
        {"at": slot["due_at"], "slot": slot, "job": jobs.get(slot.get("job") or "")}
        for slot in slots
    ]
    since = slots[-1]["due_at"] if len(slots) == limit else None  # what is older would not show
    asked = night.jobs.by_hand(schedule.name, schedule.site, limit, since)
    runs += [{"at": job["created_at"], "slot": None, "job": job} for job in asked]
    return sorted(runs, key=lambda run: run["at"], reverse=True)[:limit]


def _last_runs(
    night: NightStore, schedules: Mapping[str, Schedule]
) -> dict[str, dict[str, Any] | None]:
    """Returns the same of several schedules, the newest of each."""
    slots = night.slots.latest([*schedules])
    jobs = night.jobs.several([slot["job"] for slot in slots.values() if slot.get("job")])
    found: dict[str, dict[str, Any] | None] = {}
    for name, schedule in schedules.items():
        slot = slots.get(name)
        runs = []
        if slot is not None:
            runs.append(
                {"at": slot["due_at"], "slot": slot, "job": jobs.get(slot.get("job") or "")}
            )
        since = slot["due_at"] if slot is not None else None
        asked = night.jobs.by_hand(name, schedule.site, 1, since)
        runs += [{"at": job["created_at"], "slot": None, "job": job} for job in asked]
        found[name] = max(runs, key=lambda run: run["at"], default=None)
    return found


def schedules_seen(settings: Settings) -> list[dict[str, Any]]:
    """The schedules in force, each with its next due time and its last run, {at, slot, job}."""
    with opened_night(settings) as night:
        schedules = schedules_in_force(settings, night)
        runs = _last_runs(night, schedules)
    now = clock.now()
    return [
        schedule_data(schedule, now, 1, schedules) | {"last_run": runs[name]}
        for name, schedule in schedules.items()
    ]


def history_of_schedule(settings: Settings, name: str, limit: int) -> list[dict[str, Any]]:
    """The last due times of a schedule with what became of each, the newest first.

    Raises:
        NoSuchSchedule: there is none of that name, and never was.
    """
    with opened_night(settings) as night:
        slots = night.slots.last(name, limit)
        if not slots:
            named(schedules_in_force(settings, night), name)
        jobs = night.jobs.several([slot["job"] for slot in slots if slot.get("job")])
    return [slot | {"ended": jobs.get(slot.get("job") or "")} for slot in slots]


def run_now(
    settings: Settings,
    name: str,
    *,
    due: datetime | None = None,
    window: Mapping[str, str] | None = None,
) -> tuple[Schedule, str, bool]:
    """Asks for a schedule's job now, apart from its due times.

    due: runs this due time again, or for the first time if it was missed or skipped. window: the
    arguments `since` and `until` in place of the schedule's.

    Returns the schedule, the job's id, and whether a service runs.

    Raises:
        NoSuchSchedule: there is none of that name.
        NoSuchSlot: it was not due then.
        NotNow: the run of that due time is not done yet.
        ArgumentError: the window is none.
    """
    with opened_night(settings) as night:
        chosen = named(schedules_in_force(settings, night), name)
        if due is not None:
            job = _run_again(night, chosen, due)
            note_change(night, "schedule.run", name, due=due, job=job)
            return chosen, job, bool(services(night))
        kept = {k: v for k, v in chosen.arguments.items() if not window or k not in WINDOW}
        arguments = {**kept, **(window or {})}
        check_arguments([chosen.site], dict(arguments))
        job = night.jobs.create(
            chosen.site,
            clock.now(),
            arguments=arguments,
            schedule=chosen.name,
            attempt=1,
            priority=chosen.priority + 1,
            deadline_seconds=int(chosen.deadline.total_seconds()),
        )
        note_change(night, "schedule.run", name, job=job, **(window or {}))
        return chosen, job, bool(services(night))


def _run_again(night: NightStore, schedule: Schedule, due: datetime) -> str:
    """Gives the slot of a due time another job, which the dispatcher follows like the first."""
    slot = night.slots.get(slot_id(schedule.name, due))
    if slot is None:
        raise NoSuchSlot(
            f"{schedule.name} was not due at {stamp(due)}: newsdesk schedules history "
            f"{schedule.name} shows its due times."
        )
    job = Dispatcher(night, operator()).run_again(slot, schedule, clock.now())
    if job is None:
        raise NotNow(f"The run of {schedule.name} due {stamp(due)} is not done yet.")
    return job


def schedule_data(
    schedule: Schedule, now: datetime, number: int, schedules: Mapping[str, Schedule]
) -> dict[str, Any]:
    """Returns a schedule as plain values. number: how many of its next times; schedules: all in
    force, among them the one that it follows, whose next times are told."""
    fires = schedule.fires(now)
    after = max(now, schedule.paused_until) if schedule.paused_until else now
    first = _first_followed(schedule, schedules)
    return {
        "schedule": schedule.name,
        "site": schedule.site,
        "when": schedule.words,
        "zone": schedule.zone.key,
        "next": schedule.next_times(after, number) if fires or schedule.paused_until else [],
        "trigger": schedule.trigger,
        "after": schedule.after,
        "follows": {"schedule": first.name, "next": first.next_times(after, number)}
        if first is not None
        else None,
        "fires": fires,
        "paused_until": schedule.paused_until,
        "arguments": dict(schedule.arguments),
        "priority": schedule.priority,
        "changed": list(schedule.changed),
        "note": schedule.note,
        "refused": schedule.refused,
    }


def _first_followed(schedule: Schedule, schedules: Mapping[str, Schedule]) -> Schedule | None:
    """Returns the schedule with due times of its own by which one that follows begins."""
    first = schedules.get(schedule.after or "")
    for _ in schedules:  # no circle is in force
        if first is None or first.after is None:
            break
        first = schedules.get(first.after)
    return first
