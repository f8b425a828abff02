"""A schedule: which site is crawled when, with which arguments, and what if it cannot be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from attrs import define, field

from schedules.timetable.due_times import Due

Overlap = Literal["skip", "queue", "replace"]
CatchUp = Literal["none", "latest", "all"]

ON_TIME = timedelta(minutes=2)
"""A due time counts as missed when it is seen later than this."""
LATE_AFTER = timedelta(minutes=30)
"""The alarm is raised when no job has begun so long after a due time (and its jitter)."""


@define(frozen=True, kw_only=True)
class Quiet:
    """Hours in the schedule's zone in which it does not fire; they may span midnight."""

    begin: time
    end: time

    def holds(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Tells whether `moment` lies within the hours. The end does not belong to them."""
        clock = moment.astimezone(zone).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"


@define(frozen=True, kw_only=True)
class Schedule:
    """One schedule of the file, with an operator's changes applied.

    due: the rule of its due times; None if it follows another schedule (`after`). trigger: the
    key and value of that rule ("cron 30 2 * * *"). words: the same for people. changed: names of
    what the operator changed. refused: why the operator's changes in MongoDB could not be applied;
    the file's values are in force. enabled, paused_until: the operator's pause.
    """

    name: str
    site: str
    trigger: str
    words: str
    zone: ZoneInfo
    due: Due | None = None
    after: str | None = None
    arguments: Mapping[str, str] = field(factory=dict)
    jitter: timedelta = timedelta()
    deadline: timedelta = timedelta(hours=2)
    retries: int = 2
    overlap: Overlap = "skip"
    catch_up: CatchUp = "latest"
    catch_up_limit: int = 31
    priority: int = 0
    quiet: Quiet | None = None
    enabled: bool = True
    paused_until: datetime | None = None
    note: str | None = None
    changed: tuple[str, ...] = ()
    refused: str | None = None

    @property
    def origin(self) -> str:
        """What decides its due times, as text. As long as the text stays the same, so do they."""
        expected = self.enabled or "enabled" in self.changed
        return f"{self.trigger}, {self.zone.key}" + ("" if expected else ", switched off")

    def fires(self, moment: datetime) -> bool:
        """Tells whether it fires at that moment, that is, whether it is not paused."""
        if self.paused_until is not None:
            return moment >= self.paused_until
        return self.enabled

    def start_of(self, due_at: datetime) -> datetime:
        """Returns when the job of a due time may start: later by a share of the jitter.

        The share is computed from name and due time, so that every service gets the same.
        """
        digest = hashlib.sha256(f"{self.name}@{due_at.timestamp():.0f}".encode()).digest()
        share = int.from_bytes(digest[:4], "big") / 2**32
        return due_at + timedelta(seconds=round(share * self.jitter.total_seconds(), 3))

    def next_times(self, after: datetime, number: int) -> list[datetime]:
        """Returns the next due times in UTC, without those in quiet hours."""
        found: list[datetime] = []
        moment = after
        for _ in range(number * 1500):  # quiet hours may hide a day of minutes
            following = self.due.after(moment) if self.due else None
            if following is None or len(found) == number:
                break
            if self.quiet is None or not self.quiet.holds(following, self.zone):
                found.append(following)
            moment = following
        return found


def following_problem(name: str, followed: Mapping[str, str | None]) -> str | None:
    """Says what is wrong with what a schedule follows; None: nothing. followed: what each schedule
    follows, if it follows one."""
    seen, other = {name}, followed.get(name)
    while other is not None:
        if other not in followed:
            return f"there is no schedule {other!r}"
        if other in seen:
            return f"waits for itself by way of {other!r}"
        seen.add(other)
        other = followed[other]
    return None


def slot_id(schedule: str, due_at: datetime) -> str:
    """Returns the `_id` of a slot: "sina-night@2026-03-01T19:00:00Z"."""
    return f"{schedule}@{due_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def job_id(site: str, schedule: str, due_at: datetime, attempt: int) -> str:
    """Returns the id of a slot's job. It is the same for every service, so the job exists once."""
    suffix = f"-{attempt}" if attempt > 1 else ""
    return f"{site}-{due_at.astimezone(UTC):%Y%m%dT%H%M%S}-{schedule}{suffix}"
