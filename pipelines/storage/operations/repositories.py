"""All repositories that running the nights needs."""

from __future__ import annotations

from datetime import datetime

from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.operations.alerts import AlertRepository
from pipelines.storage.operations.jobs import JobRepository
from pipelines.storage.operations.leases import LeaseRepository
from pipelines.storage.operations.schedules import ScheduleRepository
from pipelines.storage.operations.slots import SlotRepository

LONGEST_COUNT_MS = 20_000


class NightStore:
    """The repositories of jobs, slots, schedules, leases and alerts of one database."""

    def __init__(self, database: Database[Document]) -> None:
        self.jobs = JobRepository(database)
        self.slots = SlotRepository(database)
        self.schedules = ScheduleRepository(database)
        self.leases = LeaseRepository(database)
        self.alerts = AlertRepository(database)
        self.database = database

    def newest_published(self, site: str) -> datetime | None:
        """Returns when the newest article of a site was published; None if there is none."""
        newest = self.database["articles"].find_one(
            {"site": site}, {"published_at": 1}, sort=[("published_at", -1)]
        )
        moment: datetime | None = newest["published_at"] if newest else None
        return moment

    def stored_by(self, job: str) -> int:
        """Returns how many articles bear the mark of a job."""
        return self.database["articles"].count_documents({"job": job}, maxTimeMS=LONGEST_COUNT_MS)
