"""The collection `sightings`: where articles stood in lists, and their counts, over time.

Each change is one document, true from `at` until `until`: a list that does not change adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pymongo import InsertOne, UpdateMany
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from pipelines.items import Article, Sighting, Sightings
from pipelines.storage.documents import Document, scrubbed, to_millisecond
from pipelines.storage.retries import DUPLICATE_KEY, failed_operations

OWN_PAGE = "page"
"""The name of the source for counts on an article's own page."""
NOTABLE_PERCENT = 10
"""A count that has changed by less is not written."""
LONGEST_TITLE = 500


def counts_of(articles: Sequence[Article], at: datetime) -> list[Sightings]:
    """Returns the comment counts of articles' own pages, one reading for each site."""
    by_site: dict[str, Sightings] = {}
    for article in articles:
        if article.comment_count is not None:
            reading = by_site.setdefault(
                article.site,
                Sightings(site=article.site, source=OWN_PAGE, at=at, seen=[], job=article.job),
            )
            reading.seen.append(Sighting(article=article.id, comment_count=article.comment_count))
    return list(by_site.values())


class SightingRepository:
    """Writes `sightings`."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._sightings = database["sightings"]

    async def write(self, readings: Sequence[Sightings]) -> None:
        """Writes what readings of lists have changed, in their order.

        Repeating it changes nothing. A reading that is older than the stored state changes nothing
        either.

        Raises:
            PyMongoError: some may be written; repeat all.
        """
        for reading in readings:
            if reading.seen or reading.ranked:
                await self._write(reading)

    async def _write(self, reading: Sightings) -> None:
        at = to_millisecond(reading.at)
        current = await self._current(reading)
        if reading.ranked and any(each["at"] > at for each in current.values()):
            return
        closed: list[str] = []
        operations: list[InsertOne[Document] | UpdateMany] = []
        seen = {each.article: each for each in reversed(reading.seen)}
        for sighting in seen.values():
            before = current.get(sighting.article)
            if before is not None and (before["at"] >= at or not _differs(before, sighting)):
                continue
            operations.append(InsertOne(_document(reading, sighting, at)))
            if before is not None:
                closed.append(before["_id"])
        if reading.ranked:
            closed += [each["_id"] for id_, each in current.items() if id_ not in seen]
        if closed:
            is_old = {"_id": {"$in": closed}, "until": None}
            operations.append(UpdateMany(is_old, {"$set": {"until": at}}))
        if not operations:
            return
        try:
            await self._sightings.bulk_write(operations, ordered=False)
        except BulkWriteError as error:  # the same reading was written before
            if any(code != DUPLICATE_KEY for _index, code, _message in failed_operations(error)):
                raise

    async def _current(self, reading: Sightings) -> dict[str, Document]:
        """Returns the present state of the list, by article; closes an older one that a killed
        writer has left open."""
        query: Document = {"site": reading.site, "source": reading.source, "until": None}
        if not reading.ranked:
            query["article"] = {"$in": [each.article for each in reading.seen]}
        current: dict[str, Document] = {}
        for document in await self._sightings.find(query).sort("at", 1).to_list():
            before = current.get(document["article"])
            if before is not None:
                await self._sightings.update_one(
                    {"_id": before["_id"]}, {"$set": {"until": document["at"]}}
                )
            current[document["article"]] = document
        return current


def _differs(before: Document, now: Sighting) -> bool:
    return before["rank"] != now.rank or any(
        _moved(before[name], getattr(now, name)) for name in ("comment_count", "read_count")
    )


def _moved(before: int | None, now: int | None) -> bool:
    """Returns whether a count has changed enough to be written; a missing count says nothing."""
    if now is None or before is None:
        return now is not None
    return now != before and abs(now - before) * 100 >= before * NOTABLE_PERCENT


def _document(reading: Sightings, sighting: Sighting, at: datetime) -> Document:
    title = scrubbed(sighting.title[:LONGEST_TITLE]) if sighting.title else None
    return {
        "_id": f"{reading.source} {sighting.article} {at:%Y-%m-%dT%H:%M:%S.%f}",
        "article": sighting.article,
        "site": reading.site,
        "source": reading.source,
        "at": at,
        "until": None,
        "rank": sighting.rank,
        "title": title,
        "comment_count": sighting.comment_count,
        "read_count": sighting.read_count,
        "job": reading.job,
    }
