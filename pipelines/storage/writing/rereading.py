"""Writes articles that were read anew out of the archive: `pipelines.rereading` decides what.

What is stored gets a new state that says so: `re_extracted_at`, there and at the revision.
`stored_at`, `checked_at` and the rest say as before when the site was asked, and `urls` stays as it
is. What is not stored is built up from all its visits, with their times. The order of writes is
that of `articles.py`, and every step may be repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs
from attrs import define, field
from bson.raw_bson import RawBSONDocument
from pymongo import InsertOne, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from pipelines.config import Settings
from pipelines.items import Article
from pipelines.storage.documents import (
    ARTICLE_FIELDS,
    Document,
    article_document,
    article_from_document,
    encode,
    to_millisecond,
)
from pipelines.storage.entries import pack_reject
from pipelines.storage.exceptions import DocumentRefused
from pipelines.storage.memory.url_updates import rejected_url, stored_url
from pipelines.storage.memory.urls import UrlRepository
from pipelines.storage.news.articles import ArticleRepository, WriteOutcome, new_document
from pipelines.storage.news.rejects import RejectRepository
from pipelines.storage.news.revisions import ChangeKind, compare_states, revision_document
from pipelines.storage.retries import DUPLICATE_KEY, failed_operations

Visit = tuple[Article, datetime]
"""An article as it was read, and when its page was fetched."""
_Write = InsertOne[Any] | UpdateOne


@define(frozen=True, kw_only=True)
class Reread:
    """A stored article and what it is by today's rules. changed: its fields that differ; without
    any, only how it was read is noted anew."""

    old: Document
    new: Article
    changed: Sequence[str]


@define(frozen=True, kw_only=True)
class Known:
    """What MongoDB knows of some articles. stored: their documents, by id."""

    stored: dict[str, Document]
    rejected: set[str]


@define(frozen=True, kw_only=True)
class History:
    """What all visits of an article have seen, in order. gone_at: since when the site said, after
    the last of them, that it has it no more."""

    visits: Sequence[Visit]
    gone_at: datetime | None = None


@define(kw_only=True)
class Rewritten:
    """overtaken: ids that another process has written meanwhile. refused: what MongoDB would never
    take."""

    overtaken: set[str] = field(factory=set)
    refused: dict[str, DocumentRefused] = field(factory=dict)


class RereadingRepository:
    """Reads and writes for `pipelines.rereading`, always many at once. job: of all that it
    writes."""

    def __init__(self, database: AsyncDatabase[Document], settings: Settings, job: str) -> None:
        self._database = database
        self._settings = settings
        self._job = job
        self._articles = database["articles"]
        self._rejects = RejectRepository(database, settings.rejects_days)

    async def known(self, ids: Sequence[str]) -> Known:
        """Returns what is stored of these, and which were turned away."""
        cursor = self._articles.find({"_id": {"$in": list(ids)}})
        stored = {document["_id"]: document for document in await cursor.to_list()}
        missing = [id_ for id_ in ids if id_ not in stored]
        return Known(stored=stored, rejected=await self._rejects.known(missing))

    async def rewrite(self, rereads: Sequence[Reread], now: datetime) -> Rewritten:
        """Gives stored articles the states that were read anew."""
        result, now = Rewritten(), to_millisecond(now)
        changed = [each for each in rereads if each.changed]
        await self._bulk("revisions", [self._revision(each, now) for each in changed], result)
        kept = [each for each in rereads if each.old["_id"] not in result.refused]
        await self._bulk("articles", [self._update(each, now) for each in kept], result)
        await self._find_overtaken(changed, result)
        return result

    async def link(self, articles: Sequence[Article], now: datetime) -> None:
        """Writes what these are found by, and finds their copies."""
        if articles:
            outcome = WriteOutcome(items={each.id: "revised" for each in articles})
            await ArticleRepository(self._database).link(articles, to_millisecond(now), outcome)

    async def store(self, histories: Sequence[History], now: datetime) -> Rewritten:
        """Stores articles that are not known, each as all its visits have seen it."""
        result = Rewritten()
        built = [_built(each) for each in histories]
        revisions = [_kept(each) for _document, earlier in built for each in earlier]
        await self._bulk("revisions", revisions, result)
        inserts: list[tuple[str, _Write]] = []
        for document, _earlier in built:
            try:
                insert = InsertOne(RawBSONDocument(encode(document)))
                insert = InsertOne(RawBSONDocument(encode(document)))
                inserts.append((document["_id"], insert))
            except DocumentRefused as refusal:
                result.refused[document["_id"]] = refusal
        await self._bulk("articles", inserts, result)
        taken = result.overtaken | result.refused.keys()
        kept = [document for document, _earlier in built if document["_id"] not in taken]
        await self.link([article_from_document(each) for each in kept], now)
        await self._note_urls(histories, {document["_id"] for document in kept}, now)
        await self._rejects.forget([document["_id"] for document in kept])
        return result

    async def turn_away(self, visits: Sequence[Visit], reason: str, now: datetime) -> None:
        """Puts articles that are not known among the rejects, as of when they were read."""
        entries = [(pack_reject(article, reason, article.title), at) for article, at in visits]
        await self._rejects.write_past(entries)
        updates = [attrs.evolve(rejected_url(each), visited=(at, at)) for each, at in entries]
        await UrlRepository(self._database).update(updates, now)

    async def _note_urls(self, histories: Sequence[History], ids: set[str], now: datetime) -> None:
        updates = []
        for each in histories:
            article, at = each.visits[-1]
            if article.id in ids:
                revisits = self._settings.revisits_of(article.site)
                update = stored_url(article, at, revisits)
                updates.append(attrs.evolve(update, visited=(each.visits[0][1], at)))
        urls = UrlRepository(self._database)
        await urls.update(updates, now)
        await urls.come_right(updates, now)

    def _revision(self, each: Reread, now: datetime) -> tuple[str, _Write]:
        document = revision_document(each.old, each.old["revision"], now, each.changed)
        return _kept(document | {"job": self._job, "re_extracted_at": now})

    def _update(self, each: Reread, now: datetime) -> tuple[str, _Write]:
        document = article_document(each.new)
        state = {name: document[name] for name in ("extraction", "fingerprint")}
        if each.changed:
            state = {name: document[name] for name in ARTICLE_FIELDS}
            state |= {"revision": each.old["revision"] + 1, "re_extracted_at": now}
            state["job"] = self._job
        return each.old["_id"], UpdateOne(_unreplaced(each.old), {"$set": state})

    async def _find_overtaken(self, changed: Sequence[Reread], result: Rewritten) -> None:
        """Notes those whose stored state is not what was just written."""
        wanted = {each.old["_id"]: each for each in changed}
        if not wanted:
            return
        fields = {"revision": 1, "job": 1}
        cursor = self._articles.find({"_id": {"$in": list(wanted)}}, fields)
        ours = {
            document["_id"]
            for document in await cursor.to_list()
            if document["job"] == self._job
            and document["revision"] == wanted[document["_id"]].old["revision"] + 1
        }
        result.overtaken |= wanted.keys() - ours - result.refused.keys()

    async def _bulk(
        self, collection: str, operations: Sequence[tuple[str, _Write]], result: Rewritten
    ) -> None:
        """Writes, by article; notes what the server does not take, and what is there already."""
        if not operations:
            return
        ids = [id_ for id_, _operation in operations]
        try:
            writes = [operation for _id, operation in operations]
            await self._database[collection].bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            for index, code, message in failed_operations(error):
                if code != DUPLICATE_KEY:
                    result.refused[ids[index]] = DocumentRefused("not_valid", message)
                elif collection == "articles":
                    result.overtaken.add(ids[index])


def _kept(revision: Document) -> tuple[str, _Write]:
    """Returns the write of a revision that stays as it is where it is known already."""
    id_ = revision["article"]
    wanted = {"_id": f"{id_}@{revision['revision']}"}
    return id_, UpdateOne(wanted, {"$setOnInsert": revision}, upsert=True)


def _unreplaced(old: Document) -> Document:
    return {
        "_id": old["_id"],
        "revision": old["revision"],
        "fingerprint.content": old["fingerprint"]["content"],
    }


def _built(history: History) -> tuple[Document, list[Document]]:
    """Returns the document of an article after all its visits, and its revisions, as crawls at
    these times would have left them."""
    (state, at), *later = [(article, to_millisecond(at)) for article, at in history.visits]
    document, earlier = new_document(state, at), []
    for article, moment in later:
        if article.fingerprint != state.fingerprint:
            state = article
            change = compare_states(document, article, moment)
            if change.kind is ChangeKind.CHANGED:
                number = document["revision"]
                revision = revision_document(document, number, moment, change.fields)
                earlier.append(revision | {"job": article.job})
                document |= {**change.new, "revision": number + 1, "stored_at": moment}
                document["edits"] = number
            else:
                document["fingerprint"] = change.new["fingerprint"]
        document |= {"checked_at": moment, "last_seen_at": moment}
    if history.gone_at is not None:
        document["gone_at"] = document["checked_at"] = to_millisecond(history.gone_at)
    return document, earlier
