"""When a schedule comes due: cron expressions, intervals and calendars as rules of due times.

A day on which a zone's clock changes is treated as cron treats it: a time that the clock leaps
over comes at the leap, and a time that it shows twice comes once. A cron expression for every
hour follows the hours that really pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from attrs import define
from cronsim import CronSim

from schedules.timetable.cron import Cron

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
"""Intervals count from here (a Monday), so that a restart does not move them."""
MOST_STEPS = 500
"""Months in a row that may lack a calendar's day (29 February, every few years), or changes of
the clock before a cron expression comes due."""

Unit = Literal["day", "week", "month", "year"]


class Due(Protocol):
    """Gives due times."""

    def after(self, moment: datetime) -> datetime | None:
        """The first due time later than `moment`, in UTC; None: there is none any more."""


@define(frozen=True)
class Interval:
    """Every so often, counted from a fixed moment: no zone, no clock change."""

    every: timedelta

    def after(self, moment: datetime) -> datetime | None:
        if moment < EPOCH:
            return EPOCH
        return EPOCH + ((moment - EPOCH) // self.every + 1) * self.every


@define(frozen=True)
class CronTimes:
    """The times of a cron expression on the clocks of a zone."""

    cron: Cron
    zone: ZoneInfo

    def after(self, moment: datetime) -> datetime | None:
        return self._passing(moment) if self.cron.any_hour else self._shown(moment)

    def _shown(self, moment: datetime) -> datetime | None:
        """The next hour of the day: once a day, whatever the clocks do."""
        for local in CronSim(self.cron.plain, moment.astimezone(self.zone)):
            found = local.astimezone(UTC)
            if found > moment:  # of an hour that the clocks show twice, the first counts
                return found
        return None

    def _passing(self, moment: datetime) -> datetime | None:
        """The next of the hours that pass. (On its own, cronsim errs where clocks change by half
        an hour, so it is asked about stretches without a change.)"""
        since, begin = moment, moment
        for _ in range(MOST_STEPS):
            offset = since.astimezone(self.zone).utcoffset() or timedelta()
            local = next(CronSim(self.cron.plain, begin.astimezone(timezone(offset))), None)
            if local is None or local.astimezone(self.zone).utcoffset() == offset:
                return local and local.astimezone(UTC)
            since = _change_between(since, local.astimezone(UTC), self.zone)
            begin = since - timedelta(seconds=1)
        return None


@define(frozen=True, kw_only=True)
class Calendar:
    """Every `number` days, weeks, months or years from `start` on, at a time of day in a zone.

    A month without the day of `start` (the 31st, 29 February) is passed over.
    """

    number: int
    unit: Unit
    start: date
    at: time
    zone: ZoneInfo

    def after(self, moment: datetime) -> datetime | None:
        yesterday = moment.astimezone(self.zone).date() - timedelta(days=1)
        for day in self._days(yesterday):
            found = instant_of(datetime.combine(day, self.at), self.zone)
            if found > moment:
                return found
        return None

    def _days(self, earliest: date) -> Iterator[date]:
        """Its days from about `earliest` on."""
        if self.unit in {"day", "week"}:
            step = timedelta(days=self.number * (7 if self.unit == "week" else 1))
            first = max(0, (earliest - self.start) // step)
            yield from (self.start + step * (first + count) for count in range(MOST_STEPS))
            return
        months = self.number * (12 if self.unit == "year" else 1)
        passed = (earliest.year - self.start.year) * 12 + earliest.month - self.start.month
        for count in range(MOST_STEPS):
            month = self.start.month - 1 + (max(0, passed // months) + count) * months
            try:
                yield self.start.replace(year=self.start.year + month // 12, month=month % 12 + 1)
            except ValueError:
                continue  # no such day in this month


def due_between(
    due: Due, after: datetime, until: datetime, most: int | None = None
) -> list[datetime]:
    """The due times in (after, until], the first `most` of them."""
    found: list[datetime] = []
    moment = due.after(after)
    while moment is not None and moment <= until and (most is None or len(found) < most):
        found.append(moment)
        moment = due.after(moment)
    return found


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks of a zone first show this; if they leap over it, the moment of the leap."""
    local = wall.replace(tzinfo=zone)
    first, second = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    return first if first <= second else _change_between(second, first, zone)


def _change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The instant between the two at which the zone's clocks change, to the second."""
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
