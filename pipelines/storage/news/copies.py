"""What articles are to each other, by their texts."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import define
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.storage.documents import Document
from pipelines.storage.news.furniture import Numbers
from pipelines.text.finding.grouping import Pair, held, whole_of
from pipelines.text.finding.similarity import Profile, Verdict, likeness

COMPARED = 100
"""Pairs whose texts are held at the same time."""
MOST_PARTS = 20
"""Articles that may stand in one text among which two different ones are looked for."""


@define(frozen=True)
class Alike:
    """What two articles are to each other; verdict: nothing any more, if it is none.

    whole: the longer one, if the other is a part of it. texts: digests of what was compared.
    """

    verdict: Verdict | None
    jaccard: float
    whole: str | None
    texts: tuple[int, int]


Found = dict[Pair, Alike]


@define(frozen=True)
class Texts:
    """The texts of stored articles, without what each site puts on all its pages."""

    database: AsyncDatabase[Document]
    furniture: Numbers

    async def read(self, ids: Collection[str]) -> dict[str, Document]:
        """The articles with their body and what belongs to it."""
        if not ids:
            return {}
        shown = {"body": 1, "published_at": 1, "site": 1}
        cursor = self.database["articles"].find({"_id": {"$in": sorted(ids)}}, shown)
        return {document["_id"]: document for document in await cursor.to_list()}

    def profiles(self, documents: Mapping[str, Document]) -> dict[str, Profile]:
        """The texts of these articles, ready to be compared."""
        return {
            id_: Profile(document["body"], self.furniture.get(document["site"], frozenset()))
            for id_, document in documents.items()
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
                found[pair] = Alike(
                    verdict, like.jaccard, whole_of(pair, profiles, like), digests(documents, pair)
                )
    return found


def digests(documents: Mapping[str, Document], pair: Pair) -> tuple[int, int]:
    """What tells whether the texts of two articles are still those that were compared."""
    one, other = (zlib.crc32(documents[id_]["body"].encode("utf-8")) for id_ in pair)
    return one, other


async def parts_of(texts: Texts, whole: str, found: Found) -> list[str]:
    """The different articles that an article is made up of, if it is, among all that stand in
    it; of copies the first one."""
    parts = sorted(
        other
        for pair, each in found.items()
        if each.verdict is not None and each.whole == whole
        for other in pair
        if other != whole
    )[:MOST_PARTS]
    if len(parts) < 2:
        return []
    documents = await texts.read({whole, *parts})
    if whole not in documents:
        return []
    return await asyncio.to_thread(_parts, whole, documents, texts.profiles(documents))


def _parts(
    whole: str, documents: Mapping[str, Document], profiles: Mapping[str, Profile]
) -> list[str]:
    different: list[str] = []
    found = held(whole, profiles.keys() - {whole}, profiles)
    for id_ in sorted(found, key=lambda id_: (documents[id_]["published_at"], id_)):
        if not any(likeness(profiles[id_], profiles[other]).is_copy for other in different):
            different.append(id_)
    return sorted(different)
