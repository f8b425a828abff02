"""Schedules in force and the operator's changes to them. Each call blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
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
from newsdesk.exceptions import BadChange, NoSuchSlot, NotNow
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from pipelines.timing.durations import in_words
from schedules.service.slots.dispatcher import Dispatcher
from schedules.timetable.catalogue import changed_value, checked_arguments, checked_change
from schedules.timetable.file import read_schedules
from schedules.timetable.schedule import Schedule, slot_id
from schedules.timetable.table import TRIGGERS

NEXT_TIMES = 5
WINDOW = ("since", "until")


def schedules_listed(settings: Settings) -> list[dict[str, Any]]:
    """The schedules in force, each with its next and its last due time."""
    with opened_night(settings) as night:
        schedules = schedules_in_force(settings, night)
        last = night.slots.latest([*schedules])
    now = clock.now()
    return [
        schedule_data(schedule, now, 1) | {"last": last.get(name)}
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
    return [schedule_data(each, clock.now(), NEXT_TIMES) for each in chosen]


def checked_file(file: Path) -> list[dict[str, Any]]:
    """The schedules of a file with their next times.

    Raises:
        BadSchedules: names every mistake by line and key.
        ArgumentError: a crawl would refuse an argument.
    """
    schedules = read_schedules(file, site_names()).schedules
    for schedule in schedules.values():
        check_arguments([schedule.site], dict(schedule.arguments))
    return [schedule_data(each, clock.now(), NEXT_TIMES) for each in schedules.values()]


def change_schedule(
    settings: Settings,
    name: str,
    changes: Sequence[str],
    arguments: Sequence[str],
    note: str | None,
    *,
    whole: bool = False,
) -> None:
    """Change values (KEY=VALUE) and crawl arguments (NAME=VALUE) of a schedule over its file.
    whole: these are all its arguments; else others stay.

    Raises:
        NoSuchSchedule: there is none of that name.
        BadChange, ArgumentError: says what cannot be set.
    """
    with opened_night(settings) as night:
        current = named(schedules_in_force(settings, night), name)
        kept = night.schedules.decided().get(name, {})
    fields: dict[str, Any] = {}
    try:
        if changes:
            new = dict(checked_change(current, text) for text in changes)
            before = kept.get("changes") or {}
            if new.keys() & {*TRIGGERS}:  # one trigger replaces another
                before = {key: text for key, text in before.items() if key not in TRIGGERS}
            fields["changes"] = {**before, **new}
        if arguments or whole:
            given = dict(_split(text) for text in arguments)
            kept_ones = {} if whole else current.arguments
            fields["arguments"] = {**kept_ones, **checked_arguments(given)}
    except ValueError as error:
        raise BadChange(f"{name}: {error}") from None
    if not fields:
        raise BadChange(
            "Nothing to change: give --set KEY=VALUE, --argument NAME=VALUE or --reset."
        )
    check_arguments([current.site], dict(fields.get("arguments", {})))
    decide(settings, "change", name, **fields, **_noted(note))


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


def change_settings(
    settings: Settings,
    name: str,
    given: Mapping[str, str],
    arguments: Sequence[str],
    note: str | None,
) -> None:
    """Changes what is given otherwise than it is in force. arguments: all of them.

    Raises:
        NoSuchSchedule: there is none of that name.
        BadChange, ArgumentError: says what cannot be set, or that nothing is different.
    """
    with opened_night(settings) as night:
        current = named(schedules_in_force(settings, night), name)
    before = settings_of(current)
    changes = [f"{key}={text}" for key, text in given.items() if text and text != before[key]]
    whole = sorted(arguments) != sorted(f"{key}={text}" for key, text in current.arguments.items())
    if not changes and not whole:
        raise BadChange("Nothing is different from what is in force.")
    change_schedule(settings, name, changes, arguments if whole else (), note, whole=whole)


def _split(argument: str) -> tuple[str, str]:
    name, equals, value = argument.partition("=")
    if not equals:
        raise ValueError(f'--argument {argument} sets nothing: write "{argument}=VALUE"')
    return name, value


def _noted(note: str | None) -> dict[str, str]:
    """Returns the note as a field only if there is one, so that an earlier note stays."""
    return {} if note is None else {"note": note}


def pause_schedule(settings: Settings, name: str, until: datetime | None, note: str | None) -> None:
    """Stops a schedule from firing, for good or until a given time.

    Raises:
        NoSuchSchedule: there is none of that name.
        BadChange: the time has passed.
    """
    if until is not None and until <= clock.now():
        raise BadChange(f"--until {stamp(until)} has passed: {name} would not pause at all.")
    decide(settings, "pause", name, enabled=False, paused_until=until, **_noted(note))


def resume_schedule(settings: Settings, name: str) -> None:
    """Let a schedule fire again. Raises: NoSuchSchedule."""
    decide(settings, "resume", name, enabled=True, paused_until=None)


def reset_schedule(settings: Settings, name: str, note: str | None) -> None:
    """Let the file decide about a schedule again. Raises: NoSuchSchedule."""
    cleared: dict[str, Any] = {"paused_until": None, "arguments": None, "changes": None}
    decide(settings, "reset", name, enabled=True, **cleared, note=note)


def decide(settings: Settings, action: str, name: str, **fields: object) -> None:
    """Write down an operator's decision. action: what it is called in the record of changes.

    Raises:
        NoSuchSchedule: there is none of that name.
    """
    with opened_night(settings) as night:
        named(schedules_in_force(settings, night), name)
        night.schedules.change(name, clock.now(), operator(), **fields)
        note_change(night, f"schedule.{action}", name, **fields)


@define(frozen=True, kw_only=True)
class ScheduleFile:
    """All that is known of a schedule. data: as `schedule_data` gives it. settings: as
    `settings_of` does. runs: due times and jobs
    that people asked for, the newest first, each {at, slot, job}."""

    data: dict[str, Any]
    trigger: tuple[str, str]
    settings: dict[str, str]
    runs: list[dict[str, Any]]
    changes: list[Document]


def schedule_file(settings: Settings, name: str, limit: int = 60) -> ScheduleFile:
    """A schedule with what it did and what was done with it. Raises: NoSuchSchedule."""
    with opened_night(settings) as night:
        schedule = named(schedules_in_force(settings, night), name)
        runs = _runs(night, schedule, limit)
        changes = night.changes.list(limit, name)
    key, _, text = schedule.trigger.partition(" ")
    data = schedule_data(schedule, clock.now(), NEXT_TIMES)
    return ScheduleFile(
        data=data,
        trigger=(key, text),
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
        schedule_data(schedule, now, 1) | {"last_run": runs[name]}
        for name, schedule in schedules.items()
    ]


def change_tried(settings: Settings, name: str, change: str) -> dict[str, Any]:
    """A schedule as it would be with a change (KEY=VALUE), which is not made.

    Raises:
        NoSuchSchedule: there is none of that name.
        BadChange: it cannot be made.
    """
    with opened_night(settings) as night:
        current = named(schedules_in_force(settings, night), name)
    try:
        key, value = checked_change(current, change)
        changed = attrs.evolve(current, **changed_value(current, key, value), enabled=True)
    except ValueError as error:
        raise BadChange(str(error)) from None
    return schedule_data(changed, clock.now(), NEXT_TIMES)


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


def schedule_data(schedule: Schedule, now: datetime, number: int) -> dict[str, Any]:
    """Returns a schedule as plain values. number: how many of its next times."""
    fires = schedule.fires(now)
    after = max(now, schedule.paused_until) if schedule.paused_until else now
    return {
        "schedule": schedule.name,
        "site": schedule.site,
        "when": schedule.words,
        "zone": schedule.zone.key,
        "next": schedule.next_times(after, number) if fires or schedule.paused_until else [],
        "fires": fires,
        "paused_until": schedule.paused_until,
        "arguments": dict(schedule.arguments),
        "priority": schedule.priority,
        "changed": list(schedule.changed),
        "note": schedule.note,
        "refused": schedule.refused,
    }
