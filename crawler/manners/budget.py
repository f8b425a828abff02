"""What a site may be asked in a night: declared on the site, changed by the operator."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import define

from crawler.site import Budget
from pipelines.config import Settings, SiteSettings

NIGHT_BEGINS = timedelta(hours=12)
"""A night is counted from noon to noon, so that no crawl's night ends while it runs."""


@define(frozen=True, kw_only=True)
class Pace:
    """The budget in force. zone: the site's, for nights and quiet hours."""

    delay_seconds: float
    concurrency: int
    requests_per_night: int | None
    quiet_hours: str | None
    zone: str

    def night(self, moment: datetime) -> str:
        """The day on which that moment's night began: "2026-03-01" at 3 o'clock on the 2nd."""
        return (moment.astimezone(ZoneInfo(self.zone)) - NIGHT_BEGINS).date().isoformat()

    def night_ends(self, moment: datetime) -> datetime:
        """The next noon there."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return _next(local, time(12))

    def quiet_until(self, moment: datetime) -> datetime | None:
        """When the quiet hours of that moment end; None if they are not now."""
        if self.quiet_hours is None:
            return None
        first, _, last = self.quiet_hours.partition("-")
        begin, end = time.fromisoformat(first), time.fromisoformat(last)
        local = moment.astimezone(ZoneInfo(self.zone))
        now = local.time()
        quiet = begin <= now < end if begin <= end else now >= begin or now < end
        return _next(local, end) if quiet else None


def pace_of(budget: Budget, zone: str, settings: Settings, site: str) -> Pace:
    """The operator's word for this site first, then the more careful of the other two."""
    own = settings.sites.get(site, SiteSettings())
    return Pace(
        delay_seconds=own.delay_seconds or max(settings.delay_seconds, budget.delay_seconds or 0.0),
        concurrency=own.concurrency
        or min(settings.concurrency, budget.concurrency or settings.concurrency),
        requests_per_night=own.requests_per_night
        or budget.requests_per_night
        or settings.requests_per_night,
        quiet_hours=own.quiet_hours or budget.quiet_hours,
        zone=zone,
    )


def _next(local: datetime, at: time) -> datetime:
    moment = datetime.combine(local.date(), at, local.tzinfo)
    return (moment if moment > local else moment + timedelta(days=1)).astimezone(UTC)
