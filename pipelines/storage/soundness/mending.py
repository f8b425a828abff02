"""What is done about faults. Each may be repeated, and loses nothing that analysts read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.storage.documents import Document, article_from_document
from pipelines.storage.memory.url_updates import stored_url
from pipelines.storage.memory.urls import UrlRepository
from pipelines.storage.news.stories import make_anew
from pipelines.storage.search.reindex import retrace
from pipelines.storage.soundness.check import Mend
from pipelines.timing import clock

Data = AsyncDatabase[Document]


def delete_from(collection: str) -> Mend:
    """Returns what deletes documents."""

    async def mend(database: Data, ids: Sequence[Any]) -> None:
        await database[collection].delete_many({"_id": {"$in": list(ids)}})

    return mend


def set_null(collection: str, name: str) -> Mend:
    """Returns what makes a field of documents null."""

    async def mend(database: Data, ids: Sequence[Any]) -> None:
        await database[collection].update_many({"_id": {"$in": list(ids)}}, {"$set": {name: None}})

    return mend


async def trace_anew(database: Data, ids: Sequence[Any]) -> None:
    """Makes anew what articles are found by, what they are like, and their stories."""
    await database["traces"].delete_many({"_id": {"$in": list(ids)}})
    shown = {"related": 0, "hot": 0}
    articles = await database["articles"].find({"_id": {"$in": list(ids)}}, shown).to_list()
    await retrace(database, articles)


async def drop_missing_names(database: Data, ids: Sequence[Any]) -> None:
    """Takes names out of `similar` and `contains` of articles that name nothing."""
    names = ("similar", "contains")
    shown = dict.fromkeys(names, 1)
    articles = await database["articles"].find({"_id": {"$in": list(ids)}}, shown).to_list()
    named = {each for article in articles for name in names for each in article.get(name) or ()}
    cursor = database["articles"].find({"_id": {"$in": sorted(named)}}, {"_id": 1})
    await _pull(database, articles, named - {each["_id"] for each in await cursor.to_list()})


async def _pull(database: Data, articles: Sequence[Document], missing: set[str]) -> None:
    updates = [
        UpdateOne(
            {"_id": article["_id"], name: article[name]},
            {"$set": {name: [each for each in article[name] if each not in missing]}},
        )
        for article in articles
        for name in ("similar", "contains")
        if set(article.get(name) or ()) & missing
    ]
    if updates:
        await database["articles"].bulk_write(updates, ordered=False)


async def tell_stories_anew(database: Data, ids: Sequence[Any]) -> None:
    """Puts stories together again, of the articles that are like their first one."""
    for id_ in ids:
        cursor = database["articles"].find({"story": id_}, {"_id": 1})
        members = [each["_id"] for each in await cursor.to_list()]
        await make_anew(database, id_, clock.now())
        await trace_anew(database, members)


async def drop_blocks(database: Data, ids: Sequence[Any]) -> None:
    """Removes blocks that are not whole, and makes the traces of their articles anew."""
    for block in ids:
        cursor = database["traces"].find({"block": block}, {"_id": 1})
        members = [each["_id"] for each in await cursor.to_list()]
        await database["blocks"].delete_one({"_id": block})
        await trace_anew(database, members)


async def know_urls(database: Data, ids: Sequence[Any]) -> None:
    """Notes the addresses of stored articles as known, so that no crawl takes them for new."""
    articles = await database["articles"].find({"_id": {"$in": list(ids)}}).to_list()
    now = clock.now()
    updates = [stored_url(article_from_document(each), now) for each in articles]
    await UrlRepository(database).update(updates, now)


async def close_sightings(database: Data, ids: Sequence[Any]) -> None:
    """Ends sightings at the time of the next one of the same article in the same list."""
    for sighting in await database["sightings"].find({"_id": {"$in": list(ids)}}).to_list():
        same = {name: sighting[name] for name in ("site", "source", "article")}
        later = await database["sightings"].find_one(
            {**same, "at": {"$gt": sighting["at"]}}, {"at": 1}, sort=[("at", 1)]
        )
        if later is not None:
            await database["sightings"].update_one(
                {"_id": sighting["_id"], "until": None}, {"$set": {"until": later["at"]}}
            )
