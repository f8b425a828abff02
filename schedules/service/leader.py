"""One turn of the service's wheel: lead if nobody else does, plan, find the lost, take jobs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime

from attrs import define, field

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from schedules.jobs.identity import host
from schedules.jobs.ledger import SITE_SECONDS
from schedules.jobs.lost import LostJobs
from schedules.service.scheduler import Scheduler
from schedules.timetable.catalogue import Catalogue
from schedules.timetable.schedule import Schedule

LEADER_SECONDS = 20.0
"""A leader that was not heard of for so long is followed by another."""
RENEW_SECONDS = 5.0
LOST_SECONDS = 5.0
LOOK_SECONDS = 5.0


@define
class Leader:
    """What only one service does at a time. Blocks; use it from one thread at a time.

    Leading spares work, not correctness: slots and jobs are taken one by one, each by one alone.
    """

    settings: Settings
    catalogue: Catalogue
    runner: str
    address: str = ""
    leads: bool = False
    schedules: Mapping[str, Schedule] = field(factory=dict)
    _renew_at: float = 0.0
    _lost_at: float = 0.0
    _look_at: float = 0.0
    _scheduler: Scheduler | None = None
    _lost: LostJobs | None = None

    def turn(self, night: NightStore, now: datetime, own: set[str]) -> list[Document]:
        """Do what is due; gives the jobs that this process has taken and must run.

        own: ids of the jobs that it runs already.

        Raises:
            StorageError: MongoDB is away.
            BadSchedules: there is no schedules file that can be used.
        """
        self._keep_lead(night)
        if not self.leads or self._scheduler is None or self._lost is None:
            return []
        moment = time.monotonic()
        if moment >= self._lost_at:
            self._lost_at = moment + LOST_SECONDS
            self._lost.find(self.runner, own)
            self.schedules = self.catalogue.in_force(night.schedules.decided())
        # Where no slot is open and no time has come there is nothing to ask MongoDB about.
        if moment >= self._look_at or self._scheduler.is_due(self.schedules, now):
            busy = self._scheduler.look(self.schedules, now)
            self._look_at = moment + (0.0 if busy else LOOK_SECONDS)
        return self._take_jobs(night, now, self.settings.max_jobs - len(own))

    def give_back(self, night: NightStore) -> None:
        """Let another lead."""
        night.leases.give_back("leader", self.runner)
        night.leases.give_back(f"service/{self.runner}", self.runner)
        self.leads, self._renew_at = False, 0.0

    def _keep_lead(self, night: NightStore) -> None:
        if time.monotonic() < self._renew_at:
            return
        where = f"on {host()}" + (f", {self.address}" if self.address else "")
        night.leases.take(f"service/{self.runner}", self.runner, LEADER_SECONDS, where)
        held = night.leases.take("leader", self.runner, LEADER_SECONDS, where)
        led, self.leads = self.leads, held["owner"] == self.runner
        if self.leads and not led:
            # What it knew of slots is as old as its last lead.
            self._scheduler = Scheduler(night, self.runner)
            self._lost = LostJobs(night, self.settings.jobs_dir)
            self._lost_at = self._look_at = 0.0
        self._renew_at = time.monotonic() + RENEW_SECONDS

    def _take_jobs(self, night: NightStore, now: datetime, free: int) -> list[Document]:
        """Take the jobs that may start now, the foremost first."""
        taken: list[Document] = []
        waiting = night.jobs.waiting(now) if free > 0 else []
        busy = {lease["_id"] for lease in night.leases.held("site/")} if waiting else set()
        for job in waiting:
            if len(taken) == free:
                break
            site = f"site/{job['site']}"
            if site in busy:
                continue
            held = night.leases.take(site, job["_id"], SITE_SECONDS, f"on {host()}")
            busy.add(site)
            if held["owner"] != job["_id"]:
                continue
            if night.jobs.claim(job["_id"], now, self.runner, host()):
                taken.append(job)
            else:
                night.leases.give_back(site, job["_id"])
        return taken
