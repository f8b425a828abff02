"""All repositories that running the nights needs."""

from __future__ import annotations

from datetime import datetime

from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.operations.alerts import AlertRepository
from pipelines.storage.operations.changes import ChangeRepository
from pipelines.storage.operations.jobs import JobRepository
from pipelines.storage.operations.leases import LeaseRepository
from pipelines.storage.operations.logs import LogRepository
from pipelines.storage.operations.nights import NightSums
from pipelines.storage.operations.schedules import ScheduleRepository
from pipelines.storage.operations.searches import SearchRepository
from pipelines.storage.operations.slots import SlotRepository

LONGEST_COUNT_MS = 20_000
OTHERS = ["import", "replay"]
"""Kinds of jobs that are no crawl of a site."""
LOOKED_AT = (10, 2000)
"""Newest articles of a site among which one of a crawl is looked for: after a large import there
may be none."""


class NightStore:
    """The repositories of one database: jobs and their logs, slots, leases, alerts ..."""

    def __init__(self, database: Database[Document]) -> None:
        self.jobs = JobRepository(database)
        self.logs = LogRepository(database)
        self.slots = SlotRepository(database)
        self.schedules = ScheduleRepository(database)
        self.leases = LeaseRepository(database)
        self.alerts = AlertRepository(database)
        self.changes = ChangeRepository(database)
        self.searches = SearchRepository(database)
        self.sums = NightSums(database)
        self.database = database

    def forget_old(self, jobs_before: datetime, alerts_before: datetime) -> None:
        """Deletes jobs, slots and changes, alerts and leases that were over long ago."""
        self.slots.forget_old(jobs_before)
        self.jobs.forget_old(jobs_before)
        self.changes.forget_old(jobs_before)
        self.alerts.forget_old(alerts_before)
        self.leases.forget_old()

    def newest_published(self, site: str) -> datetime | None:
        """Returns when the newest article that a crawl of the site stored was published. An import
        or a replay says nothing about the lists of the site."""
        shown = {"published_at": 1, "job": 1}
        for most in LOOKED_AT:
            found = self.database["articles"].find({"site": site}, shown)
            newest = found.sort("published_at", -1).limit(most).to_list()
            if not newest:
                break
            jobs = [*{each.get("job") for each in newest}]
            wanted = {"_id": {"$in": jobs}, "kind": {"$in": OTHERS}}
            others = {each["_id"] for each in self.database["jobs"].find(wanted, {"_id": 1})}
            of_crawls = (each for each in newest if each.get("job") not in others)
            if article := next(of_crawls, None):
                moment: datetime = article["published_at"]
                return moment
            if len(newest) < most:
                break
        return None

    def stored_by(self, job: str) -> int:
        """Returns how many articles bear the mark of a job."""
        return self.database["articles"].count_documents({"job": job}, maxTimeMS=LONGEST_COUNT_MS)
