"""Reads cron expressions: five fields as sets of numbers, or what is wrong with which field.

They mean what cron means by them. (In APScheduler 0 is Monday, 7 an error, and a day must fit
both day fields where cron wants either.)
"""

from __future__ import annotations

import re

from attrs import define

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
SHORTHANDS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PART = re.compile(r"(\*|\w+(?:-\w+)?)(?:/(\d+))?")


class CronError(ValueError):
    """Raised when a text is no cron expression or never comes due; names the field."""


@define(frozen=True, kw_only=True)
class _Field:
    name: str
    lowest: int
    highest: int
    names: tuple[str, ...] = ()
    first_name: int = 0


_FIELDS = (
    _Field(name="minute", lowest=0, highest=59),
    _Field(name="hour", lowest=0, highest=23),
    _Field(name="day of month", lowest=1, highest=31),
    _Field(name="month", lowest=1, highest=12, names=MONTHS, first_name=1),
    _Field(name="day of week", lowest=0, highest=7, names=WEEKDAYS),
)


@define(frozen=True, kw_only=True)
class Cron:
    """An expression as numbers. Weekdays: 0 = Sunday to 6 = Saturday.

    plain: the same as cronsim reads it, which works out the due times. any_day, any_weekday,
    any_hour: the field begins with `*`. As in Vixie's cron, a day has to fit either day field
    where both are restricted, and a restricted hour comes once a day.
    """

    text: str
    plain: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    any_hour: bool
    any_day: bool
    any_weekday: bool


def read_cron(text: str) -> Cron:
    """Reads an expression of five fields, or a shorthand such as @daily.

    Raises:
        CronError: the message names the field, what is written there and what may be.
    """
    parts = SHORTHANDS.get(text.strip().lower(), text).split()
    if len(parts) != len(_FIELDS):
        raise CronError(
            f"{text!r} has {len(parts)} fields: cron has five, minute hour day month weekday "
            '("30 2 * * 1-5": 02:30, Monday to Friday)'
        )
    sets = [_numbers(field, part) for field, part in zip(_FIELDS, parts, strict=True)]
    minutes, hours, days, months, weekdays = sets
    cron = Cron(
        text=text.strip(),
        # `*/15 2 * * *` is 02:00 and three more times; cronsim takes it for hours that pass.
        plain=" ".join([_plainly("", minutes), *map(_plainly, parts[1:], sets[1:])]),
        minutes=minutes,
        hours=hours,
        days=days,
        months=months,
        weekdays=tuple(sorted({day % 7 for day in weekdays})),
        any_hour=parts[1].startswith("*"),
        any_day=parts[2].startswith("*"),
        any_weekday=parts[4].startswith("*"),
    )
    _require_some_day(cron)
    return cron


def _plainly(part: str, numbers: tuple[int, ...]) -> str:
    """Writes a field as single numbers, after the `*` that it begins with, if it does: the `*`
    decides how days are combined and what happens when clocks change."""
    star = [part.partition(",")[0]] if part.startswith("*") else []
    return ",".join([*star, *map(str, numbers)])


def _numbers(field: _Field, text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.lower().split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise CronError(f"the {field.name} {text!r} is no number, range, list or step")
        found.update(_range(field, match[1], match[2]))
    return tuple(sorted(found))


def _range(field: _Field, span: str, step_text: str | None) -> range:
    if span == "*":
        # 7 is another number for Sunday, not an eighth day.
        low, high = field.lowest, 6 if field.names == WEEKDAYS else field.highest
    else:
        first, _, last = span.partition("-")
        low = _number(field, first)
        high = _number(field, last) if last else (field.highest if step_text else low)
        if last == "sun" and low > 0:
            high = 7  # mon-sun
        if low > high:
            raise CronError(f"the {field.name} {span!r} runs backwards: write two ranges")
    step = int(step_text) if step_text else 1
    if step == 0:
        raise CronError(f"the {field.name} has a step of 0")
    return range(low, high + 1, step)


def _number(field: _Field, text: str) -> int:
    if text in field.names:
        return field.names.index(text) + field.first_name
    if text.isascii() and text.isdigit() and field.lowest <= int(text) <= field.highest:
        return int(text)
    names = f" or {field.names[0]} to {field.names[-1]}" if field.names else ""
    raise CronError(
        f"the {field.name} {text!r} is not within {field.lowest} to {field.highest}{names}"
    )


def _require_some_day(cron: Cron) -> None:
    """Refuses days that no month has, such as 30 February: the schedule would never fire."""
    by_date = any(day <= LONGEST_MONTH[month - 1] for month in cron.months for day in cron.days)
    if not by_date and (cron.any_day or cron.any_weekday):
        raise CronError(f"{cron.text!r} never comes due: no such month has such a day")
