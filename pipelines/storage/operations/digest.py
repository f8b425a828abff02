"""What the last day brought, for the morning digest. Blocks."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from pymongo.database import Database

from pipelines.counting import counters
from pipelines.storage.documents import Document

TOP = 5
COUNTED = (counters.NEW, counters.REVISED, counters.GONE, counters.FAILED)


def counts_by_site(database: Database[Document], since: datetime) -> dict[str, dict[str, int]]:
    """Returns the counters of all crawls that ended since then, summed by site."""
    sites: dict[str, Counter[str]] = {}
    wanted = {"kind": "crawl", "ended_at": {"$gte": since}}
    for job in database["jobs"].find(wanted, {"site": 1, "counts": 1}):
        counts = job.get("counts") or {}
        total = sites.setdefault(job["site"], Counter())
        total.update({each.name: counts.get(each.name, 0) for each in COUNTED})
    return {site: dict(counts) for site, counts in sites.items()}


def top_stories(database: Database[Document], since: datetime) -> list[Document]:
    """Returns the stories with most copies, of those that got one since then: title, copies."""
    steps: list[Document] = [
        {"$match": {"updated_at": {"$gte": since}}},
        {"$project": {"title": {"$first": "$titles"}, "copies": {"$size": "$members"}}},
        {"$sort": {"copies": -1, "_id": 1}},
        {"$limit": TOP},
    ]
    return database["stories"].aggregate(steps).to_list()


def topic_counts(database: Database[Document], since: datetime) -> dict[str, int]:
    """Returns the number of articles stored since then by topic, the most frequent first."""
    steps: list[Document] = [
        {"$match": {"stored_at": {"$gte": since}}},
        {"$unwind": "$topics"},
        {"$group": {"_id": "$topics.topic", "number": {"$sum": 1}}},
        {"$sort": {"number": -1, "_id": 1}},
        {"$limit": TOP},
    ]
    return {each["_id"]: each["number"] for each in database["articles"].aggregate(steps)}
