"""Works out due times: of cron expressions, of intervals and of calendars.

When the clocks of a zone change, due times follow cron's rules: a time that the clocks skip is
due at the change, a time that they show twice is due once. A cron expression with `*` for the
hour follows the hours that pass.
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
"""Start of all intervals (a Monday), so that a restart does not shift them."""
MOST_STEPS = 500
"""Most candidates for one due time: months that may lack the day (29 February), and changes of
the clocks."""

Unit = Literal["day", "week", "month", "year"]


class Due(Protocol):
    """A rule for due times."""

    def after(self, moment: datetime) -> datetime | None:
        """Returns the first due time later than `moment`, in UTC; None if there is none."""


@define(frozen=True)
class Interval:
    """Every so often, counted from EPOCH. No zone and no change of clocks matters."""

    every: timedelta

    def after(self, moment: datetime) -> datetime | None:
        if moment < EPOCH:
            return EPOCH
        return EPOCH + ((moment - EPOCH) // self.every + 1) * self.every


@define(frozen=True)
class CronTimes:
    """The due times of a cron expression in a zone."""

    cron: Cron
    zone: ZoneInfo

    def after(self, moment: datetime) -> datetime | None:
        return self._passing(moment) if self.cron.any_hour else self._shown(moment)

    def _shown(self, moment: datetime) -> datetime | None:
        """Returns the next due time of an expression with fixed hours: each once a day."""
        for local in CronSim(self.cron.plain, moment.astimezone(self.zone)):
            found = local.astimezone(UTC)
            if found > moment:  # the first of two equal times may be over
                return found
        return None

    def _passing(self, moment: datetime) -> datetime | None:
        """Returns the next due time of an expression that follows the hours that pass.

        cronsim errs where clocks change by half an hour, so it is asked about spans of a constant
        offset only.
        """
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
        """Yields the days of the calendar, beginning at or shortly before `earliest`."""
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
    """Returns the due times in (after, until], at most the first `most`."""
    found: list[datetime] = []
    moment = due.after(after)
    while moment is not None and moment <= until and (most is None or len(found) < most):
        found.append(moment)
        moment = due.after(moment)
    return found


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """Returns when the clocks of a zone first show a time, or skip it."""
    local = wall.replace(tzinfo=zone)
    first, second = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    return first if first <= second else _change_between(second, first, zone)


def _change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Returns the second between two moments at which the clocks of a zone change."""
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
