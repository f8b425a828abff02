"""All repositories that running the nights needs."""

from __future__ import annotations

from collections.abc import Sequence
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
        ended = {"state": {"$ne": "running"}, "ended_at": {"$lt": jobs_before}}
        self.database["taggings"].delete_many(ended)

    def newest_of_each(self, sites: Sequence[str]) -> dict[str, datetime]:
        """Returns the same as `newest_published` of each site that has articles, in two questions
        unless there were imports or replays."""
        steps: list[Document] = [
            {"$match": {"site": {"$in": [*sites]}}},
            {"$sort": {"site": 1, "published_at": -1}},  # as the index: one key each
            {
                "$group": {
                    "_id": "$site",
                    "at": {"$first": "$published_at"},
                    "job": {"$first": "$job"},
                }
            },
        ]
        newest = [*self.database["articles"].aggregate(steps)]
        others = self._others({each["job"] for each in newest})
        found = {each["_id"]: each["at"] for each in newest if each["job"] not in others}
        for site in {each["_id"] for each in newest} - found.keys():
            if (moment := self.newest_published(site)) is not None:
                found[site] = moment
        return found

    def newest_published(self, site: str) -> datetime | None:
        """Returns when the newest article that a crawl of the site stored was published. An import
        or a replay says nothing about the lists of the site."""
        shown = {"published_at": 1, "job": 1}
        for most in LOOKED_AT:
            found = self.database["articles"].find({"site": site}, shown)
            newest = found.sort("published_at", -1).limit(most).to_list()
            if not newest:
                break
            others = self._others({each.get("job") for each in newest})
            of_crawls = (each for each in newest if each.get("job") not in others)
            if article := next(of_crawls, None):
                moment: datetime = article["published_at"]
                return moment
            if len(newest) < most:
                break
        return None

    def _others(self, jobs: set[str | None]) -> set[str]:
        """Returns those of these jobs that are no crawl of a site."""
        wanted = {"_id": {"$in": [*jobs]}, "kind": {"$in": OTHERS}}
        return {each["_id"] for each in self.database["jobs"].find(wanted, {"_id": 1})}

    def stored_by(self, job: str) -> int:
        """Returns how many articles bear the mark of a job."""
        return self.database["articles"].count_documents({"job": job}, maxTimeMS=LONGEST_COUNT_MS)
