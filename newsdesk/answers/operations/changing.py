"""An operator's changes to schedules, over the file and recorded. Each call blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from newsdesk.answers.moments import stamp
from newsdesk.answers.operations.night import named, opened_night, schedules_in_force
from newsdesk.answers.operations.schedules import NEXT_TIMES, schedule_data, settings_of
from newsdesk.answers.sites import check_arguments
from newsdesk.answers.who import note_change, operator
from newsdesk.exceptions import BadChange
from pipelines.config import Settings
from pipelines.timing import clock
from schedules.timetable.catalogue import changed_value, checked_arguments, checked_change
from schedules.timetable.schedule import Schedule, following_problem
from schedules.timetable.table import TRIGGERS


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
        schedules = schedules_in_force(settings, night)
        current = named(schedules, name)
        kept = night.schedules.decided().get(name, {})
    fields: dict[str, Any] = {}
    try:
        if changes:
            new = _checked(schedules, current, changes)
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


def change_tried(settings: Settings, name: str, changes: Sequence[str]) -> dict[str, Any]:
    """A schedule as it would be with changes (KEY=VALUE), which are not made.

    Raises:
        NoSuchSchedule: there is none of that name.
        BadChange: they cannot be made.
    """
    with opened_night(settings) as night:
        schedules = schedules_in_force(settings, night)
    current = named(schedules, name)
    changed: dict[str, Any] = {"enabled": True, "paused_until": None}
    try:
        for key, value in _checked(schedules, current, changes).items():
            changed |= changed_value(current, key, value)
    except ValueError as error:
        raise BadChange(str(error)) from None
    schedules = {**schedules, name: attrs.evolve(current, **changed)}
    return schedule_data(schedules[name], clock.now(), NEXT_TIMES, schedules)


def _checked(
    schedules: Mapping[str, Schedule], current: Schedule, changes: Sequence[str]
) -> dict[str, str]:
    """Returns changes by key.

    Raises:
        ValueError: says what may be written.
    """
    new = dict(checked_change(current, text) for text in changes)
    triggers = [key for key in TRIGGERS if key in new]
    if len(triggers) > 1:
        raise ValueError(f"{' and '.join(triggers)}: a schedule comes due by one of them")
    if "after" in new:
        followed = {each.name: each.after for each in schedules.values()}
        problem = following_problem(current.name, {**followed, current.name: new["after"]})
        if problem is not None:
            raise ValueError(f"after: {problem}")
    return new
