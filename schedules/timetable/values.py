"""Reads the values of schedule keys from TOML. Each reader raises a `ValueError` that says what
may be written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import define

from pipelines.timing.durations import in_words, read_duration
from schedules.timetable.cron import Cron, read_cron
from schedules.timetable.due_times import Unit
from schedules.timetable.schedule import Quiet

ZONE = "Asia/Shanghai"
DEADLINES = (timedelta(seconds=10), timedelta(days=2))
"""The shortest and the longest time that a job may be given."""
ARGUMENTS = ("since", "until", "limit", "sections", "channels")
_CALENDAR = re.compile(r"every (?:(\d{1,3}) )?(day|week|month|year)s? at (\d\d):(\d\d)")
_FROM = re.compile(r"(?P<calendar>.{0,80}?) from (?P<start>\S{1,20})(?: on)?")
_QUIET = re.compile(r"(\d\d:\d\d)\s*-\s*(\d\d:\d\d)")


def read_text(value: object) -> str:
    """Reads a text."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"must be a text, not {value!r}")
    return value.strip()


def read_zone(value: object) -> ZoneInfo:
    """Reads a time zone: "Asia/Shanghai"."""
    name = read_text(value)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone: write one such as {ZONE}") from None


def duration_reader(shortest: timedelta, longest: timedelta) -> Callable[[object], timedelta]:
    """Returns a reader of lengths of time within these bounds."""

    def read(value: object) -> timedelta:
        length = read_duration(read_text(value))
        if not shortest <= length <= longest:
            raise ValueError(
                f"{value!r} is not within {in_words(shortest)} and {in_words(longest)}"
            )
        return length

    return read


def whole_reader(lowest: int, highest: int) -> Callable[[object], int]:
    """Returns a reader of whole numbers within these bounds."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise ValueError(f"must be a whole number from {lowest} to {highest}, not {value!r}")
        return value

    return read


def choice_reader(*choices: str) -> Callable[[object], object]:
    """Returns a reader that takes one of these words."""

    def read(value: object) -> object:
        if value not in choices:
            raise ValueError(f"must be {', '.join(choices[:-1])} or {choices[-1]}, not {value!r}")
        return value

    return read


def read_switch(value: object) -> bool:
    """Reads true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")  # noqa: TRY004 - one kind for all
    return value


def read_arguments(value: object) -> dict[str, str]:
    """Reads the arguments of a crawl as texts; a list becomes "a,b".

    Raises:
        ValueError: no table, an unknown argument, or a value that a spider cannot take.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a table such as {{ limit = 500 }}, not {value!r}")  # noqa: TRY004
    found = {}
    for name, given in value.items():
        if name not in ARGUMENTS:
            raise ValueError(f"unknown argument {name!r}: a crawl takes {', '.join(ARGUMENTS)}")
        if isinstance(given, bool) or not isinstance(given, str | int | date | list):
            raise ValueError(f"{name} must be a text, a number or a date, not {given!r}")  # noqa: TRY004
        if name == "limit" and not (str(given).isdigit() and int(str(given)) > 0):
            raise ValueError(f"limit must be a whole number above 0, not {given!r}")
        found[name] = ",".join(map(str, given)) if isinstance(given, list) else str(given)
    return found


def read_quiet(value: object) -> Quiet:
    """Reads quiet hours: "08:00-09:30"."""
    match = _QUIET.fullmatch(read_text(value))
    try:
        if match is not None and match[1] != match[2]:
            return Quiet(begin=time.fromisoformat(match[1]), end=time.fromisoformat(match[2]))
    except ValueError:
        pass  # said below
    raise ValueError(f'{value!r} are no hours: write "08:00-09:30" or "22:00-06:00"')


def read_cron_text(value: object) -> Cron:
    """Reads a cron expression: "30 2 * * *"."""
    return read_cron(read_text(value))


@define(frozen=True)
class CalendarText:
    """A calendar as written: every `number` units at a time of day."""

    text: str
    number: int
    unit: Unit
    at: time


def read_calendar(value: object) -> CalendarText:
    """Reads a calendar: "every 2 weeks at 03:30"."""
    text = read_text(value).lower()
    match = _CALENDAR.fullmatch(text)
    if match is None or int(match[3]) > 23 or int(match[4]) > 59 or match[1] == "0":
        raise ValueError(f'{value!r} is no calendar: write "every 2 weeks at 03:30"')
    at = time(int(match[3]), int(match[4]))
    return CalendarText(text, int(match[1] or 1), cast(Unit, match[2]), at)


def calendar_from(text: str) -> tuple[str, date]:
    """Takes a calendar apart that is written in one line, as people see it: "every 2 weeks at 03:30
    from 2026-01-05 on"."""
    match = _FROM.fullmatch(" ".join(text.lower().split()))
    try:
        if match is not None:
            return match["calendar"], date.fromisoformat(match["start"])
    except ValueError:
        pass  # said below
    raise ValueError(
        f'{text!r} names no day that it counts from: write "every 2 weeks at 03:30 from 2026-01-05"'
    )


def read_start(value: object) -> date:
    """Reads the day from which a calendar counts."""
    if type(value) is not date:
        raise ValueError(f"must be a day such as 2026-01-05, not {value!r}")
    return value
