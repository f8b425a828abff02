"""What articles are to each other, by their texts."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import product

from attrs import define, evolve
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.storage.documents import Document
from pipelines.storage.news.furniture import Numbers
from pipelines.storage.news.revisions import earlier_bodies
from pipelines.storage.schema.reading import sound
from pipelines.text.finding.grouping import Pair, held, neighbours, pair_of, whole_of
from pipelines.text.finding.similarity import Profile, Verdict, are_apart, likeness

COMPARED = 100
"""Pairs whose texts are held at the same time."""
MOST_PARTS = 20
"""Articles that may stand in one text among which two different ones are looked for."""


@define(frozen=True)
class Alike:
    """What two articles are to each other; verdict: nothing any more, if it is none.

    whole: the longer one, if the other is a part of it. texts: how many texts were compared, those
    of earlier states included.
    """

    verdict: Verdict | None
    jaccard: float
    whole: str | None
    texts: int

    @property
    def is_of_present_texts(self) -> bool:
        """Whether the texts that both have now are alike, and not only earlier ones."""
        return self.verdict is not None and self.texts == 2

    @property
    def rank(self) -> tuple[bool, float, str]:
        """The higher of two counts if the articles had several texts."""
        return self.verdict == "same", self.jaccard, self.whole or ""


Found = dict[Pair, Alike]


@define(frozen=True)
class Texts:
    """The texts of stored articles, without what each site puts on all its pages."""

    database: AsyncDatabase[Document]
    furniture: Numbers

    async def read(self, ids: Collection[str]) -> dict[str, Document]:
        """The articles with their body and what belongs to it. earlier: bodies that they had."""
        if not ids:
            return {}
        shown = {"body": 1, "published_at": 1, "site": 1, "revision": 1}
        cursor = self.database["articles"].find({"_id": {"$in": sorted(ids)}}, shown)
        documents = sound("articles", await cursor.to_list(), shown)
        found = {document["_id"]: {**document, "earlier": set()} for document in documents}
        changed = [id_ for id_, each in found.items() if each["revision"] > 1]
        for id_, bodies in (
            (await earlier_bodies(self.database, changed)).items() if changed else ()
        ):
            found[id_]["earlier"] = bodies - {found[id_]["body"]}
        return found

    async def changed(self, ids: Collection[str]) -> set[str]:
        """Those of which there are earlier states."""
        wish = {"_id": {"$in": sorted(ids)}, "revision": {"$gt": 1}}
        cursor = self.database["articles"].find(wish, {"_id": 1})
        return {document["_id"] for document in await cursor.to_list()}

    def profiles(self, documents: Mapping[str, Document]) -> dict[str, Profile]:
        """The texts of these articles, ready to be compared."""
        return {
            id_: self.profile(document["body"], document) for id_, document in documents.items()
        }

    def profile(self, body: str, document: Document) -> Profile:
        """A text of an article, ready to be compared."""
        return Profile(body, self.furniture.get(document["site"], frozenset()))


async def alike(texts: Texts, pairs: Iterable[Pair]) -> Found:
    """The pairs that are copies or related. A hundred at a time: of a flood, not all texts are
    held at once; those that the next hundred needs, too, are not read and made ready again."""
    found: Found = {}
    ready: dict[str, _Ready] = {}
    ordered = sorted(pairs)
    for start in range(0, len(ordered), COMPARED):
        part = ordered[start : start + COMPARED]
        ids = {id_ for pair in part for id_ in pair}
        ready = {id_: each for id_, each in ready.items() if id_ in ids}
        missing = await texts.read(ids - ready.keys())
        ready |= {id_: _Ready.of(texts, document) for id_, document in missing.items()}
        found |= await asyncio.to_thread(_compare, ready, part)
    return found


@define(frozen=True)
class _Ready:
    """An article's texts, made ready to be compared: the present one and earlier ones."""

    published_at: datetime
    profiles: list[Profile]

    @classmethod
    def of(cls, texts: Texts, document: Document) -> _Ready:
        bodies = (document["body"], *document["earlier"])
        return cls(document["published_at"], [texts.profile(body, document) for body in bodies])


def _compare(ready: Mapping[str, _Ready], pairs: Sequence[Pair]) -> Found:
    """What the pairs are to each other, or have been: an article that was changed stays what it
    was."""
    found: Found = {}
    for pair in pairs:
        if ready.keys() >= {*pair}:
            first, second = (ready[id_] for id_ in pair)
            apart = first.published_at - second.published_at
            some = [
                each
                for one, other in product(first.profiles, second.profiles)
                if (each := _alike(pair, one, other, apart))
            ]
            if some:
                number = len(first.profiles) + len(second.profiles)
                found[pair] = evolve(max(some, key=lambda each: each.rank), texts=number)
    return found


def _alike(pair: Pair, one: Profile, other: Profile, apart: timedelta) -> Alike | None:
    like = likeness(one, other, most=1)
    verdict = like.verdict(apart)
    if verdict is None:
        return None
    return Alike(
        verdict, like.jaccard, whole_of(pair, dict(zip(pair, (one, other), strict=True)), like), 2
    )


def may_hold(found: Found, ids: Collection[str]) -> dict[str, set[Pair]]:
    """By article, pairs that may be two different articles in it; nothing for most. One that is a
    part of it is in a pair; another may be nearly all of it, and a copy by itself.

    What is known to be alike is not among them: of a report that many have copied, and some cut,
    nothing needs to be read again.
    """
    parts: dict[str, set[str]] = defaultdict(set)
    copies: dict[str, set[str]] = defaultdict(set)
    for pair, each in found.items():
        if each.whole is not None:
            parts[each.whole].update({*pair} - {each.whole})
        elif each.verdict == "same":
            for id_, other in (pair, pair[::-1]):
                copies[id_].add(other)
    near = neighbours(pair for pair, each in found.items() if each.is_of_present_texts)
    several = {
        whole: {*sorted(some)[:MOST_PARTS], *sorted(copies[whole])[:MOST_PARTS]}
        for whole, some in parts.items()
        if whole in ids
    }
    return {
        whole: strange
        for whole, some in several.items()
        if (strange := {pair_of(id_, other) for id_ in some for other in some - near[id_] - {id_}})
    }


async def apart(texts: Texts, pairs: Iterable[Pair]) -> dict[Pair, bool]:
    """Whether pairs of articles share so little that they are two; of those that are there."""
    found: dict[Pair, bool] = {}
    profiles: dict[str, Profile] = {}
    ordered = sorted(pairs)
    for start in range(0, len(ordered), COMPARED):
        part = ordered[start : start + COMPARED]
        ids = {id_ for pair in part for id_ in pair}
        profiles = {id_: each for id_, each in profiles.items() if id_ in ids}
        profiles |= texts.profiles(await texts.read(ids - profiles.keys()))
        found |= await asyncio.to_thread(_apart, profiles, part)
    return found


def _apart(profiles: Mapping[str, Profile], pairs: Sequence[Pair]) -> dict[Pair, bool]:
    return {
        pair: are_apart(*(profiles[id_] for id_ in pair))
        for pair in pairs
        if profiles.keys() >= {*pair}
    }


async def parts_of(texts: Texts, whole: str, others: Sequence[str]) -> list[str]:
    """The different articles that an article is made up of, if it is; of copies the first one."""
    documents = await texts.read({whole, *others})
    if whole not in documents:
        return []
    return await asyncio.to_thread(_parts, whole, documents, texts.profiles(documents))


def _parts(
    whole: str, documents: Mapping[str, Document], profiles: Mapping[str, Profile]
) -> list[str]:
    different: list[str] = []
    shorter = {
        id_
        for id_, profile in profiles.items()
        if len(profile.shingles) < len(profiles[whole].shingles)
    }
    found = held(whole, shorter, profiles)
    for id_ in sorted(found, key=lambda id_: (documents[id_]["published_at"], id_)):
        if not any(likeness(profiles[id_], profiles[other], most=1).is_copy for other in different):
            different.append(id_)
    return sorted(different)
