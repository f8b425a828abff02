"""Due times against a model that knows only what a clock on the wall shows, minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from schedules.timetable.cron import Cron, read_cron
from schedules.timetable.due_times import Calendar, CronTimes, Interval, due_between

MINUTE = timedelta(minutes=1)


BERLIN = ZoneInfo("Europe/Berlin")


EXPRESSIONS = [
    "30 2 * * *",
    "0 3 * * *",
    "*/15 * * * *",
    "45 1,2,3 * * *",
    "10 * * * 0",
    "0 2 * * 7",
    "0 0 13 * 5",
    "5 4 1-7 * mon-sun",
    "0 9 * * 1-5",
    "20 */2 */3 * sun",
    "59 23 28,29,30,31 2,3,10,11 *",
    "@hourly",
    "*/15 2 * * *",
    "0,30 2 * * *",
    "30 1-3 * * *",
    "15 */2,3 1-7 * */2",
    "5 1/2 * 3-11/2 fri-sun",
]


CHANGES = [
    ("Asia/Shanghai", "2026-03-01"),
    ("Europe/Berlin", "2026-03-28"),
    ("Europe/Berlin", "2026-10-24"),
    ("America/New_York", "2026-03-07"),
    ("America/New_York", "2026-10-31"),
    ("Australia/Lord_Howe", "2026-04-04"),  # half an hour back
    ("Australia/Lord_Howe", "2026-10-03"),
    ("America/Santiago", "2026-04-04"),  # at midnight
    ("America/Santiago", "2026-09-05"),
]
"""Zones and a day before the clock changes in them."""


def expected(cron: Cron, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Vixie cron's rules, by looking at every minute that passes."""
    moment, shown = start, set[datetime]()
    previous = (start - MINUTE).astimezone(zone).replace(tzinfo=None, fold=0)
    moment_before = start - timedelta(hours=3)
    while moment_before < start:
        shown.add(moment_before.astimezone(zone).replace(tzinfo=None, fold=0))
        moment_before += MINUTE
    while moment <= end:
        wall = moment.astimezone(zone).replace(tzinfo=None, fold=0)
        walls = [wall]
        if not cron.any_hour:
            leapt = int((wall - previous) / MINUTE)
            walls += [wall - MINUTE * n for n in range(1, leapt)] if leapt > 1 else []
            walls = [each for each in walls if each not in shown]
        if any(fits(cron, each) for each in walls):
            yield moment
        shown.update(walls)
        previous, moment = wall, moment + MINUTE


def fits(cron: Cron, wall: datetime) -> bool:
    weekday = (wall.weekday() + 1) % 7
    in_time = wall.minute in cron.minutes and wall.hour in cron.hours
    by_date, by_weekday = wall.day in cron.days, weekday in cron.weekdays
    both = by_date and by_weekday
    fits_day = both if cron.any_day or cron.any_weekday else by_date or by_weekday
    return in_time and wall.month in cron.months and fits_day


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_a_cron_means_what_cron_means(zone: str, day: str) -> None:
    place = ZoneInfo(zone)
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    end = start + timedelta(days=2, hours=6)
    for text in EXPRESSIONS:
        cron = read_cron(text)
        found = due_between(CronTimes(cron, place), start - MINUTE, end)
        assert found == list(expected(cron, place, start, end)), text


def test_an_interval_is_counted_from_a_fixed_moment() -> None:
    due = Interval(timedelta(minutes=7))
    moment = datetime(2026, 3, 1, 12, 3, 20, tzinfo=UTC)
    first = due.after(moment)
    assert first is not None
    assert due.after(moment + timedelta(seconds=1)) == first
    assert due.after(first) == first + timedelta(minutes=7)
    assert due.after(datetime(1999, 1, 1, tzinfo=UTC)) == datetime(2024, 1, 1, tzinfo=UTC)


def test_a_calendar_counts_from_its_start() -> None:
    due = Calendar(number=2, unit="week", start=date(2026, 1, 5), at=time(3, 30), zone=BERLIN)
    moment = datetime(2026, 3, 20, tzinfo=UTC)
    found = due_between(due, moment, moment + timedelta(days=40), 10)
    assert [f"{at.astimezone(BERLIN):%m-%d %H:%M}" for at in found] == [
        "03-30 03:30",
        "04-13 03:30",
        "04-27 03:30",
    ]


def test_a_month_without_the_day_is_passed_over() -> None:
    due = Calendar(number=1, unit="month", start=date(2025, 1, 31), at=time(3, 0), zone=BERLIN)
    moment = datetime(2026, 3, 31, 12, tzinfo=UTC)
    found = due_between(due, moment, moment + timedelta(days=160), 10)
    assert [f"{at.astimezone(BERLIN):%m-%d %H:%M}" for at in found] == [
        "05-31 03:00",
        "07-31 03:00",
        "08-31 03:00",
    ]
