"""Says in words when a cron expression comes due, for people to check it."""

from __future__ import annotations

from collections.abc import Sequence

from schedules.timetable.cron import Cron

WEEKDAY_NAMES = (
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
)  # fmt: skip
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MOST_TIMES = 6
"""Most times of day that are listed one by one."""


def cron_in_words(cron: Cron) -> str:
    """Returns "at 02:30, Monday to Friday" or "every 15 minutes, on day 1 of the month"."""
    return _times(cron) + _days(cron) + _months(cron)


def _times(cron: Cron) -> str:
    if len(cron.minutes) * len(cron.hours) <= MOST_TIMES:
        times = [f"{hour:02}:{minute:02}" for hour in cron.hours for minute in cron.minutes]
        return f"at {listed(times)}"
    minutes, hours = _minutes(cron.minutes), _step(cron.hours, 24)
    if len(cron.hours) == 24:
        return minutes if "every" in minutes else f"every hour {minutes}"
    spread = f"every {hours} hours" if hours else f"during {_ranges(cron.hours)} o'clock"
    return f"{minutes}, {spread}"


def _minutes(minutes: Sequence[int]) -> str:
    if len(minutes) == 60:
        return "every minute"
    step = _step(minutes, 60)
    return f"every {step} minutes" if step else f"at minute {_ranges(minutes)}"


def _step(numbers: Sequence[int], size: int) -> int | None:
    """Returns n if the numbers are every n-th from 0 on and n divides `size`."""
    if len(numbers) < 2 or size % len(numbers):
        return None
    step = size // len(numbers)
    return step if tuple(numbers) == tuple(range(0, size, step)) else None


def _days(cron: Cron) -> str:
    dates = "" if len(cron.days) == 31 else f"on day {_ranges(cron.days)} of the month"
    weekdays = "" if len(cron.weekdays) == 7 else _weekdays(cron.weekdays)
    either = " or on " if not (cron.any_day or cron.any_weekday) else " that is "
    if dates and weekdays:
        return f", {dates}{either}{weekdays}"
    return f", {dates or weekdays}" if dates or weekdays else ""


def _weekdays(days: Sequence[int]) -> str:
    from_monday = sorted(days, key=lambda day: (day - 1) % 7)
    if len(days) > 2 and [(day - 1) % 7 for day in from_monday] == list(
        range((from_monday[0] - 1) % 7, (from_monday[0] - 1) % 7 + len(days))
    ):
        return f"{WEEKDAY_NAMES[from_monday[0]]} to {WEEKDAY_NAMES[from_monday[-1]]}"
    return listed([WEEKDAY_NAMES[day] for day in from_monday])


def _months(cron: Cron) -> str:
    if len(cron.months) == 12:
        return ""
    return f", in {listed([MONTH_NAMES[month - 1] for month in cron.months])}"


def _ranges(numbers: Sequence[int]) -> str:
    """Returns "1 to 5, 8 and 9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run)
    return listed(parts)


def listed(parts: Sequence[str]) -> str:
    """Returns "a", "a and b" or "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
