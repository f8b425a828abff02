"""The collection `likenesses`: which articles are alike, two by two.

What an article's fields say of others (`story`, `similar`, `contains`) follows from this alone, so
it does not matter in which order articles came, or in how many batches.

A likeness is looked at again whenever one of the two is written, and when it turns out that a
sentence of one tells nothing. What is none any more is marked first, and removed once the fields
of both say so: a writer that is killed in between finds the mark. Only an article whose text was
changed keeps what it was to others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from attrs import define
from pymongo import DeleteOne, ReplaceOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.storage.documents import Document
from pipelines.storage.news.copies import Alike, Found, Texts, alike, digests
from pipelines.storage.news.near import Near
from pipelines.text.finding.grouping import Pair

_NONE = "none"


@define(frozen=True, kw_only=True)
class Neighbourhood:
    """Articles with all that each is like. found: with what was none any more."""

    ids: frozenset[str]
    found: Found

    @property
    def everybody(self) -> set[str]:
        """These articles and those that they are like."""
        return {*self.ids, *(id_ for pair in self.found for id_ in pair)}


async def note_likenesses(texts: Texts, ids: Collection[str], near: Near) -> bool:
    """Note what these articles are like, and that they are not like anything else any more;
    whether any of that is new."""
    found = await alike(texts, near.pairs)
    stored = await _stored(texts.database, ids)
    if not found and not stored:
        return False
    unsure = {
        pair for pair in stored.keys() - near.pairs if near.flooded.issuperset({*pair} & {*ids})
    }
    found |= await alike(texts, unsure)
    changed = {
        pair: each
        for pair, each in found.items()
        if stored.get(pair) != each and not _is_kept(stored.get(pair), each)
    }
    changed |= await _ended(texts, {p: each for p, each in stored.items() if p not in found})
    if changed:
        updates = [_replacement(pair, each) for pair, each in changed.items()]
        await texts.database["likenesses"].bulk_write(updates, ordered=False)
    return bool(changed)


def _is_kept(earlier: Alike | None, now: Alike) -> bool:
    """Whether two articles stay what they were because a text has changed since."""
    return (
        earlier is not None
        and (earlier.verdict, now.verdict) == ("same", "related")
        and earlier.texts != now.texts
    )


async def _ended(texts: Texts, stored: Found) -> Found:
    """Of likenesses that were not found again, those of texts that have not changed."""
    left = {pair: each for pair, each in stored.items() if each.verdict is not None}
    documents = await texts.read({id_ for pair in left for id_ in pair})
    return {
        pair: Alike(None, each.jaccard, None, each.texts)
        for pair, each in left.items()
        if {*pair} <= documents.keys() and digests(documents, pair) == each.texts
    }


def _replacement(pair: Pair, each: Alike) -> ReplaceOne[Document]:
    document = {
        "articles": [*pair],
        "verdict": each.verdict or _NONE,
        "jaccard": each.jaccard,
        "whole": each.whole,
        "texts": [*each.texts],
    }
    return ReplaceOne({"_id": _id_of(pair)}, document, upsert=True)


def _id_of(pair: Pair) -> str:
    return " ".join(pair)


async def _stored(database: AsyncDatabase[Document], ids: Iterable[str]) -> Found:
    cursor = database["likenesses"].find({"articles": {"$in": sorted(ids)}})
    return dict(_alike(document) for document in await cursor.to_list())


def _alike(document: Document) -> tuple[Pair, Alike]:
    one, other = document["articles"]
    verdict = None if document["verdict"] == _NONE else document["verdict"]
    first, second = document["texts"]
    return (one, other), Alike(verdict, document["jaccard"], document.get("whole"), (first, second))


async def neighbourhood(database: AsyncDatabase[Document], ids: Collection[str]) -> Neighbourhood:
    """These articles, what they are or were like, and all copies of those, and of these."""
    found = await _stored(database, ids)
    known = set(ids)
    wanted = {id_ for pair in found for id_ in pair} - known
    while wanted:
        more = await _stored(database, wanted)
        known |= wanted
        found |= more
        wanted = {
            id_ for pair, each in more.items() if each.verdict == "same" for id_ in pair
        } - known
    return Neighbourhood(ids=frozenset(known), found=found)


async def forget_ended(database: AsyncDatabase[Document], found: Found) -> None:
    """Remove the marks of what was none any more."""
    ended = [
        DeleteOne({"_id": _id_of(pair), "verdict": _NONE})
        for pair, each in found.items()
        if each.verdict is None
    ]
    if ended:
        await database["likenesses"].bulk_write(ended, ordered=False)
