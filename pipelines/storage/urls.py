"""The collection `urls`: what is known of each article URL, and when to look at it again.

A URL is written last, after its article: only what MongoDB has acknowledged counts as seen.
`next_check_at` alone says whether a URL is due: a time, or null for never.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import define
from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from pipelines.items import Article
from pipelines.storage.documents import Document, to_millisecond
from pipelines.storage.entries import Page, Reject
from pipelines.storage.faults import DUPLICATE_KEY, failed_operations

REVISITS = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
)
"""Ages of an article at which it is looked at again."""

ATTEMPTS = 5
"""Times in a row that a page may fail before nobody asks for it again."""

RETRY_AFTER = {
    "failed": timedelta(0),  # with the next run
    "unreadable": timedelta(days=1),
    "gone": timedelta(days=1),  # and still in a list: it may come back
}
_MOVED = "moved"


@define(frozen=True, kw_only=True)
class Mark:
    """What became of a URL. `next_check_at` None: never; not given for what has failed."""

    id: str
    site: str
    url: str
    state: str
    reason: str | None = None
    detail: str | None = None
    status: int | None = None
    job: str | None = None
    next_check_at: datetime | None = None


def next_visit(
    published_at: datetime | None, now: datetime, revisits: Sequence[timedelta] = REVISITS
) -> datetime | None:
    """When to look again at an article that has just been read; None when it is old enough."""
    start = min(published_at or now, now)
    return next((start + age for age in revisits if start + age > now), None)


def stored_mark(article: Article, now: datetime) -> Mark:
    """The URL of an article that is in MongoDB."""
    return Mark(
        id=article.id,
        site=article.site,
        url=article.url,
        state="stored",
        job=article.job,
        next_check_at=next_visit(article.published_at, now),
    )


def rejected_mark(reject: Reject) -> Mark:
    """The URL of an article that was turned away."""
    return Mark(
        id=reject.id,
        site=reject.site,
        url=reject.url,
        state="rejected",
        reason=reject.reason,
        detail=reject.detail,
        job=reject.job,
    )


def page_mark(page: Page) -> Mark:
    """The URL of a page that gave no article."""
    report = page.report
    return Mark(
        id=report.id,
        site=report.site,
        url=report.url,
        state=_MOVED if report.reason == _MOVED else report.state,
        reason=report.reason,
        detail=report.detail,
        status=report.status,
        job=page.job,
    )


class UrlRepository:
    """Reads and writes `urls`, always many at once."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._urls = database["urls"]
        self._articles = database["articles"]

    async def to_fetch(self, site: str, urls: Mapping[str, str], now: datetime) -> set[str]:
        """Ids of those to ask for now, of `urls` (URL by id): the unknown and the due.

        All were seen, which is noted with those known and with their articles. A run asks for
        each article once: what has failed in it is due again.
        """
        known: list[str] = []
        stored: list[str] = []
        due: set[str] = set()
        wanted = {"state": 1, "next_check_at": 1, "checked_at": 1}
        query = {"_id": {"$in": list(urls)}, "site": site}
        for document in await self._urls.find(query, wanted).to_list():
            known.append(document["_id"])
            if document["state"] == "stored":
                stored.append(document["_id"])
            if _is_due(document, now):
                due.add(document["_id"])
        seen = {"$max": {"last_seen_at": now}}
        if known:
            await self._urls.update_many({"_id": {"$in": known}}, seen)
        if stored:
            await self._articles.update_many({"_id": {"$in": stored}}, seen)
        return (urls.keys() - set(known)) | due

    async def looked_at(self, ids: Sequence[str], since: datetime) -> bool:
        """Whether any of these was asked for since then."""
        query = {"_id": {"$in": list(ids)}, "checked_at": {"$gte": since}}
        return await self._urls.find_one(query, {"_id": 1}) is not None

    async def mark(self, marks: Iterable[Mark], now: datetime) -> None:
        """Write what became of URLs, seen at `now`; the last one counts where an id repeats.

        Repeating it changes nothing, and an older report never replaces a newer one.

        Raises:
            PyMongoError: some may be written; repeat all with the same `now`.
        """
        now = to_millisecond(now)
        by_id = {mark.id: mark for mark in marks}
        failed = [mark.id for mark in by_id.values() if mark.state in RETRY_AFTER]
        before: dict[str, Document] = {}
        if failed:
            wanted = {"state": 1, "attempts": 1, "checked_at": 1, "next_check_at": 1}
            cursor = self._urls.find({"_id": {"$in": failed}}, wanted)
            before = {document["_id"]: document for document in await cursor.to_list()}
        operations = [_operation(mark, before.get(mark.id), now) for mark in by_id.values()]
        # An id is taken either by a newer report, which the filter leaves alone, or because
        # another writer has just added the same URL: then the second time finds it.
        for operation in await self._bulk(operations):
            await self._bulk([operation])

    async def _bulk(self, operations: list[UpdateOne]) -> list[UpdateOne]:
        """Write; gives those that found their id taken."""
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
    """A retry is due at once, also where a simulated clock starts anew with each run."""
    due_at, checked_at = document.get("next_check_at"), document.get("checked_at")
    return due_at is not None and due_at <= max(now, checked_at or now)


def _operation(mark: Mark, before: Document | None, now: datetime) -> UpdateOne:
    state: Document = {
        "site": mark.site,
        "url": mark.url,
        "state": mark.state,
        "reason": mark.reason,
        "detail": mark.detail,
        "status": mark.status,
        "attempts": 0,
        "checked_at": now,
        "next_check_at": mark.next_check_at,
        "job": mark.job,
    }
    if mark.state in RETRY_AFTER:
        state |= _after_failure(mark.state, before, now)
    return UpdateOne(
        {"_id": mark.id, "checked_at": {"$not": {"$gt": now}}},
        {
            "$set": state,
            "$setOnInsert": {"first_seen_at": now},
            "$max": {"last_seen_at": now},
        },
        upsert=True,
    )


def _after_failure(state: str, before: Document | None, now: datetime) -> Document:
    """Attempts and the next look. A stored article whose page fails once stays stored."""
    attempts = before["attempts"] if before else 0
    if before is None or before.get("checked_at") != now:
        attempts += 1
    after: Document = {"attempts": attempts, "next_check_at": None}
    if attempts < ATTEMPTS:
        after["next_check_at"] = now + RETRY_AFTER[state]
    if before is not None and before["state"] == "stored" and state != "gone":
        after["state"] = "stored"
    return after
