"""What people ask of the store. All calls block.

Each opens a client, asks and closes it, unless one is kept open (`server/kept.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

from attrs import define
from bson import ObjectId
from pymongo.database import Database
from pymongo.errors import PyMongoError

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.retries import retry
from pipelines.storage.schema.reading import declared, sound
from pipelines.storage.server import client
from pipelines.storage.server.kept import kept_client

MOST_COPIES = 50
PAGE = 500
"""Articles that are read at once: some megabytes."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_EVER = datetime(1, 1, 1, tzinfo=UTC)
_NEWEST_FIRST = [("published_at", -1), ("_id", 1)]
_HEAVY = ("body", "related", "hot", "images", "topics.hits")


@define(frozen=True, kw_only=True)
class Position:
    """An article's place among all, the newest first: when it was published, and its id."""

    at: datetime
    id: str


@define(frozen=True, kw_only=True)
class Filters:
    """Which articles are wanted. since: included. until: not included. edited: those that the site
    has changed. gone: those that it shows no more."""

    since: datetime | None = None
    until: datetime | None = None
    site: str | None = None
    topic: str | None = None
    story: str | None = None
    source: str | None = None
    section: str | None = None
    edited: bool = False
    gone: bool = False

    @property
    def span(self) -> dict[str, datetime]:
        """The time of publication as a condition for MongoDB; empty if any time will do."""
        span = {"$gte": self.since, "$lt": self.until}
        return {name: moment for name, moment in span.items() if moment is not None}

    def condition(self, after: Position | None = None) -> Document:
        """The filter for MongoDB. after: only what comes later in the order of positions."""
        equal = {
            "site": self.site,
            "topics.topic": self.topic,
            "story": self.story,
            "source.name": self.source,
            "section": self.section,
        }
        wanted: Document = {name: value for name, value in equal.items() if value is not None}
        if self.edited:
            # its index stands by time, and counts only where a time is asked for
            wanted |= {"edits": {"$gt": 0}, "published_at": {"$gt": _EVER}}
        if self.gone:
            wanted["gone_at"] = {"$gt": _LONG_AGO}  # a date, so a sparse index serves
        if span := self.span:
            wanted["published_at"] = span
        if after is not None:
            same = {"published_at": after.at, "_id": {"$gt": after.id}}
            wanted["$or"] = [{"published_at": {"$lt": after.at}}, same]
        return wanted


Page = list[tuple[Position, Document]]
Read = Callable[[Database[Document], Position | None], Iterator[Page]]
"""Reads pages that come after a position, in its order."""
EVERYTHING = Filters()


@contextmanager
def opened(settings: Settings) -> Iterator[Database[Document]]:
    """Gives the database for the length of the block; explains errors of the connection.

    Raises:
        StorageError: MongoDB cannot be started, does not answer or refuses.
    """
    if kept := kept_client(settings):
        with kept.database(settings) as database:
            yield database
        return
    with client.connect(settings) as connection, client.explained(settings):
        yield client.database(connection, settings)


def newest_articles(
    settings: Settings,
    filters: Filters = EVERYTHING,
    *,
    after: Position | None = None,
    limit: int = 20,
    whole: bool = False,
) -> list[Document]:
    """Returns the articles published last. whole: with body, lists and hits."""
    shown = None if whole else dict.fromkeys(_HEAVY, 0)
    with opened(settings) as database:
        found = database["articles"].find(declared("articles", filters.condition(after)), shown)
        return found.sort(_NEWEST_FIRST).limit(limit).to_list()


def count_articles(settings: Settings, filters: Filters, after: Position | None = None) -> int:
    """Returns how many articles there are."""
    with opened(settings) as database:
        return database["articles"].count_documents(filters.condition(after))


def all_articles(filters: Filters) -> Read:
    """Reads whole articles, all of them."""

    def read(database: Database[Document], after: Position | None) -> Iterator[Page]:
        while True:
            found = database["articles"].find(filters.condition(after), batch_size=PAGE)
            documents = found.sort(_NEWEST_FIRST).limit(PAGE).to_list()
            page = [(_position(each), each) for each in sound("articles", documents)]
            if page:
                yield page
            dated = [each for each in documents if isinstance(each.get("published_at"), datetime)]
            if len(documents) < PAGE or not dated:
                return
            after = _position(dated[-1])

    return read


def _position(document: Document) -> Position:
    return Position(at=document["published_at"], id=document["_id"])


def pages(settings: Settings, read: Read, after: Position | None = None) -> Iterator[Page]:
    """Yields what `read` reads, and reads the next page meanwhile. If MongoDB went away it goes on
    where it was, by the one policy of retries.

    Raises:
        StorageError: MongoDB stays away, or refuses.
    """
    source: Iterator[Page] | None = None

    def following() -> Page | None:
        nonlocal source
        if source is None:
            source = read(database, after)
        try:
            return next(source, None)
        except PyMongoError:
            source = None  # a generator that has failed is at its end
            raise

    with opened(settings) as database, ThreadPoolExecutor(1) as thread:
        revive = client.reviver(settings)
        coming = thread.submit(retry, following, revive)
        while page := coming.result():
            after = page[-1][0]
            coming = thread.submit(retry, following, revive)
            yield page


def stored_documents(
    settings: Settings,
    collection: str,
    *,
    time: str,
    since: datetime | None = None,
    until: datetime | None = None,
    **equal: str | None,
) -> Iterator[list[Document]]:
    """Yields the documents of a collection in pages, by `_id`. time: the field that since and until
    are about. equal: values that other fields have, or hold; None: any.

    Raises:
        StorageError: MongoDB is away.
    """
    wanted: Document = {name: {"$eq": value} for name, value in equal.items() if value is not None}
    if span := Filters(since=since, until=until).span:
        wanted[time] = span
    with opened(settings) as database:
        found = database[collection].find(wanted, batch_size=PAGE).sort("_id", 1)
        while page := found.to_list(PAGE):
            yield sound(collection, page)


def title_changes(settings: Settings, filters: Filters, limit: int) -> list[Document]:
    """Returns the last changes of headlines by their sites: the revision, with `after`, the
    headline that took the place of its own. since and until are about the change."""
    wanted: Document = {"changed": "title", "re_extracted_at": None}
    for name, value in filters.condition().items():
        wanted["replaced_at" if name == "published_at" else f"document.{name}"] = value
    with opened(settings) as database:
        revisions = database["revisions"].find(declared("revisions", wanted))
        found = revisions.sort("replaced_at", -1).limit(limit).to_list()
        for each in found:
            following = {"article": each["article"], "revision": each["revision"] + 1}
            later = database["revisions"].find_one(following, {"document.title": 1})
            if later is None:
                article = database["articles"].find_one({"_id": each["article"]}, {"title": 1})
                later = {"document": article or {"title": ""}}
            each["after"] = later["document"]["title"]
        return found


def silent_lists(settings: Settings, site: str | None) -> list[Document]:
    """Returns the lists of a site, or of all, in which nothing new has appeared for too long."""
    wanted: Document = {"flags": {"$in": ["stale", "empty"]}}
    if site is not None:
        wanted["site"] = site
    with opened(settings) as database:
        return database["sources"].find(declared("sources", wanted)).sort("_id", 1).to_list()


def find_article(settings: Settings, name: str) -> Document | None:
    """Returns the article with this id (site:key) or address."""
    with opened(settings) as database:
        return _named(database, name)


def _named(database: Database[Document], name: str) -> Document | None:
    articles = database["articles"]
    found = articles.find_one(declared("articles", {"_id": name}))
    return found or articles.find_one(declared("articles", {"url": name}))


def find_evidence(settings: Settings, name: str) -> Document | None:
    """Returns the latest evidence for this id (site:key), without the page itself."""
    without = {"body": 0, "screenshot": 0}
    with opened(settings) as database:
        wanted = declared("evidence", {"article": name})
        return database["evidence"].find_one(wanted, without, sort=[("captured_at", -1)])


def kept_evidence(settings: Settings, id_: str) -> Document | None:
    """Returns a page that was kept as evidence, by its `_id`, with the page itself."""
    if not ObjectId.is_valid(id_):
        return None
    with opened(settings) as database:
        return database["evidence"].find_one(declared("evidence", {"_id": ObjectId(id_)}))


def newest_evidence(settings: Settings, site: str, limit: int) -> list[Document]:
    """Returns the latest pages of a site that could not be read, with the pages themselves."""
    wanted = {"site": site, "state": "unreadable"}
    with opened(settings) as database:
        found = database["evidence"].find(declared("evidence", wanted), {"screenshot": 0})
        return found.sort("captured_at", -1).limit(limit).to_list()


def same_story(settings: Settings, article: Document) -> list[Document]:
    """Returns id and title of the other articles of an article's story, oldest first."""
    if not article.get("story"):
        return []
    wanted = {"story": article["story"], "_id": {"$ne": article["_id"]}}
    with opened(settings) as database:
        found = database["articles"].find(declared("articles", wanted), {"title": 1, "site": 1})
        return found.sort("published_at", 1).limit(MOST_COPIES).to_list()


def copies_of(settings: Settings, article: Document) -> list[Document]:
    """Returns all articles of an article's story, itself included, the oldest first."""
    if not article.get("story"):
        return []
    shown = {"title": 1, "site": 1, "source.name": 1, "published_at": 1, "gone_at": 1}
    with opened(settings) as database:
        wanted = declared("articles", {"story": article["story"]})
        found = database["articles"].find(wanted, shown)
        return found.sort([("published_at", 1), ("_id", 1)]).limit(MOST_COPIES).to_list()


def sightings_of(settings: Settings, id_: str, limit: int) -> list[Document]:
    """Returns how the lists showed an article last, the oldest first."""
    with opened(settings) as database:
        found = database["sightings"].find(declared("sightings", {"article": id_}))
        return found.sort("at", -1).limit(limit).to_list()[::-1]


def sightings_from(
    settings: Settings, id_: str, after: Position | None, limit: int
) -> list[Document]:
    """Returns how the lists showed an article, the oldest first, behind a place."""
    wanted: Document = {"article": id_}
    if after is not None:
        later = {"at": {"$gt": after.at}}
        wanted["$or"] = [later, {"at": after.at, "_id": {"$gt": after.id}}]
    with opened(settings) as database:
        found = database["sightings"].find(declared("sightings", wanted))
        return found.sort([("at", 1), ("_id", 1)]).limit(limit).to_list()


def article_history(
    settings: Settings, name: str, *, since: int = 0, most: int = 0
) -> tuple[Document | None, list[Document]]:
    """Returns an article, found by its id or address, and its earlier states in order. since: the
    number of the first of them. most: so many at most; 0: all."""
    with opened(settings) as database:
        found = _named(database, name)
        if found is None:
            return None, []
        wanted = declared("revisions", {"article": found["_id"], "revision": {"$gte": since}})
        earlier = database["revisions"].find(wanted).sort("revision", 1)
        return found, earlier.limit(most).to_list()


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
