"""Lists of long ago, in less room: an article's changes in a list on one day become one sighting of
that day, with its first, last and best rank."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo import DeleteMany, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from pipelines.storage.documents import Document

MARK: Final = {"_id": "rolled_up"}
"""Document in `meta` that says until when it has been done."""
DAY: Final = timedelta(days=1)
MOST_DAYS: Final = 60
"""Days that are done at once; the next call goes on."""
_AT_ONCE: Final = 200
_BEIJING: Final = timedelta(hours=8)


def roll_up(database: Database[Document], before: datetime) -> int:
    """Rolls up the sightings of whole days (Beijing) before a time; returns how many documents
    fewer there are. What still goes on stays as it is. May be cut off at any time."""
    gone = 0
    for day in _days(database, before):
        groups: list[Document] = []
        for group in database["sightings"].aggregate(_steps(day)):
            groups.append(group)
            if len(groups) == _AT_ONCE:
                gone += _write(database, groups)
                groups = []
        gone += _write(database, groups)
        database["meta"].update_one(MARK, {"$set": {"until": day + DAY}}, upsert=True)
    return gone


def _days(database: Database[Document], before: datetime) -> Iterator[datetime]:
    """Yields the beginnings of the days that are to be done, the earliest first."""
    mark = database["meta"].find_one(MARK)
    oldest = database["sightings"].find_one({}, {"at": 1}, sort=[("at", 1)])
    if oldest is None:
        return
    day = mark["until"] if mark else _beginning(oldest["at"])
    for _number in range(MOST_DAYS):
        if day + DAY > before:
            return
        yield day
        day += DAY


def _beginning(moment: datetime) -> datetime:
    """Returns when the day of Beijing began in which a moment lies."""
    there = moment + _BEIJING
    return there.replace(hour=0, minute=0, second=0, microsecond=0) - _BEIJING


def _steps(day: datetime) -> list[Document]:
    """Returns the aggregation that gives what each article did in each list on a day."""
    of_day = {"at": {"$gte": day, "$lt": day + DAY}, "until": {"$ne": None}, "day": None}
    last = {name: {"$last": f"${name}"} for name in ("until", "title", *_COUNTS)}
    place = {name: f"${name}" for name in ("site", "source", "article")}
    ranks = {
        "rank": {"$min": "$rank"},
        "first_rank": {"$first": "$rank"},
        "last_rank": {"$last": "$rank"},
    }
    group = {"_id": place, "ids": {"$push": "$_id"}, "changes": {"$sum": 1}, **last, **ranks}
    return [
        {"$match": of_day},
        {"$sort": {"at": 1}},
        {"$group": group},
        {"$match": {"changes": {"$gt": 1}}},
    ]


_COUNTS = ("comment_count", "read_count")


def _write(database: Database[Document], groups: list[Document]) -> int:
    """Puts one sighting in the place of several, all of these or none."""
    if not groups:
        return 0
    writes: list[UpdateOne | DeleteMany] = []
    for group in groups:
        first, *others = group["ids"]
        kept = {name: group[name] for name in ("until", "rank", "title", *_COUNTS)}
        day = {name: group[name] for name in ("first_rank", "last_rank", "changes")}
        writes.append(UpdateOne({"_id": first}, {"$set": {**kept, "day": day}}))
        writes.append(DeleteMany({"_id": {"$in": others}}))

    def work(session: ClientSession) -> Any:  # noqa: ANN401 - the driver hands it on
        return database["sightings"].bulk_write(writes, session=session)

    with database.client.start_session() as session:
        return int(session.with_transaction(work).deleted_count)
