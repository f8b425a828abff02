"""The collection `furniture`: sentences that many articles of a site have, and none tells.

A page's own words that were stored as a part of its article would make copies of all its articles.
They are left out wherever texts are compared; the articles keep them.

A sentence is noted first, and the articles that have it are decided anew then. Until that has been
done for all of them it is marked, and whoever meets the mark does it.
"""

from __future__ import annotations

import asyncio
import logging
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from attrs import define, evolve
from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.storage.documents import Document
from pipelines.storage.news.near import MOST_HOLDERS, Holders, Sentence
from pipelines.text.finding.grouping import FEW, MANY, Differences
from pipelines.text.finding.similarity import Profile, bare, numbered_sentences

MOST_SENTENCES = 20_000
"""Of all sites together."""
OWN = 30
"""Runs of four characters that an article has and none of the others: more than a footer, a line
that was cut, another date."""
MOST_HELD = 2 * MOST_HOLDERS
"""Articles whose texts are held at once; more if one sentence has them in several weeks."""
Numbers = Mapping[str, Collection[int]]
"""Of sentences, by site."""
Common = Mapping[Sentence, Sequence[Holders]]
"""Sentences, and the articles that have each, in groups of two weeks."""
_FIRST_WEEK, _LAST_WEEK = 0, 1 << 31
_log = logging.getLogger(__name__)


@define(frozen=True, kw_only=True)
class Furniture:
    """What is left out of the articles of each site. size: how many sentences these are.
    unsettled: those whose articles have not all been decided anew."""

    numbers: Numbers
    size: int
    unsettled: Numbers

    @property
    def has_room(self) -> bool:
        """Whether further sentences would be left out."""
        return self.size < MOST_SENTENCES


async def known_furniture(database: AsyncDatabase[Document]) -> Furniture:
    """All that has been noted so far."""
    shown = {"site": 1, "number": 1, "unsettled": 1}
    documents = await database["furniture"].find({}, shown).limit(MOST_SENTENCES).to_list()
    return Furniture(
        numbers=by_site(documents),
        size=len(documents),
        unsettled=by_site(each for each in documents if each.get("unsettled")),
    )


async def is_all(database: AsyncDatabase[Document], furniture: Furniture) -> bool:
    """Whether nothing has been noted since."""
    size = await database["furniture"].count_documents({}, limit=MOST_SENTENCES)
    return size == furniture.size


def by_site(documents: Iterable[Document]) -> Numbers:
    """The numbers in documents of the collection, by site."""
    found: dict[str, set[int]] = defaultdict(set)
    for document in documents:
        found[document["site"]].add(document["number"])
    return {site: frozenset(numbers) for site, numbers in found.items()}


async def note_furniture(database: AsyncDatabase[Document], common: Common, now: datetime) -> bool:
    """Note sentences, by site and number, if the articles that have them in common are different
    texts; whether there were any."""
    updates = []
    for (site, number), sentence in sorted((await _told_by_many(database, common)).items()):
        _log.warning(
            "Many different articles of %s have the sentence %r: it is left out when copies "
            "are looked for.",
            site,
            sentence,
        )
        new = {"site": site, "number": number, "sentence": sentence, "found_at": now}
        update = {"$setOnInsert": {**new, "unsettled": True}}
        updates.append(UpdateOne({"_id": f"{site}:{-number}"}, update, upsert=True))
    if updates:
        await database["furniture"].bulk_write(updates, ordered=False)
    return bool(updates)


async def _told_by_many(database: AsyncDatabase[Document], common: Common) -> dict[Sentence, str]:
    """The sentences for which in one of their groups of articles many have enough of their own.

    A few articles of each group first: of a page's own sentence they are enough. Each text is read
    once for all sentences, since articles that share one often share several.
    """
    found: dict[Sentence, str] = {}
    bodies: dict[str, _Body] = {}
    for known, size in pairwise((0, MANY, FEW, MOST_HOLDERS)):
        left = {
            key: [evolve(each, ids=each.ids[:size]) for each in groups if len(each.ids) > known]
            for key, groups in common.items()
            if key not in found
        }
        for part in _parts(left):
            ids = {id_ for groups in part.values() for group in groups for id_ in group.ids}
            bodies = {id_: body for id_, body in bodies.items() if id_ in ids}
            missing = {"_id": {"$in": sorted(ids - bodies.keys())}}
            cursor = database["articles"].find(missing, {"body": 1})
            bodies |= {each["_id"]: _Body(each["body"]) for each in await cursor.to_list()}
            found |= await asyncio.to_thread(_told, part, bodies)
    return found


def _parts(common: Common) -> Iterator[Common]:
    """The sentences, so many at a time as their articles' texts can be held at once."""
    part: dict[Sentence, Sequence[Holders]] = {}
    ids: set[str] = set()
    for key, groups in sorted(common.items(), key=lambda each: each[0]):
        more = {id_ for group in groups for id_ in group.ids}
        if part and len(ids | more) > MOST_HELD:
            yield part
            part, ids = {}, set()
        if more:
            part[key] = groups
            ids |= more
    if part:
        yield part


def _told(common: Common, bodies: Mapping[str, _Body]) -> dict[Sentence, str]:
    found = {}
    different = Differences.of({id_: body.shingles for id_, body in bodies.items()}, OWN)
    for key, groups in common.items():
        for group in groups:
            ids = [id_ for id_ in group.ids if id_ in bodies]
            sentence = next(filter(None, (bodies[id_].sentences.get(key[1]) for id_ in ids)), None)
            if sentence and different.are_many(ids, group.new):
                found[key] = bare(sentence)
                break
    return found


@define(slots=False)
class _Body:
    """A text, and what was found out about it once."""

    text: str

    @cached_property
    def sentences(self) -> dict[int, str]:
        return numbered_sentences(self.text)

    @cached_property
    def shingles(self) -> array[int]:
        return Profile(self.text).shingles


async def holders(
    database: AsyncDatabase[Document], sentences: Numbers, most: int = 0
) -> list[str]:
    """Articles that have one of these sentences: all, or `most` of a site."""
    found: set[str] = set()
    for site, numbers in sentences.items():
        weeks = {"$gte": _FIRST_WEEK, "$lte": _LAST_WEEK}
        wish = {"week": weeks, "bands": {"$in": sorted(numbers)}, "site": site}
        cursor = database["traces"].find(wish, {"_id": 1}, hint="week_bands").limit(most)
        found.update(document["_id"] for document in await cursor.to_list())
    return sorted(found)


async def settled(database: AsyncDatabase[Document], sentences: Numbers) -> None:
    """Note that all articles with these sentences have been decided anew."""
    for site, numbers in sentences.items():
        wish = {"site": site, "number": {"$in": sorted(numbers)}}
        await database["furniture"].update_many(wish, {"$unset": {"unsettled": ""}})
