"""The first page of the console: is last night fine, site by site? Blocks."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any, Literal

from attrs import define, field

from crawler.sites import site_names
from newsdesk.answers.operations.alerts import key_of
from newsdesk.answers.operations.night import opened_night, schedules_in_force
from newsdesk.answers.operations.status import status_at
from pipelines.config import Settings
from pipelines.counting import counters
from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from pipelines.timing.beijing import ZONE, in_beijing
from schedules.timetable.schedule import Schedule

NIGHTS, CHANGES = 21, 5
HALF_A_DAY = timedelta(hours=12)
LOW_DISK = 0.1
"""Share of free room below which the disk needs somebody."""

FRESH_NIGHTS = 2
"""Nights that are counted anew each time: the present one and the one before."""
KEPT_SECONDS = 300.0

Verdict = Literal["fine", "under_way", "needs_you", "no_service", "no_night"]
NightState = Literal["ok", "partial", "failed", "missed", "running", "none"]
URGENCY: tuple[NightState, ...] = ("failed", "missed", "partial", "running", "ok", "none")
"""Sites stand in this order of their last nights: what needs somebody is seen first."""
COLLECTED, BROKEN = {"ok", "partial"}, {"blocked", "failed", "lost"}
OPEN = {"pending", "running"}


@define(kw_only=True)
class SiteNight:
    """What a night of a site came to. morning: its date; it goes from noon to noon, in Beijing.

    jobs: how many ended in each state. missed: due times that should have run and did not.
    """

    morning: date
    jobs: dict[str, int] = field(factory=dict)
    missed: int = 0
    new: int = 0
    revised: int = 0
    gone: int = 0
    failed: int = 0

    @property
    def state(self) -> NightState:
        """A night in which something failed or was missed is at best partial."""
        if OPEN & self.jobs.keys():
            return "running"
        if COLLECTED & self.jobs.keys():
            whole = self.jobs.keys() <= {"ok", "cancelled"} and not self.missed
            return "ok" if whole else "partial"
        if BROKEN & self.jobs.keys():
            return "failed"
        return "missed" if self.missed else "none"

    def add(self, counted: Mapping[str, Any]) -> None:
        """Adds jobs that ended alike."""
        state = counted["state"]
        self.jobs[state] = self.jobs.get(state, 0) + counted["jobs"]
        self.new += counted[counters.NEW.name]
        self.revised += counted[counters.REVISED.name]
        self.gone += counted[counters.GONE.name]
        self.failed += counted[counters.FAILED.name]


@define(kw_only=True)
class SiteRow:
    """A site. nights: the oldest first, the present one last. newest_at: when the newest article
    that a crawl stored was published. fires: whether any of its schedules does."""

    site: str
    nights: list[SiteNight]
    newest_at: datetime | None
    next_at: datetime | None
    fires: bool

    @property
    def is_used(self) -> bool:
        """Whether anything has come from it, or will by itself."""
        return self.fires or self.newest_at is not None or self.last.state != "none"

    @property
    def last(self) -> SiteNight:
        """The present night if it has begun, else the one before."""
        now, before = self.nights[-1], self.nights[-2]
        return before if now.state == "none" else now


@define(kw_only=True)
class Tonight:
    """All that the page shows. troubles: those of which no alert tells. only_replays: articles are
    stored, and no crawl of a site has brought any. by_workers: jobs are run by workers."""

    verdict: Verdict
    at: datetime
    sites: list[SiteRow]
    alerts: list[Document]
    troubles: list[dict[str, Any]]
    running: list[Document]
    changes: list[Document]
    waiting: int
    services: list[Document]
    workers: list[Document]
    by_workers: bool
    only_replays: bool
    spool_bytes: int
    disk_free: int
    disk_total: int
    articles: int
    database_bytes: int

    @property
    def last(self) -> SiteNight:
        """The last night of all sites together."""
        total = SiteNight(morning=self.at.date())
        for row in self.sites:
            total.new += row.last.new
            total.revised += row.last.revised
            total.gone += row.last.gone
            total.failed += row.last.failed
        return total

    @property
    def places(self) -> int:
        """How many jobs the workers run at once."""
        return sum((each.get("offers") or {}).get("places") or 0 for each in self.workers)

    @property
    def places_taken(self) -> int:
        return sum(each["at_work"] for each in self.workers)

    @property
    def disk_is_low(self) -> bool:
        return self.disk_free < LOW_DISK * self.disk_total


@define(eq=False)
class NightMemory:
    """Keeps what the jobs of long ago came to, for a page that is looked at again and again: they
    hardly change, and are asked for every few minutes only."""

    _older: list[Document] = field(factory=list)
    _first: date | None = None
    _asked_at: float = 0.0

    def jobs(self, night: NightStore, mornings: list[date]) -> list[Document]:
        """Returns the jobs of all nights, summed up."""
        first, fresh = mornings[0], _beginning(mornings[-FRESH_NIGHTS])
        if first != self._first or monotonic() - self._asked_at > KEPT_SECONDS:
            self._older = night.sums.jobs(_beginning(first), fresh)
            self._first, self._asked_at = first, monotonic()
        return [*self._older, *night.sums.jobs(fresh)]


def tonight_of(
    settings: Settings, memory: NightMemory | None = None, nights: int = NIGHTS
) -> Tonight:
    """Returns how the nights stand. Replays and imports are none. memory: of one database.

    Raises:
        StorageError: MongoDB is away.
        BadSchedules: the schedules file cannot be used.
    """
    now = clock.now()
    mornings = mornings_until(now, nights)
    with opened_night(settings) as night:
        schedules = schedules_in_force(settings, night)
        status = status_at(settings, night, schedules, now)
        jobs = (memory or NightMemory()).jobs(night, mornings)
        rows = _sites(night, schedules, mornings, jobs, status["schedules"])
        held, waiting = night.sums.held(), len(night.jobs.waiting(now))
        changes = night.changes.list(CHANGES)
    told = {alert["message"] for alert in status["alerts"]}
    room = shutil.disk_usage(settings.data_dir)
    return Tonight(
        verdict=_verdict(status),
        at=now,
        sites=rows,
        alerts=[{**each, "key": key_of(each)} for each in status["alerts"]],
        troubles=[each for each in status["troubles"] if each["sentence"] not in told],
        running=status["running"],
        changes=changes,
        waiting=waiting,
        services=status["services"],
        workers=status["workers"],
        by_workers=status["engine"] == "celery",
        only_replays=not status["begun"] and held["articles"] > 0,
        spool_bytes=status["spool_bytes"],
        disk_free=room.free,
        disk_total=room.total,
        articles=held["articles"],
        database_bytes=held["bytes"],
    )


def mornings_until(now: datetime, nights: int) -> list[date]:
    """Returns the mornings of the last nights, the present one last (after noon: tomorrow)."""
    last = (now.astimezone(ZONE) + HALF_A_DAY).date()
    return [last - timedelta(days=back) for back in reversed(range(nights))]


def _verdict(status: Mapping[str, Any]) -> Verdict:
    if status["fine"]:
        return "under_way" if status["under_way"] else "fine"
    if status["wrong"] or status["alerts"]:
        return "needs_you"
    return "no_service" if status["begun"] else "no_night"


def _sites(
    night: NightStore,
    schedules: Mapping[str, Schedule],
    mornings: list[date],
    jobs: Iterable[Document],
    rows: Iterable[Mapping[str, Any]],
) -> list[SiteRow]:
    since = _beginning(mornings[0])
    found: defaultdict[tuple[str, date], list[Document]] = defaultdict(list)
    for each in jobs:
        found[each["site"], in_beijing(each["night"]).date()].append(each)
    missed: defaultdict[tuple[str, date], int] = defaultdict(int)
    for each in night.sums.not_run(since):
        if schedule := schedules.get(each["schedule"]):
            missed[schedule.site, in_beijing(each["night"]).date()] += each["slots"]
    coming: defaultdict[str, list[datetime | None]] = defaultdict(list)
    for row in rows:
        if row["fires"]:
            coming[schedules[row["schedule"]].site].append(row["next"])
    keys = dict.fromkeys([*site_names(), *(site for site, _morning in found)])
    newest = night.newest_of_each([*keys])
    sites = [
        SiteRow(
            site=site,
            nights=[
                _site_night(day, found[site, day], missed.get((site, day), 0)) for day in mornings
            ],
            newest_at=newest.get(site),
            next_at=min(filter(None, coming.get(site, ())), default=None),
            fires=site in coming,
        )
        for site in keys
    ]
    return sorted(sites, key=lambda row: URGENCY.index(row.last.state))


def _beginning(morning: date) -> datetime:
    return datetime.combine(morning, time(), ZONE) - HALF_A_DAY


def _site_night(morning: date, counted: Iterable[Mapping[str, Any]], missed: int) -> SiteNight:
    found = SiteNight(morning=morning, missed=missed)
    for each in counted:
        found.add(each)
    return found
