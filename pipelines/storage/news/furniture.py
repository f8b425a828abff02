"""The collection `furniture`: sentences that many articles of a site have, and none tells.

A page's own words that were stored as a part of its article would make copies of all its articles.
They are left out wherever texts are compared; the articles keep them.

A sentence is noted first, and the articles that have it are decided anew then. Until that has been
done for all of them it is marked, and whoever meets the mark does it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from attrs import define
from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.storage.documents import Document
from pipelines.text.finding.grouping import are_many
from pipelines.text.finding.similarity import Profile, bare, numbered_sentences

MOST_SENTENCES = 20_000
"""Of all sites together."""
OWN = 30
"""Runs of four characters that an article has and none of the others: more than a footer, a line
that was cut, another date."""
Numbers = Mapping[str, Collection[int]]
"""Of sentences, by site."""
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


async def note_furniture(
    database: AsyncDatabase[Document],
    common: Mapping[tuple[str, int], Sequence[Sequence[str]]],
    now: datetime,
) -> bool:
    """Note sentences, by site and number, if the articles that have them in common are different
    texts; whether there were any."""
    updates = []
    for (site, number), groups in sorted(common.items()):
        sentence = await _told_by_many(database, number, groups)
        if sentence is not None:
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


async def _told_by_many(
    database: AsyncDatabase[Document], number: int, groups: Sequence[Sequence[str]]
) -> str | None:
    """The sentence, if in one of these groups of articles many have enough of their own."""
    for ids in groups:
        wish = {"_id": {"$in": ids}}
        documents = await database["articles"].find(wish, {"body": 1}).to_list()
        bodies = [document["body"] for document in documents]
        sentences = (numbered_sentences(body).get(number) for body in bodies)
        sentence = next(filter(None, sentences), None)
        if sentence is None:
            continue
        many: bool = await asyncio.to_thread(_are_many, bodies)
        if many:
            return bare(sentence)
    return None


def _are_many(bodies: Sequence[str]) -> bool:
    return are_many((Profile(body).shingles for body in bodies), OWN)


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
