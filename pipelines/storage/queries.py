"""What people ask of the store. Each call opens a client, asks and closes it; all of them block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.server import client

MOST_COPIES = 50


@contextmanager
def opened(settings: Settings) -> Iterator[Database[Document]]:
    """Gives the database for the length of the block; explains errors of the connection.

    Raises:
        StorageError: MongoDB cannot be started, does not answer or refuses.
    """
    with client.connect(settings) as connection, client.explained(settings):
        yield client.database(connection, settings)


def newest_articles(
    settings: Settings,
    *,
    site: str | None = None,
    topic: str | None = None,
    since: datetime | None = None,
    limit: int = 20,
    whole: bool = False,
) -> list[Document]:
    """Returns the articles published last. whole: with body, lists and hits."""
    wanted: dict[str, Any] = {}
    if site is not None:
        wanted["site"] = site
    if topic is not None:
        wanted["topics.topic"] = topic
    if since is not None:
        wanted["published_at"] = {"$gte": since}
    without = dict.fromkeys(("body", "related", "hot", "images", "topics.hits"), 0)
    with opened(settings) as database:
        found = database["articles"].find(wanted, None if whole else without)
        return found.sort([("published_at", -1), ("_id", 1)]).limit(limit).to_list()


def find_article(settings: Settings, name: str) -> Document | None:
    """Returns the article with this id (site:key) or address."""
    with opened(settings) as database:
        articles = database["articles"]
        return articles.find_one({"_id": name}) or articles.find_one({"url": name})


def find_evidence(settings: Settings, name: str) -> Document | None:
    """Returns the latest evidence for this id (site:key), without the page itself."""
    without = {"body": 0, "screenshot": 0}
    with opened(settings) as database:
        return database["evidence"].find_one({"article": name}, without, sort=[("captured_at", -1)])


def same_story(settings: Settings, article: Document) -> list[Document]:
    """Returns id and title of the other articles of an article's story, oldest first."""
    if not article.get("story"):
        return []
    wanted = {"story": article["story"], "_id": {"$ne": article["_id"]}}
    with opened(settings) as database:
        found = database["articles"].find(wanted, {"title": 1, "site": 1})
        return found.sort("published_at", 1).limit(MOST_COPIES).to_list()


def article_history(settings: Settings, name: str) -> tuple[Document | None, list[Document]]:
    """Returns an article, found by its id or address, and its earlier states in order."""
    with opened(settings) as database:
        articles = database["articles"]
        found = articles.find_one({"_id": name}) or articles.find_one({"url": name})
        if found is None:
            return None, []
        earlier = database["revisions"].find({"article": found["_id"]})
        return found, earlier.sort("revision", 1).to_list()


def hot_lists(settings: Settings, site: str, at: datetime | None = None) -> list[Document]:
    """Returns what a site's hot lists show now, or showed at a time, by list and rank."""
    wanted: dict[str, Any] = {"site": site, "rank": {"$ne": None}, "until": None}
    if at is not None:
        wanted["at"] = {"$lte": at}
        wanted["until"] = {"$not": {"$lte": at}}
    with opened(settings) as database:
        found = database["sightings"].find(wanted)
        return found.sort([("source", 1), ("rank", 1)]).to_list()


def counts(settings: Settings) -> dict[str, int]:
    """Returns the number of documents of each collection."""
    with opened(settings) as database:
        names = sorted(database.list_collection_names(filter={"type": "collection"}))
        return {name: database[name].estimated_document_count() for name in names}


def has_nights(settings: Settings) -> bool:
    """Tells whether a site was ever asked for this database, or a service planned in it."""
    with opened(settings) as database:
        return any(
            database[name].find_one({}, {"_id": 1}) for name in ("hosts", "slots", "schedules")
        )


def drop_database(settings: Settings) -> None:
    """Removes the whole database of these settings."""
    with opened(settings) as database:
        database.client.drop_database(database.name)
