"""When a schedule comes due: APScheduler's triggers over the wall clock of the schedule's zone.

The triggers run in "wall time" (a clock without zone, written as UTC), and each wall time is
then placed in the zone. So a day on which the clock changes is decided here, and like cron: a
time that the clock leaps over comes at the leap, a time that it shows twice comes once, unless
the schedule runs every so many hours or minutes: then it follows the hours that really pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.calendarinterval import CalendarIntervalTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from attrs import define, field

from schedules.timetable.cron import MONTHS, WEEKDAYS, Cron

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
"""Intervals count from here (a Monday), so that a restart does not move them."""
MOST_STEPS = 2000
"""Wall times that are tried for one due time; more means that none ever fits."""
_INSTANT = timedelta(microseconds=1)


class Due(Protocol):
    """Gives due times."""

    def after(self, moment: datetime) -> datetime | None:
        """The first due time later than `moment`, in UTC; None: there is none any more."""


@define(frozen=True)
class Interval:
    """Every so often, counted from a fixed moment: no zone, no clock change."""

    every: timedelta
    _trigger: BaseTrigger = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        seconds = int(self.every.total_seconds())
        trigger = IntervalTrigger(seconds=seconds, start_date=EPOCH, timezone=UTC)
        object.__setattr__(self, "_trigger", trigger)

    def after(self, moment: datetime) -> datetime | None:
        if moment < EPOCH:
            return EPOCH
        return _fire(self._trigger, moment)


@define(frozen=True)
class WallClock:
    """Times of day in a zone. repeats: it means every hour that passes, not an hour of the day."""

    zone: ZoneInfo
    trigger: BaseTrigger | _Stepped = field(eq=False)
    repeats: bool = False

    def after(self, moment: datetime) -> datetime | None:
        found = self._first(_wall(moment.astimezone(self.zone)), moment)
        if found is None or not self.repeats:
            return found
        back = _offset(moment, self.zone) - _offset(found, self.zone)
        if back > timedelta():
            # The clock went back in between: it shows some times a second time before this one.
            start = _wall(moment.astimezone(self.zone)) - back
            return self._first(start, moment) or found
        return found

    def _first(self, start: datetime, moment: datetime) -> datetime | None:
        """The earliest instant later than `moment` of the wall times from `start` on."""
        best: datetime | None = None
        for wall in self._walls(start):
            instants = [at for at in self._instants(wall) if at > moment]
            if best is not None and (not instants or min(instants) >= best):
                return best
            if instants:
                best = min(instants)
                if best.astimezone(self.zone).fold == 0:
                    return best
        return best

    def _walls(self, start: datetime) -> Iterator[datetime]:
        wall = start - _INSTANT
        for _ in range(MOST_STEPS):
            following = _fire(self.trigger, wall)
            if following is None:
                return
            yield following
            wall = following

    def _instants(self, wall: datetime) -> list[datetime]:
        """When the zone's clock shows this: once, never, or twice."""
        local = wall.replace(tzinfo=self.zone)
        first, second = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
        if first == second:
            return [first]
        if first < second:
            return [first, second] if self.repeats else [first]
        return [] if self.repeats else [_leap(second, first, self.zone)]


def cron_due(cron: Cron, zone: ZoneInfo) -> WallClock:
    """The due times of a cron expression in a zone."""
    return WallClock(zone, _cron_trigger(cron), repeats=cron.any_hour)


def calendar_due(unit: str, number: int, start: date, at: time, zone: ZoneInfo) -> Due:
    """Every `number` days, weeks, months or years from `start` on, at a time of day.

    A month without the day of `start` (the 31st, 29 February) is passed over.
    """
    if unit in {"days", "weeks"}:
        begin = datetime.combine(start, at, UTC)
        return WallClock(zone, IntervalTrigger(**{unit: number}, start_date=begin, timezone=UTC))
    trigger = CalendarIntervalTrigger(
        **{unit: number}, start_date=start, hour=at.hour, minute=at.minute, timezone=UTC
    )
    return WallClock(zone, _Stepped(trigger))


@define
class _Stepped:
    """APScheduler's calendar trigger knows only the step from one due time to the next."""

    trigger: BaseTrigger

    def get_next_fire_time(self, _previous: object, now: datetime) -> datetime | None:
        found: datetime | None = self.trigger.get_next_fire_time(None, now)
        while found is not None and found < now:
            found = self.trigger.get_next_fire_time(found, now)
        return found


def due_between(due: Due, after: datetime, until: datetime, most: int) -> list[datetime]:
    """The due times in (after, until], the first `most` of them."""
    found: list[datetime] = []
    moment = due.after(after)
    while moment is not None and moment <= until and len(found) < most:
        found.append(moment)
        moment = due.after(moment)
    return found


def _cron_trigger(cron: Cron) -> BaseTrigger:
    def trigger(days: bool, weekdays: bool) -> CronTrigger:
        return CronTrigger(
            minute=_list(cron.minutes),
            hour=_list(cron.hours),
            day=_list(cron.days) if days else "*",
            month=",".join(MONTHS[number - 1] for number in cron.months),
            day_of_week=",".join(WEEKDAYS[day] for day in cron.weekdays) if weekdays else "*",
            timezone=UTC,
        )

    if cron.any_day or cron.any_weekday:
        return trigger(days=True, weekdays=True)
    return OrTrigger([trigger(days=True, weekdays=False), trigger(days=False, weekdays=True)])


def _list(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))


def _fire(trigger: BaseTrigger | _Stepped, moment: datetime) -> datetime | None:
    found: datetime | None = trigger.get_next_fire_time(None, moment + _INSTANT)
    return found.astimezone(UTC) if found else None


def _wall(local: datetime) -> datetime:
    return local.replace(tzinfo=UTC, fold=0)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _leap(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The instant between the two at which the zone's clock leaps, to the second."""
    before = _offset(early, zone)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if _offset(middle, zone) == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
