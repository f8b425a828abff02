"""Reads the articles that topics are applied to, writes their topics, and keeps the progress.

A pass walks a collection by `_id`. A batch is written first and noted afterwards: a run that is
killed repeats its last batch, which changes nothing more.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import attrs
from attrs import define, field
from pymongo import DeleteOne, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.config import Settings
from pipelines.items import Article
from pipelines.records import OFF_TOPIC
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import TaggingReplaced
from pipelines.storage.news.rejects import restored
from pipelines.storage.schema.reading import declared
from pipelines.storage.writing.writer import BatchWriter
from pipelines.text.query.fields import DOCUMENT_FIELDS

_WANTED = dict.fromkeys((*DOCUMENT_FIELDS, "topics", "fingerprint.content", "revision"), 1)


@define(kw_only=True)
class Tagging:
    """A run over everything. step, after: its present pass, and the last `_id` done in that."""

    id: str
    digest: str
    topics: list[str] | None
    started_at: datetime
    step: int = 0
    after: str | None = None
    counts: Counter[str] = field(factory=Counter)
    resumed: bool = False


@define(frozen=True)
class RejectedArticle:
    """An article as it was when it was rejected, and when that was."""

    article: Article
    rejected_at: datetime


class TaggingRepository:
    """Reads and writes for `pipelines.retagging`. Every method may be repeated."""

    def __init__(self, database: AsyncDatabase[Document], settings: Settings) -> None:
        self._database = database
        self._taggings = database["taggings"]
        self._settings = settings

    async def begin(self, digest: str, topics: Sequence[str] | None, now: datetime) -> Tagging:
        """Returns the interrupted run with exactly these topics, or a new one."""
        names = sorted(topics) if topics is not None else None
        cursor = self._taggings.find({"state": "running"}).sort("started_at", -1)
        waiting = await cursor.to_list()
        for found in waiting:
            if found["digest"] == digest and found["topics"] == names:
                return _tagging(found)
        if waiting:
            await self._taggings.update_many(
                {"_id": {"$in": [found["_id"] for found in waiting]}},
                {"$set": {"state": "replaced", "updated_at": now, "ended_at": now}},
            )
        tagging = Tagging(
            id=f"tagging-{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
            digest=digest,
            topics=names,
            started_at=now,
        )
        await self._taggings.insert_one(
            {
                **attrs.asdict(tagging, filter=lambda each, _value: each.name not in _NOT_KEPT),
                "_id": tagging.id,
                "state": "running",
                "updated_at": now,
            }
        )
        return tagging

    async def note(self, tagging: Tagging, now: datetime, *, done: bool = False) -> None:
        """Notes how far a run has come.

        Raises:
            TaggingReplaced: another run has begun, with other topics.
        """
        state: Document = {
            "step": tagging.step,
            "after": tagging.after,
            "counts": dict(tagging.counts),
            "updated_at": now,
        }
        if done:
            state |= {"state": "done", "ended_at": now}
        wanted = {"_id": tagging.id, "state": {"$ne": "replaced"}}
        result = await self._taggings.update_one(wanted, {"$set": state})
        if not result.matched_count:
            raise TaggingReplaced(
                f"{tagging.id} ends here: another run with other topics has begun meanwhile, and "
                "does the rest."
            )

    async def size(self) -> int:
        """Returns about how many articles there are, stored and rejected."""
        articles = await self._database["articles"].estimated_document_count()
        return articles + await self._database["rejects"].estimated_document_count()

    async def articles(
        self, after: str | None, since: datetime | None, size: int
    ) -> list[Document]:
        """Returns the next stored articles (stored since then), with what queries look at."""
        wanted = _after(after) | ({"stored_at": {"$gte": since}} if since else {})
        cursor = self._database["articles"].find(wanted, _WANTED)
        return await cursor.sort("_id", 1).limit(size).to_list()

    async def these(self, ids: Iterable[str]) -> list[Document]:
        """Returns some articles again."""
        cursor = self._database["articles"].find({"_id": {"$in": [*ids]}}, _WANTED)
        return await cursor.to_list()

    async def rejected(
        self, after: str | None, since: datetime | None, size: int
    ) -> list[RejectedArticle]:
        """Returns the next articles that matched no topic (since then)."""
        wanted: Document = {**_after(after), "reason": OFF_TOPIC}
        if since is not None:
            wanted["rejected_at"] = {"$gte": since}
        cursor = self._database["rejects"].find(declared("rejects", wanted))
        found = await cursor.sort("_id", 1).limit(size).to_list()
        return [
            RejectedArticle(article, document["rejected_at"])
            for document, article in restored(found)
        ]

    async def set_topics(self, changes: Sequence[tuple[Document, Sequence[Document]]]) -> bool:
        """Gives articles, as they were read, new topics.

        Returns False if another writer has changed some meanwhile; those keep what that writer gave
        them.
        """
        if not changes:
            return True
        operations = [
            UpdateOne(
                {
                    "_id": document["_id"],
                    "fingerprint.content": document["fingerprint"]["content"],
                    "revision": document["revision"],
                },
                {"$set": {"topics": topics}},
            )
            for document, topics in changes
        ]
        result = await self._database["articles"].bulk_write(operations, ordered=False)
        return result.matched_count == len(operations)

    async def bring_back(self, returned: Sequence[RejectedArticle], now: datetime) -> None:
        """Stores rejected articles, as of when they were read; `stored_at` is now."""
        writer = BatchWriter(self._database, self._settings)
        ordered = sorted(returned, key=attrgetter("rejected_at"))
        for rejected_at, group in groupby(ordered, key=attrgetter("rejected_at")):
            articles = [each.article for each in group]
            outcome = await writer.write(articles, rejected_at)
            ids = [id_ for id_, what in outcome.items.items() if what != "refused"]
            await self._database["articles"].update_many(
                {"_id": {"$in": ids}, "stored_at": rejected_at}, {"$set": {"stored_at": now}}
            )
            await self._database["rejects"].bulk_write(
                [DeleteOne({"_id": id_, "rejected_at": rejected_at}) for id_ in ids]
            )


_NOT_KEPT = ("id", "resumed")


def _after(id_: str | None) -> Document:
    return {} if id_ is None else {"_id": {"$gt": id_}}


def _tagging(document: Document) -> Tagging:
    names = [each.name for each in attrs.fields(Tagging) if each.name not in _NOT_KEPT]
    values = {name: document[name] for name in names}
    values["counts"] = Counter(values["counts"])
    return Tagging(id=document["_id"], resumed=True, **values)
