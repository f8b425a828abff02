"""What articles are to those that share something with them, by their texts.

First an article is compared with the first copies of stories and with what belongs to none; with
the other copies of a story only if it turns out not to belong there.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import define
from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.storage.documents import Document
from pipelines.storage.news.furniture import Furniture
from pipelines.storage.schema.story_documents import first_of, leads
from pipelines.text.finding.grouping import Pair, held, pair_of, whole_of
from pipelines.text.finding.similarity import Profile, Verdict, likeness

COMPARED = 100
"""Pairs whose texts are held at the same time."""
MOST_PARTS = 20
"""Articles that may stand in one text among which two different ones are looked for."""


@define(frozen=True)
class Alike:
    """What two articles are to each other. whole: the longer one, if the other is a part of it."""

    verdict: Verdict
    jaccard: float
    whole: str | None


Found = dict[Pair, Alike]


@define(frozen=True)
class Texts:
    """The texts of stored articles, without what each site puts on all its pages."""

    database: AsyncDatabase[Document]
    furniture: Furniture

    async def read(self, ids: Collection[str]) -> dict[str, Document]:
        """The articles with their body and what belongs to it."""
        if not ids:
            return {}
        shown = {"body": 1, "published_at": 1, "site": 1, "story": 1}
        cursor = self.database["articles"].find({"_id": {"$in": sorted(ids)}}, shown)
        return {document["_id"]: document for document in await cursor.to_list()}

    def profiles(self, documents: Mapping[str, Document]) -> dict[str, Profile]:
        """The texts of these articles, ready to be compared."""
        return {
            id_: Profile(document["body"], self.furniture.get(document["site"], frozenset()))
            for id_, document in documents.items()
        }


async def compared(
    texts: Texts, documents: Mapping[str, Document], pairs: Collection[Pair]
) -> Found:
    """The pairs that are more than neighbours in a band, and pairs with their stories' firsts.

    documents: those of the pairs, and of the first copies of their stories.
    """
    members = {id_ for id_, each in documents.items() if each.get("story") and not leads(each)}
    followers = {pair for pair in pairs if members & {*pair}}
    direct = set(pairs) - followers
    for one, other in followers:
        for id_, neighbour in ((one, other), (other, one)):
            if neighbour in members and id_ not in members:
                first = first_of(documents[neighbour]["story"])
                if first in documents and first != id_:
                    direct.add(pair_of(id_, first))
    found = await alike(texts, direct)
    return found | await alike(
        texts, {pair for pair in followers if not _settled(pair, documents, found)}
    )


def _settled(pair: Pair, documents: Mapping[str, Document], found: Found) -> bool:
    """Whether both are known to be copies of one first copy."""
    firsts = [_firsts(id_, documents, found) for id_ in pair]
    return not firsts[0].isdisjoint(firsts[1])


def _firsts(id_: str, documents: Mapping[str, Document], found: Found) -> set[str]:
    story = documents.get(id_, {}).get("story")
    if story:
        return {first_of(story)}
    return {
        other
        for pair, each in found.items()
        if id_ in pair and each.verdict == "same"
        for other in pair
        if other != id_
    }


async def alike(texts: Texts, pairs: Iterable[Pair]) -> Found:
    """The pairs that are copies or related. A hundred at a time: of a flood, not all texts are
    held at once."""
    found: Found = {}
    ordered = sorted(pairs)
    for start in range(0, len(ordered), COMPARED):
        part = ordered[start : start + COMPARED]
        documents = await texts.read({id_ for pair in part for id_ in pair})
        found |= await asyncio.to_thread(_compare, texts.profiles(documents), documents, part)
    return found


def _compare(
    profiles: Mapping[str, Profile], documents: Mapping[str, Document], pairs: Sequence[Pair]
) -> Found:
    found: Found = {}
    for pair in pairs:
        if pair[0] in profiles and pair[1] in profiles:
            like = likeness(profiles[pair[0]], profiles[pair[1]])
            apart = documents[pair[0]]["published_at"] - documents[pair[1]]["published_at"]
            verdict = like.verdict(apart)
            if verdict is not None:
                found[pair] = Alike(verdict, like.jaccard, whole_of(pair, profiles, like))
    return found


async def note_digests(
    texts: Texts, documents: Mapping[str, Document], pairs: Collection[Pair], found: Found
) -> Found:
    """Note of articles that hold several different ones which these are.

    What is known of such an article from earlier on (its copies, what is similar to it) counts,
    too. Gives what all these and the neighbours among the pairs are to them.
    """
    parts = _parts(found)
    if not parts:
        return {}
    earlier = await _earlier(texts.database, {id_: documents[id_] for id_ in parts})
    known = await alike(texts, earlier - found.keys())
    for whole, some in _parts(known).items():
        if whole in parts:
            parts[whole] |= some
    several = {id_: sorted(some)[:MOST_PARTS] for id_, some in parts.items() if len(some) > 1}
    bodies = await texts.read({*several, *(part for some in several.values() for part in some)})
    profiles = texts.profiles(bodies)
    digests = {
        id_: some
        for id_ in several.keys() & profiles.keys()
        if (some := await asyncio.to_thread(held, id_, profiles.keys() & several[id_], profiles))
    }
    updates = [
        UpdateOne({"_id": id_}, {"$addToSet": {"contains": {"$each": sorted(some)}}})
        for id_, some in digests.items()
    ]
    if updates:
        await texts.database["articles"].bulk_write(updates, ordered=False)
    more = {pair for pair in pairs if digests.keys() & {*pair}} - known.keys() - found.keys()
    return {pair: each for pair, each in known.items() if digests.keys() & {*pair}} | await alike(
        texts, more
    )


def _parts(found: Found) -> dict[str, set[str]]:
    """What stands in each article that has something else besides."""
    parts: dict[str, set[str]] = defaultdict(set)
    for pair, each in found.items():
        if each.whole is not None:
            parts[each.whole].update({*pair} - {each.whole})
    return parts


async def _earlier(database: AsyncDatabase[Document], wholes: Mapping[str, Document]) -> set[Pair]:
    """Pairs of these and of what was found to be like them before."""
    pairs = {
        pair_of(id_, other)
        for id_, document in wholes.items()
        for other in document.get("similar") or ()
    }
    stories = {each["story"]: id_ for id_, each in wholes.items() if each.get("story")}
    if stories:
        wish = {"_id": {"$in": sorted(stories)}}
        for story in await database["stories"].find(wish, {"members": 1}).to_list():
            id_ = stories[story["_id"]]
            pairs |= {pair_of(id_, each) for each in story["members"][:MOST_PARTS] if each != id_}
    return pairs
