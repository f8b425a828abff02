"""The collection `revisions`: the earlier states of articles whose content has changed.

The earlier state is written first; then the article gets the next number, in an update that names
the state it replaces. If the writer is killed in between, the same step, repeated, finds its
revision already there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum

from attrs import define, field
from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from pipelines.items import Article
from pipelines.storage.documents import (
    ARTICLE_FIELDS,
    Document,
    article_document,
    article_from_document,
    decode,
    encode,
)
from pipelines.storage.exceptions import DocumentRefused
from pipelines.storage.retries import DUPLICATE_KEY, failed_operations
from pipelines.storage.schema.story_documents import TOLD
from pipelines.text.fingerprints import has_drifting_time, same_substance

NOISE = {
    "archive", "collect_count", "comment_count", "extraction", "fingerprint", "hot", "images",
    "job", "related", "topics",
}  # fmt: skip


STATES = 10
"""Earlier states of an article of which the texts count."""


async def earlier_bodies(
    database: AsyncDatabase[Document], ids: Iterable[str]
) -> dict[str, set[str]]:
    """The bodies that articles had before they were changed."""
    wish = {"article": {"$in": sorted(ids)}, "revision": {"$lte": STATES}}
    cursor = database["revisions"].find(wish, {"article": 1, "document.body": 1})
    found: dict[str, set[str]] = defaultdict(set)
    for revision in await cursor.to_list():
        found[revision["article"]].add(revision["document"]["body"])
    return found


class ChangeKind(Enum):
    """SAME: only the rules of the digest, or the form of the time, changed. LATE: the new state was
    read before the stored one. CHANGED: a new revision."""

    SAME = "same"
    LATE = "late"
    CHANGED = "changed"


@define(frozen=True, kw_only=True)
class Change:
    """A stored article and the differing one that was read now; `new` is the latter's document."""

    kind: ChangeKind
    id: str
    old: Document
    new: Document
    article: Article

    @property
    def unreplaced(self) -> Document:
        """Filter that matches as long as no other writer has replaced the old state."""
        return {
            "_id": self.id,
            "revision": self.old["revision"],
            "fingerprint.content": self.old["fingerprint"]["content"],
        }

    @property
    def fields(self) -> list[str]:
        """Names of the fields that differ, without noise. A part of a field that the old state was
        stored without, since an earlier release did not know it, is no difference."""
        old = as_stored(article_from_document(self.old))
        return [
            name for name in ARTICLE_FIELDS if name not in NOISE and old[name] != self.new[name]
        ]


@define(kw_only=True)
class ChangeResult:
    """refused: what MongoDB would never take. overtaken: ids that another writer has
    changed first."""

    refused: dict[str, DocumentRefused] = field(factory=dict)
    overtaken: set[str] = field(factory=set)


def compare_states(old: Document, article: Article, now: datetime) -> Change:
    """Returns what kind of change it is.

    Raises:
        DocumentRefused: the article cannot be stored.
    """
    if same_substance(article_from_document(old), article):
        kind = ChangeKind.SAME
    elif old["checked_at"] > now:
        kind = ChangeKind.LATE
    else:
        kind = ChangeKind.CHANGED
    return Change(kind=kind, id=article.id, old=old, new=as_stored(article), article=article)


def as_stored(article: Article) -> Document:
    """Returns the article's document as MongoDB gives it back."""
    return decode(encode(article_document(article)))


async def write_changes(
    database: AsyncDatabase[Document], changes: Sequence[Change], now: datetime
) -> ChangeResult:
    """Writes the revisions, then the articles."""
    result = ChangeResult()
    changed = [change for change in changes if change.kind is ChangeKind.CHANGED]
    kept = [
        UpdateOne(
            {"_id": f"{change.id}@{change.old['revision']}"},
            {"$setOnInsert": _revision(change, change.old, now)},
            upsert=True,
        )
        for change in changed
    ]
    ids = [change.id for change in changed]
    result.refused = await _bulk(database["revisions"], kept, ids)
    written = [
        change
        for change in changes
        if change.kind is not ChangeKind.LATE and change.id not in result.refused
    ]
    updates = [_update(change, now) for change in written]
    ids = [change.id for change in written]
    result.refused |= await _bulk(database["articles"], updates, ids)
    result.overtaken = await _overtaken(
        database["articles"], [change for change in written if change.id not in result.refused], now
    )
    for change in changes:
        if change.kind is ChangeKind.LATE and not await _write_late(database, change, now):
            result.overtaken.add(change.id)
    return result


def _update(change: Change, now: datetime) -> UpdateOne:
    if change.kind is ChangeKind.SAME:
        fresh = {"fingerprint": change.new["fingerprint"]}
        if not has_drifting_time(change.article):
            fresh |= {name: change.new[name] for name in ("published_at", "times")}
        return UpdateOne(change.unreplaced, {"$set": fresh})
    state = {name: change.new[name] for name in ARTICLE_FIELDS}
    state |= dict.fromkeys(("stored_at", "checked_at", "last_seen_at"), now)
    state["revision"] = change.old["revision"] + 1
    state["edits"] = edits_of(change.old) + 1
    passed = {"gone_at": "", "re_extracted_at": ""}
    return UpdateOne(change.unreplaced, {"$set": state, "$unset": passed})


def edits_of(document: Document) -> int:
    """Returns how often its site has changed an article."""
    return document.get("edits") or 0


def _revision(change: Change, document: Document, replaced_at: datetime) -> Document:
    return revision_document(document, change.old["revision"], replaced_at, change.fields) | {
        "job": change.article.job
    }


def revision_document(
    document: Document, number: int, replaced_at: datetime, changed: Sequence[str]
) -> Document:
    """Returns a state of an article as a revision, without what it said of other articles."""
    return {
        "article": document["_id"],
        "revision": number,
        "stored_at": document["stored_at"],
        "replaced_at": replaced_at,
        "changed": list(changed),
        "document": {name: each for name, each in document.items() if name not in TOLD},
    }


async def _write_late(database: AsyncDatabase[Document], change: Change, now: datetime) -> bool:
    """Stores a state that was read before the stored one, as a revision just below it.

    First the article's number goes up to make room, which only one writer can do; if that writer is
    killed then, a number is left out and nothing is lost. A copy of the stored state that another
    writer had put under that number is replaced. Returns False if another writer was first.
    """
    content = change.new["fingerprint"]["content"]
    revisions = database["revisions"]
    if await revisions.find_one(
        {"article": change.id, "document.fingerprint.content": content}, {"_id": 1}
    ):
        return True
    if not await database["articles"].find_one_and_update(
        change.unreplaced, {"$inc": {"revision": 1, "edits": 1}}, {"_id": 1}
    ):
        return False
    number = change.old["revision"]
    times = {"first_seen_at": change.old["first_seen_at"]}
    times |= dict.fromkeys(("stored_at", "checked_at", "last_seen_at"), now)
    late = {**change.new, **times, "revision": number}
    revision = _revision(change, late, change.old["stored_at"])
    await revisions.update_one({"_id": f"{change.id}@{number}"}, {"$set": revision}, upsert=True)
    return True


async def _overtaken(
    articles: AsyncCollection[Document], changes: Sequence[Change], now: datetime
) -> set[str]:
    """Returns those whose stored state is not what was just written."""
    if not changes:
        return set()
    wanted = {"fingerprint.content": 1, "stored_at": 1, "job": 1}
    cursor = articles.find({"_id": {"$in": [change.id for change in changes]}}, wanted)
    states = {document["_id"]: document for document in await cursor.to_list()}
    return {change.id for change in changes if not _is_ours(change, states.get(change.id), now)}


def _is_ours(change: Change, state: Document | None, now: datetime) -> bool:
    if state is None:
        return False
    content: str = state["fingerprint"]["content"]
    if content != change.new["fingerprint"]["content"]:
        return False
    written = (state["stored_at"], state["job"])
    return change.kind is ChangeKind.SAME or written == (now, change.article.job)


async def _bulk(
    collection: AsyncCollection[Document], operations: list[UpdateOne], ids: Sequence[str]
) -> dict[str, DocumentRefused]:
    """Writes; returns the refusals of documents that the server does not take, by id."""
    if not operations:
        return {}
    try:
        await collection.bulk_write(operations, ordered=False)
    except BulkWriteError as error:
        return {
            ids[index]: DocumentRefused("not_valid", message)
            for index, code, message in failed_operations(error)
            if code != DUPLICATE_KEY  # two writers kept the same revision at once
        }
    return {}
