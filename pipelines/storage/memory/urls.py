"""The collection `urls`: what is known of each article URL, and when to look at it again.

A URL is written last, after its article: only what MongoDB has acknowledged counts as seen.
`next_check_at` alone says whether a URL is due: a time, or null for never.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import attrs
from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from pipelines.items import Validators
from pipelines.records import DueArticle, UrlLookup
from pipelines.storage.documents import Document, to_millisecond
from pipelines.storage.memory.url_updates import UrlUpdate
from pipelines.storage.retries import DUPLICATE_KEY, failed_operations
from pipelines.storage.schema.reading import declared

RETRIES: dict[str, tuple[timedelta, ...]] = {
    "failed": (
        timedelta(0),  # with the next run
        *(timedelta(minutes=minutes) for minutes in (10, 30)),
        *(timedelta(hours=hours) for hours in (1, 2, 4, 8, 12)),
    ),
    "unreadable": (timedelta(hours=20),),
    "gone": (timedelta(hours=20), timedelta(days=3, hours=-4)),  # it may come back
}
"""Time from the first, second, ... failure in a row to the next attempt; the last one repeats.

The times are some hours shorter than whole days, so that a nightly run finds the URL due even if it
begins a little earlier.
"""
GIVE_UP_AFTER = timedelta(days=7)
ATTEMPTS = 5
"""A page is given up after at least so many failures, over at least `GIVE_UP_AFTER`."""
_HAD = {"stored", "gone"}
"""States of articles that are, or may be, stored."""
SEEN_AGAIN = timedelta(hours=1)
"""A URL that stands in lists is noted as seen at most once in so long."""


class UrlRepository:
    """Reads and writes `urls`, always many at once."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._urls = database["urls"]
        self._articles = database["articles"]

    async def look_up(self, site: str, urls: Mapping[str, str], now: datetime) -> UrlLookup:
        """Returns which of `urls` (URL by id) are unknown, and which of the others are due.

        Notes that all of them were seen, with the URLs and with their articles. A failed URL is due
        again in the next run; a run itself asks for each article once. A text that was stored
        belongs to its address: that one is asked again, whatever address is shown now.
        """
        found = UrlLookup(new=set(urls))
        seen: list[str] = []
        stored: list[str] = []
        gone: list[str] = []
        fields = ("state", "url", "next_check_at", "checked_at", "given_up_at", "last_seen_at")
        query = {"_id": {"$in": list(urls)}, "site": site}
        cursor = self._urls.find(declared("urls", query), dict.fromkeys((*fields, "validators"), 1))
        for document in await cursor.to_list():
            id_ = document["_id"]
            found.new.discard(id_)
            if _is_due(document, now):
                url = document["url"] if document["state"] in _HAD else urls[id_]
                found.due[id_] = DueArticle(id=id_, url=url, validators=_validators(document))
                gone += [id_] if document["state"] == "gone" and url != urls[id_] else []
            elif document.get("given_up_at"):
                found.given_up.add(id_)
            if now - document["last_seen_at"] >= SEEN_AGAIN:
                seen.append(id_)
                if document["state"] == "stored":
                    stored.append(id_)
        await self._leave_addresses_never_read(found, gone, urls)
        moved_on = {"$max": {"last_seen_at": now}}
        if seen:
            await self._urls.update_many({"_id": {"$in": seen}}, moved_on)
        if stored:
            await self._articles.update_many({"_id": {"$in": stored}}, moved_on)
        return found

    async def _leave_addresses_never_read(
        self, found: UrlLookup, gone: Sequence[str], urls: Mapping[str, str]
    ) -> None:
        """Lets articles that are gone from where they were never read be asked for where a list
        shows them now."""
        if gone:
            wanted = {"_id": {"$in": [*gone]}}
            read = {each["_id"] async for each in self._articles.find(wanted, {"_id": 1})}
            for id_ in {*gone} - read:
                found.due[id_] = DueArticle(id=id_, url=urls[id_])

    async def due(self, site: str, now: datetime, limit: int) -> list[DueArticle]:
        """Returns up to `limit` due URLs of a site, whether a list still shows them or not.

        Failed ones come first, the longest waiting first; then stored articles, the latest due
        first. So if there are too many, those least likely to have changed are left out.
        """
        if limit <= 0:
            return []
        due = {"site": site, "next_check_at": {"$lte": now}}
        failing = {**due, "attempts": {"$gt": 0}}
        fields = {"url": 1, "state": 1, "validators": 1}
        found = await (
            self._urls.find(declared("urls", failing), fields)
            .sort("next_check_at", 1)
            .limit(limit)
            .to_list()
        )
        if len(found) < limit:
            rest = self._urls.find(declared("urls", {**due, "attempts": 0}), fields).sort(
                "next_check_at", -1
            )
            found += await rest.limit(limit - len(found)).to_list()
        return [
            DueArticle(id=document["_id"], url=document["url"], validators=_validators(document))
            for document in found
        ]

    async def looked_at(self, ids: Sequence[str], since: datetime) -> bool:
        """Returns whether any of these was fetched since then."""
        query = {"_id": {"$in": list(ids)}, "checked_at": {"$gte": since}}
        return await self._urls.find_one(query, {"_id": 1}) is not None

    async def update(self, updates: Iterable[UrlUpdate], now: datetime) -> set[str]:
        """Writes what became of URLs, seen at `now`; returns the ids of those that are given up.

        The last update counts where an id repeats. Repeating the call changes nothing, and an older
        update never replaces a newer one.

        Raises:
            PyMongoError: some may be written; repeat all with the same `now`.
        """
        now = to_millisecond(now)
        by_id = {update.id: update for update in updates}
        failed = [update.id for update in by_id.values() if update.state in RETRIES]
        before: dict[str, Document] = {}
        if failed:
            fields = ("state", "attempts", "checked_at", "failing_since")
            cursor = self._urls.find({"_id": {"$in": failed}}, dict.fromkeys(fields, 1))
            before = {document["_id"]: document for document in await cursor.to_list()}
        times = {id_: update.visited or (now, now) for id_, update in by_id.items()}
        states = {
            id_: _state(update, before.get(id_), times[id_][1]) for id_, update in by_id.items()
        }
        # The id is taken if a newer update is stored, which stays, or if another writer has just
        # added the same URL: then the second attempt finds and updates it.
        for operation in await self._bulk(
            [_operation(id_, state, *times[id_]) for id_, state in states.items()]
        ):
            await self._bulk([operation])
        return {id_ for id_, state in states.items() if state["given_up_at"]}

    async def come_right(self, updates: Iterable[UrlUpdate], now: datetime) -> None:
        """Notes that pages which gave no article, or one of no topic, are stored after all; when
        they were last fetched stays as it is."""
        operations = []
        for update in updates:
            state = _state(update, None, (update.visited or (now, now))[1])
            del state["checked_at"]
            wanted = {"_id": update.id, "state": {"$in": ["unreadable", "rejected"]}}
            operations.append(UpdateOne(wanted, {"$set": state}))
        await self._bulk(operations)

    async def _bulk(self, operations: list[UpdateOne]) -> list[UpdateOne]:
        """Writes; returns the operations whose id was already taken."""
        if not operations:
            return []
        try:
            await self._urls.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            failed = failed_operations(error)
            if any(code != DUPLICATE_KEY for _index, code, _message in failed):
                raise
            return [operations[index] for index, _code, _message in failed]
        return []


def _is_due(document: Document, now: datetime) -> bool:
    """A retry is also due where a simulated clock, which starts anew with each run,
    says earlier."""
    due_at, checked_at = document.get("next_check_at"), document.get("checked_at")
    return due_at is not None and due_at <= max(now, checked_at or now)


def _validators(document: Document) -> Validators | None:
    """Returns validators only of a stored text: nothing else can be unchanged."""
    found = document.get("validators")
    return Validators(**found) if found and document["state"] == "stored" else None


def _operation(id_: str, state: Document, first: datetime, now: datetime) -> UpdateOne:
    return UpdateOne(
        {"_id": id_, "checked_at": {"$not": {"$gt": now}}},
        {
            "$set": state,
            "$setOnInsert": {"first_seen_at": first},
            "$max": {"last_seen_at": now},
        },
        upsert=True,
    )


def _state(update: UrlUpdate, before: Document | None, now: datetime) -> Document:
    state: Document = {
        "site": update.site,
        "url": update.url,
        "state": update.state,
        "reason": update.reason,
        "detail": update.detail,
        "status": update.status,
        "attempts": 0,
        "failing_since": None,
        "given_up_at": None,
        "checked_at": now,
        "next_check_at": update.next_check_at,
        "job": update.job,
    }
    if update.state in RETRIES:
        state |= _after_failure(update, before, now)
    elif not update.same:
        state["validators"] = attrs.asdict(update.validators) if update.validators else None
    return state


def _after_failure(update: UrlUpdate, before: Document | None, now: datetime) -> Document:
    """Returns attempts and the time of the next. A stored article whose page fails stays stored."""
    attempts = before["attempts"] if before else 0
    if before is None or before.get("checked_at") != now:
        attempts += 1
    since = (before or {}).get("failing_since") or now
    over = attempts >= ATTEMPTS and now - since >= GIVE_UP_AFTER
    distances = RETRIES[update.state]
    after: Document = {"attempts": attempts, "failing_since": since}
    if update.retry and not over:
        after["next_check_at"] = now + distances[min(attempts, len(distances)) - 1]
    elif update.retry and update.state != "gone":
        after["given_up_at"] = now
    if before is not None and before["state"] == "stored" and update.state != "gone":
        after["state"] = "stored"
    return after
