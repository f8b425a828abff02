"""How much may be asked of a site in a night: its declaration, changed by the operator."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import define

from crawler.site import Budget
from pipelines.config import Settings
from pipelines.written.of_sites import SiteSettings

NIGHT_BEGINS = timedelta(hours=12)
"""A night counts from noon to noon, so that none ends while crawls of a night run."""


@define(frozen=True, kw_only=True)
class Pace:
    """The budget in force. zone: the site's time zone, in which nights and quiet hours count."""

    delay_seconds: float
    concurrency: int
    requests_per_night: int | None
    requests_per_run: int
    quiet_hours: str | None
    zone: str

    def night(self, moment: datetime) -> str:
        """Returns the day on which the night began: "2026-03-01" for 3 o'clock on the 2nd."""
        return (moment.astimezone(ZoneInfo(self.zone)) - NIGHT_BEGINS).date().isoformat()

    def night_ends(self, moment: datetime) -> datetime:
        """Returns the next noon at the site."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return _next(local, time(12))

    def quiet_until(self, moment: datetime) -> datetime | None:
        """Returns when the quiet hours around a moment end; None outside of them."""
        if self.quiet_hours is None:
            return None
        first, _, last = self.quiet_hours.partition("-")
        begin, end = time.fromisoformat(first), time.fromisoformat(last)
        local = moment.astimezone(ZoneInfo(self.zone))
        now = local.time()
        quiet = begin <= now < end if begin <= end else now >= begin or now < end
        return _next(local, end) if quiet else None


def pace_of(budget: Budget, zone: str, settings: Settings, site: str) -> Pace:
    """Puts the budget of a site together.

    What the operator set for this site counts; else the more careful of what the site declares and
    what is set for all sites.
    """
    own = settings.sites.get(site, SiteSettings())
    return Pace(
        delay_seconds=own.delay_seconds or max(settings.delay_seconds, budget.delay_seconds or 0.0),
        concurrency=own.concurrency
        or min(settings.concurrency, budget.concurrency or settings.concurrency),
        requests_per_night=own.requests_per_night
        or budget.requests_per_night
        or settings.requests_per_night,
        requests_per_run=own.requests_per_run or settings.requests_per_run,
        quiet_hours=own.quiet_hours or budget.quiet_hours,
        zone=zone,
    )


def _next(local: datetime, at: time) -> datetime:
    moment = datetime.combine(local.date(), at, local.tzinfo)
    return (moment if moment > local else moment + timedelta(days=1)).astimezone(UTC)
