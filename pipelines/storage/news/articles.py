"""The collection `articles`: tells new, changed and unchanged articles apart, and writes them.

A batch is written in this order, each step for the whole batch:

1. one find tells new, same and differing articles apart by their content digest;
2. `revisions`: the earlier state of the changed ones, under the deterministic id "site:key@n";
3. `articles`: new ones are inserted; changed ones are replaced if nobody else has replaced them
   meanwhile (the update names the state it replaces); of the same ones only the times of looking
   are updated;
4. `traces`, then `likenesses` and `stories` (see there), which must see the articles of all
   writers;
5. `urls` (see `urls.py`), by the caller: only then does the URL count as seen.

Each step can be repeated: ids are deterministic, and updates only add or move forward. A process
that is killed between two steps leaves articles whose URLs do not count as seen; the next run, or
the replayed spool, repeats the same steps and ends in the same state.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Literal

import attrs
from attrs import define, field
from bson.raw_bson import RawBSONDocument
from pymongo import InsertOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from pipelines.items import Article, Fingerprint
from pipelines.storage.documents import Document, article_document, encode, to_millisecond
from pipelines.storage.exceptions import DatabaseUnavailable, DocumentRefused
from pipelines.storage.news.revisions import Change, ChangeKind, compare_states, write_changes
from pipelines.storage.news.stories import link_copies
from pipelines.storage.news.traces import find_by_earlier, without_traces, write_traces
from pipelines.storage.retries import DUPLICATE_KEY, failed_operations
from pipelines.storage.schema.reading import declared, undeclared
from pipelines.text.fingerprints import fingerprint

ArticleOutcome = Literal["new", "revised", "unchanged", "late", "refused"]
ROUNDS = 20
PAUSE_SECONDS = 0.02
STRANGE = (
    "its stored document was changed into another form: put that of a backup in its place, or "
    "delete it"
)
_STATE = {"fingerprint": 1, "revision": 1, "stored_at": 1, "job": 1, "gone_at": 1}


@define(kw_only=True)
class WriteOutcome:
    """What became of each article of a batch, by id.

    late: the state is older than the stored one (a spool replayed late) and is kept as a revision.
    refused: MongoDB would never take it; nothing was written. same_story: new and revised articles
    that have a copy. given_up: ids of pages that have failed for the last time.
    """

    items: dict[str, ArticleOutcome] = field(factory=dict)
    same_story: set[str] = field(factory=set)
    refused: dict[str, DocumentRefused] = field(factory=dict)
    given_up: set[str] = field(factory=set)

    def add(self, other: WriteOutcome) -> None:
        """Takes in the outcome of another part of the same batch."""
        self.items |= other.items
        self.same_story |= other.same_story
        self.refused |= other.refused
        self.given_up |= other.given_up

    def refuse(self, id_: str, refusal: DocumentRefused) -> None:
        self.items[id_] = "refused"
        self.refused[id_] = refusal


class ArticleRepository:
    """Writes articles; safe with any number of writers, and when killed at any moment."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._database = database
        self._articles = database["articles"]

    async def write(self, batch: Sequence[Article], now: datetime) -> WriteOutcome:
        """Writes a batch. now: when its articles were taken; the same when the batch is repeated.

        Raises:
            PyMongoError: part of it may be written; write the same batch again with the same
                `now`. What was written the first time then counts as it would have.
            DatabaseUnavailable: other processes keep changing the same articles.
        """
        now = to_millisecond(now)
        outcome = WriteOutcome()
        printed = [with_fingerprint(article) for article in batch]
        for articles in _without_repeats(printed):
            await self._settle(articles, now, outcome)
        await self.link(printed, now, outcome)
        return outcome

    async def link(self, articles: Sequence[Article], now: datetime, outcome: WriteOutcome) -> None:
        """Writes traces and finds copies of all that stands in `articles` now.

        That includes what stood there before: its writer may have been killed before this step.
        """
        present = {
            article.id: article
            for article in articles
            if outcome.items[article.id] not in ("refused", "late")
        }
        written = {id_ for id_ in present if outcome.items[id_] in ("new", "revised")}
        others = [present[id_] for id_ in present.keys() - written]
        untraced = [present[id_] for id_ in written]
        untraced += await without_traces(self._database, others)
        changed = [each for each in untraced if outcome.items[each.id] != "new"]
        await find_by_earlier(self._database, changed)
        await write_traces(self._database, untraced, now)
        linked = await link_copies(self._database, list(present.values()), now)
        outcome.same_story = written & linked

    async def mark_gone(self, ids: Iterable[str], now: datetime) -> None:
        """Notes since when the site no longer shows these; the last text stays."""
        wanted = {"_id": {"$in": list(ids)}, "gone_at": None, "checked_at": {"$lte": now}}
        await self._articles.update_many(
            declared("articles", wanted),
            {"$set": {"gone_at": now}, "$max": {"checked_at": now}},
        )

    async def touch(self, ids: Sequence[str], now: datetime) -> dict[str, datetime | None]:
        """Notes that these are still as they are stored; returns when they were published."""
        if not ids:
            return {}
        fields = {"published_at": 1, "gone_at": 1}
        wanted = declared("articles", {"_id": {"$in": list(ids)}})
        states = await self._articles.find(wanted, fields).to_list()
        await self._touch(states, now)
        return {state["_id"]: state["published_at"] for state in states}

    async def _settle(
        self, articles: dict[str, Article], now: datetime, outcome: WriteOutcome
    ) -> None:
        """Decides and writes; repeats that for articles that another writer has
        changed in between."""
        pending = articles
        for _round in range(ROUNDS):
            conflicts = await self._write_once(pending, now, outcome)
            if not conflicts:
                return
            for id_ in await self._strange(conflicts):
                outcome.refuse(id_, DocumentRefused("stored_otherwise", STRANGE))
                conflicts.discard(id_)
            if not conflicts:
                return
            pending = {id_: pending[id_] for id_ in conflicts}
            await asyncio.sleep(random.uniform(0, PAUSE_SECONDS))  # noqa: S311 only spreads them
        raise DatabaseUnavailable(
            f"{len(pending)} articles ({next(iter(pending))}, ...) were changed by other processes "
            f"{ROUNDS} times in a row: run fewer crawls of the same site at once."
        )

    async def _strange(self, ids: Iterable[str]) -> set[str]:
        """Those whose stored documents somebody has put into another form. They are refused, so
        that the rest of the batch is stored."""
        cursor = self._articles.find(
            undeclared("articles", {"_id": {"$in": list(ids)}}), {"_id": 1}
        )
        return {document["_id"] for document in await cursor.to_list()}

    async def _write_once(
        self, articles: dict[str, Article], now: datetime, outcome: WriteOutcome
    ) -> set[str]:
        """Does one round; returns the ids that another writer has written meanwhile."""
        cursor = self._articles.find(declared("articles", {"_id": {"$in": list(articles)}}), _STATE)
        states = {document["_id"]: document for document in await cursor.to_list()}
        fresh, same, differing = [], [], []
        for id_, article in articles.items():
            state = states.get(id_)
            if state is None:
                fresh.append(article)
            elif _has_digests(state, article.fingerprint):
                outcome.items[id_] = _outcome_of_same(state, article, now)
                same.append(state)
            else:
                differing.append(article)
        conflicts = await self._insert(fresh, now, outcome)
        conflicts |= await self._change(differing, now, outcome)
        await self._touch(same, now)
        return conflicts

    async def _insert(
        self, articles: Sequence[Article], now: datetime, outcome: WriteOutcome
    ) -> set[str]:
        operations: list[InsertOne[Any]] = []
        ids = []
        for article in articles:
            try:
                operations.append(InsertOne(RawBSONDocument(encode(new_document(article, now)))))
                ids.append(article.id)
            except DocumentRefused as refusal:
                outcome.refuse(article.id, refusal)
        if not operations:
            return set()
        outcome.items.update(dict.fromkeys(ids, "new"))
        conflicts = set()
        try:
            await self._articles.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            for index, code, message in failed_operations(error):
                if code == DUPLICATE_KEY:
                    conflicts.add(ids[index])
                else:
                    outcome.refuse(ids[index], DocumentRefused("not_valid", message))
        return conflicts

    async def _change(
        self, articles: Sequence[Article], now: datetime, outcome: WriteOutcome
    ) -> set[str]:
        """Writes articles whose digests differ from the stored ones."""
        if not articles:
            return set()
        by_id = {article.id: article for article in articles}
        cursor = self._articles.find({"_id": {"$in": list(by_id)}})
        changes = [compare_states(old, by_id[old["_id"]], now) for old in await cursor.to_list()]
        result = await write_changes(self._database, changes, now)
        for change in changes:
            outcome.items[change.id] = _outcome_of_change(change, now)
        for id_, refusal in result.refused.items():
            outcome.refuse(id_, refusal)
        await self._touch([change.old for change in changes if change.kind is ChangeKind.SAME], now)
        vanished = by_id.keys() - {change.id for change in changes}
        return result.overtaken | vanished

    async def _touch(self, states: Sequence[Document], now: datetime) -> None:
        """Updates the times of looking; what was gone has come back."""
        if not states:
            return
        seen = {"checked_at": now, "last_seen_at": now}
        await self._articles.update_many(
            {"_id": {"$in": [state["_id"] for state in states]}}, {"$max": seen}
        )
        back = [state["_id"] for state in states if state.get("gone_at")]
        if back:
            await self._articles.update_many(
                {"_id": {"$in": back}, "gone_at": {"$lt": now}}, {"$unset": {"gone_at": ""}}
            )


def with_fingerprint(article: Article) -> Article:
    """Returns the article with its digests."""
    if article.fingerprint is None:
        return attrs.evolve(article, fingerprint=fingerprint(article))
    return article


def _without_repeats(batch: Sequence[Article]) -> Iterator[dict[str, Article]]:
    """Yields the batch, in order, in parts that hold no article twice."""
    part: dict[str, Article] = {}
    for article in batch:
        if article.id in part:
            yield part
            part = {}
        part[article.id] = article
    if part:
        yield part


def new_document(article: Article, now: datetime) -> Document:
    """Returns the first state of an article, as of when it was read."""
    times = dict.fromkeys(("first_seen_at", "stored_at", "checked_at", "last_seen_at"), now)
    return {**article_document(article), **times, "revision": 1}


def _has_digests(state: Document, digests: Fingerprint | None) -> bool:
    stored = state["fingerprint"]
    return digests is not None and (
        (stored["content"], stored["version"]) == (digests.content, digests.version)
    )


def _outcome_of_same(state: Document, article: Article, now: datetime) -> ArticleOutcome:
    """Same content means unchanged, unless this very batch has written it and is now repeated."""
    if state["stored_at"] != now or state["job"] != article.job:
        return "unchanged"
    return "new" if state["revision"] == 1 else "revised"


def _outcome_of_change(change: Change, now: datetime) -> ArticleOutcome:
    match change.kind:
        case ChangeKind.SAME:
            return _outcome_of_same(change.old, change.article, now)
        case ChangeKind.LATE:
            return "late"
        case ChangeKind.CHANGED:
            return "revised"
