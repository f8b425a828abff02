"""What people ask about topics: articles one after the other, and counts over time. Blocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from pipelines.config import Settings
from pipelines.items import Article
from pipelines.records import OFF_TOPIC
from pipelines.storage.documents import Document
from pipelines.storage.news.rejects import restored
from pipelines.storage.queries import Filters, opened
from pipelines.storage.schema.reading import declared, sound
from pipelines.text.query.fields import DOCUMENT_FIELDS

Unit = Literal["day", "week", "month"]
BATCH = 500
_WANTED = dict.fromkeys((*DOCUMENT_FIELDS, "topics.topic", "published_at"), 1)


def _since(since: datetime | None) -> dict[str, Any]:
    return {"published_at": {"$gte": since}} if since is not None else {}


def stored_articles(
    settings: Settings,
    since: datetime | None = None,
    topic: str | None = None,
    *,
    until: datetime | None = None,
    limit: int = 0,
    hits: bool = False,
) -> Iterator[Document]:
    """Yields stored articles published since then, the newest first, with the fields that queries
    look at and their topics. until: not included. limit: so many at most; 0: all. hits: with the
    places that made them belong to their topics."""
    wanted = Filters(since=since, until=until, topic=topic).condition()
    with opened(settings) as database:
        shown = {**_WANTED, **({"topics.hits": 1} if hits else {})}
        found = database["articles"].find(wanted, shown, batch_size=BATCH)
        found = found.sort("published_at", -1).limit(limit)
        while batch := found.to_list(BATCH):
            yield from sound("articles", batch, shown)


def rejected_articles(settings: Settings, since: datetime | None = None) -> Iterator[Article]:
    """Yields articles published since then that matched no topic."""
    wanted = {"reason": OFF_TOPIC, **_since(since)}
    with opened(settings) as database:
        found = database["rejects"].find(declared("rejects", wanted), batch_size=BATCH)
        yield from (article for _document, article in restored(found))


def article_count(settings: Settings, since: datetime | None = None) -> int:
    """Returns how many articles `stored_articles` and `rejected_articles` will yield."""
    with opened(settings) as database:
        stored = database["articles"].count_documents(_since(since))
        return stored + database["rejects"].count_documents({"reason": OFF_TOPIC, **_since(since)})


def topic_counts(
    settings: Settings, topic: str, since: datetime, unit: Unit, zone: str
) -> dict[datetime, int]:
    """Returns the number of a topic's articles by the first moment of their day, week (Monday) or
    month.

    since: time of publication. zone: IANA name.
    """
    date: dict[str, Any] = {"date": "$published_at", "unit": unit, "timezone": zone}
    if unit == "week":
        date["startOfWeek"] = "monday"
    pipeline: list[dict[str, Any]] = [
        {"$match": {"topics.topic": topic, "published_at": {"$gte": since}}},
        {"$group": {"_id": {"$dateTrunc": date}, "articles": {"$sum": 1}}},
    ]
    with opened(settings) as database:
        found = database["articles"].aggregate(pipeline)
        return {each["_id"]: each["articles"] for each in found}


def running_jobs(settings: Settings) -> int:
    """Returns the number of jobs that run now, with the topics that were in force when
    they began."""
    with opened(settings) as database:
        return database["jobs"].count_documents({"state": "running"})


def newest_tagging(settings: Settings, *, done: str | None = None) -> Document | None:
    """Returns the latest run that applied topics, whatever became of it. done: the latest one that
    came to its end with topics of this digest, all of them."""
    wanted = {} if done is None else {"state": "done", "digest": done, "topics": None}
    with opened(settings) as database:
        return database["taggings"].find_one(wanted, sort=[("started_at", -1)])
