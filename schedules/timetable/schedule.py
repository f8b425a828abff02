"""A schedule: a site, when it is to be crawled, with which arguments, and what if it cannot."""

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
"""A due time that is no older than this is on time; an older one was missed."""
LATE_AFTER = timedelta(minutes=30)
"""A due time that has shown no sign of a run after this (and its jitter) raises the alarm."""


@define(frozen=True, kw_only=True)
class Quiet:
    """Hours in which a schedule does not fire, in its zone; they may span midnight."""

    begin: time
    end: time

    def holds(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether `moment` lies within them; the end does not."""
        clock = moment.astimezone(zone).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"


@define(frozen=True, kw_only=True)
class Schedule:
    """What `schedules.toml` says of one schedule, with what an operator changed laid over it.

    due: its due times; None for one that follows another (`after`). trigger: the key and value
    that they follow from ("cron 30 2 * * *"); words: the same for people. changed: names of what
    the operator changed. enabled, paused_until: the operator's pause.
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
    catch_up_limit: int = 1
    priority: int = 0
    quiet: Quiet | None = None
    enabled: bool = True
    paused_until: datetime | None = None
    note: str | None = None
    changed: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """What its due times follow from. As long as it stays the same, so do they."""
        expected = self.enabled or "enabled" in self.changed
        return f"{self.trigger}, {self.zone.key}" + ("" if expected else ", switched off")

    def fires(self, moment: datetime) -> bool:
        """Whether it is not paused at that moment."""
        if self.paused_until is not None:
            return moment >= self.paused_until
        return self.enabled

    def start_of(self, due_at: datetime) -> datetime:
        """When the job of a due time may start: later by a share of the jitter.

        The share follows from name and due time, so every scheduler comes to the same.
        """
        digest = hashlib.sha256(f"{self.name}@{due_at.timestamp():.0f}".encode()).digest()
        share = int.from_bytes(digest[:4], "big") / 2**32
        return due_at + timedelta(seconds=round(share * self.jitter.total_seconds(), 3))

    def next_times(self, after: datetime, number: int) -> list[datetime]:
        """The next due times, in UTC, without those in quiet hours."""
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


def slot_id(schedule: str, due_at: datetime) -> str:
    """The `_id` of a slot: "sina-night@2026-03-01T19:00:00Z"."""
    return f"{schedule}@{due_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def job_id(site: str, schedule: str, due_at: datetime, attempt: int) -> str:
    """The id of a slot's job; the same for everyone, so that a slot's job exists once."""
    suffix = f"-{attempt}" if attempt > 1 else ""
    return f"{site}-{due_at.astimezone(UTC):%Y%m%dT%H%M%S}-{schedule}{suffix}"
