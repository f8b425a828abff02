"""The collection `likenesses`: which articles are alike, two by two.

What an article's fields say of others (`story`, `similar`, `contains`) follows from this alone, so
it does not matter in which order articles came, or in how many batches.

A likeness is looked at again whenever one of the two is written, and when it turns out that a
sentence of one tells nothing. What is none any more is marked first, and removed once the fields
of both say so: a writer that is killed in between finds the mark. The texts that an article had
before it was changed count, too: it keeps what it was to others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from attrs import define, evolve
from pymongo import DeleteOne, ReplaceOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from pipelines.storage.documents import Document
from pipelines.storage.news.copies import Alike, Found, Texts, alike
from pipelines.storage.news.near import Nearness
from pipelines.storage.retries import DUPLICATE_KEY, failed_operations
from pipelines.storage.schema.story_documents import likeness_document, likeness_id
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


async def note_likenesses(
    texts: Texts, ids: Collection[str], stored: Found, near: Nearness
) -> bool:
    """Note what these articles are like, and that they are not like anything else any more;
    whether any of that is new. stored: their likenesses before it was looked what is near."""
    found = await alike(texts, near.pairs)
    unseen = stored.keys() - near.pairs
    found |= await alike(texts, await _unsure(texts, unseen, {*ids}, near.flooded))
    changed = {pair: each for pair, each in found.items() if stored.get(pair) != each}
    changed |= {
        pair: evolve(each, verdict=None, whole=None)
        for pair, each in stored.items()
        if pair not in found and each.verdict is not None
    }
    await _put(texts.database, changed)
    return bool(changed)


async def _unsure(
    texts: Texts, pairs: Collection[Pair], ids: set[str], flooded: set[str]
) -> list[Pair]:
    """Of pairs that do not share enough now, those that may be alike all the same: by an earlier
    text, or there was no room for them among too many."""
    changed = await texts.changed({id_ for pair in pairs for id_ in pair}) if pairs else set()
    return [
        pair for pair in pairs if flooded.issuperset({*pair} & ids) or not changed.isdisjoint(pair)
    ]


async def _put(database: AsyncDatabase[Document], changed: Found) -> None:
    """Note likenesses, unless another writer has seen a later text of one of the two."""
    if not changed:
        return
    try:
        await database["likenesses"].bulk_write(
            [_replacement(pair, each) for pair, each in changed.items()], ordered=False
        )
    except BulkWriteError as error:
        # The filter does not match what follows from more; the upsert then finds the id taken.
        if any(code != DUPLICATE_KEY for _index, code, _text in failed_operations(error)):
            raise


def _replacement(pair: Pair, each: Alike) -> ReplaceOne[Document]:
    document = likeness_document(pair, each.verdict or _NONE, each.jaccard, each.whole, each.texts)
    wish = {"_id": document["_id"], "texts": {"$lte": each.texts}}
    return ReplaceOne(wish, document, upsert=True)


async def likenesses_of(database: AsyncDatabase[Document], ids: Iterable[str]) -> Found:
    """All that is noted of these articles."""
    cursor = database["likenesses"].find({"articles": {"$in": sorted(ids)}}, {"_id": 0})
    return dict(_alike(document) for document in await cursor.to_list())


def _alike(document: Document) -> tuple[Pair, Alike]:
    one, other = document["articles"]
    verdict = None if document["verdict"] == _NONE else document["verdict"]
    found = Alike(verdict, document["jaccard"], document["whole"], document["texts"])
    return (one, other), found


async def neighbourhood(database: AsyncDatabase[Document], ids: Collection[str]) -> Neighbourhood:
    """These articles, what they are or were like, and all copies of those, and of these."""
    found = await likenesses_of(database, ids)
    known = set(ids)
    wanted = {id_ for pair in found for id_ in pair} - known
    while wanted:
        more = await likenesses_of(database, wanted)
        known |= wanted
        found |= more
        wanted = {
            id_ for pair, each in more.items() if each.verdict == "same" for id_ in pair
        } - known
    return Neighbourhood(ids=frozenset(known), found=found)


async def forget_ended(database: AsyncDatabase[Document], found: Found) -> None:
    """Remove the marks of what was none any more."""
    ended = [
        DeleteOne({"_id": likeness_id(pair), "verdict": _NONE})
        for pair, each in found.items()
        if each.verdict is None
    ]
    if ended:
        await database["likenesses"].bulk_write(ended, ordered=False)
