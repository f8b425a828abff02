"""What may stand behind each key of a schedule: from TOML's value to ours, or why it cannot be.

Every reader raises a `ValueError` that says what may be written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipelines.durations import in_words, read_duration
from schedules.timetable.cron import CronError, read_cron
from schedules.timetable.due_times import Calendar, CronTimes, Due, Interval, Unit
from schedules.timetable.schedule import Quiet
from schedules.timetable.words import cron_in_words

ZONE = "Asia/Shanghai"
ARGUMENTS = ("since", "until", "limit", "sections", "channels")
SHORTEST_INTERVAL = timedelta(minutes=1)
MOST_RETRIES = 10
MOST_CAUGHT_UP = 100
_CALENDAR = re.compile(r"every (?:(\d{1,3}) )?(day|week|month|year)s? at (\d\d):(\d\d)")
_QUIET = re.compile(r"(\d\d:\d\d)\s*-\s*(\d\d:\d\d)")


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"must be a text, not {value!r}")
    return value.strip()


def _zone(value: object) -> ZoneInfo:
    name = _text(value)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone: write one such as {ZONE}") from None


def _duration(shortest: timedelta, longest: timedelta) -> Callable[[object], timedelta]:
    def read(value: object) -> timedelta:
        length = read_duration(_text(value))
        if not shortest <= length <= longest:
            raise ValueError(
                f"{value!r} is not within {in_words(shortest)} and {in_words(longest)}"
            )
        return length

    return read


def _whole(lowest: int, highest: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise ValueError(f"must be a whole number from {lowest} to {highest}, not {value!r}")
        return value

    return read


def _choice(*choices: str) -> Callable[[object], object]:
    def read(value: object) -> object:
        if value not in choices:
            raise ValueError(f"must be {', '.join(choices[:-1])} or {choices[-1]}, not {value!r}")
        return value

    return read


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")  # noqa: TRY004 - one kind for all
    return value


def read_arguments(value: object) -> dict[str, str]:
    """Arguments of a crawl as texts; lists become "a,b".

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
    """Quiet hours: "08:00-09:30". Raises: ValueError."""
    match = _QUIET.fullmatch(_text(value))
    try:
        if match is not None and match[1] != match[2]:
            return Quiet(begin=time.fromisoformat(match[1]), end=time.fromisoformat(match[2]))
    except ValueError:
        pass  # said below
    raise ValueError(f'{value!r} are no hours: write "08:00-09:30" or "22:00-06:00"')


def _cron(text: str, zone: ZoneInfo, table: Mapping[str, Any]) -> tuple[Due, str]:
    try:
        cron = read_cron(text)
    except CronError as error:
        raise ValueError(str(error)) from None
    return CronTimes(cron, zone), f"{cron_in_words(cron)}, {zone.key}"


def _interval(text: str, zone: ZoneInfo, table: Mapping[str, Any]) -> tuple[Due, str]:
    every = _duration(SHORTEST_INTERVAL, timedelta(days=366))(text)
    return Interval(every), f"every {in_words(every)}"


def _calendar(text: str, zone: ZoneInfo, table: Mapping[str, Any]) -> tuple[Due, str]:
    match = _CALENDAR.fullmatch(text.strip().lower())
    if match is None or int(match[3]) > 23 or int(match[4]) > 59 or match[1] == "0":
        raise ValueError(f'{text!r} is no calendar: write "every 2 weeks at 03:30"')
    start = table.get("start")
    if type(start) is not date:
        raise ValueError("needs the day it counts from: write start = 2026-01-05")
    at = time(int(match[3]), int(match[4]))
    unit = cast(Unit, match[2])
    due = Calendar(number=int(match[1] or 1), unit=unit, start=start, at=at, zone=zone)
    return due, f"{text.strip().lower()} from {start} on, {zone.key}"


def _after(text: str, zone: ZoneInfo, table: Mapping[str, Any]) -> tuple[None, str]:
    return None, f"when {text} has ended well"


READERS: dict[str, Callable[[Any], Any]] = {
    "site": _text,
    "zone": _zone,
    "arguments": read_arguments,
    "jitter": _duration(timedelta(), timedelta(hours=12)),
    "deadline": _duration(timedelta(seconds=10), timedelta(days=2)),
    "retries": _whole(0, MOST_RETRIES),
    "overlap": _choice("skip", "queue", "replace"),
    "catch_up": _choice("none", "latest", "all"),
    "catch_up_limit": _whole(1, MOST_CAUGHT_UP),
    "priority": _whole(-100, 100),
    "quiet": read_quiet,
    "enabled": _switch,
}
TRIGGER_READERS: dict[str, Callable[[str, ZoneInfo, Mapping[str, Any]], tuple[Due | None, str]]] = {
    "cron": _cron,
    "interval": _interval,
    "calendar": _calendar,
    "after": _after,
}
