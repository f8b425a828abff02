"""Which articles share enough to be compared: a band, or some of their sentences, within a week.

What is left out of a site's articles is left out of both, so it makes no difference which of two
asks for the other.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from heapq import nsmallest
from itertools import chain

from attrs import define, field
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.items import Article
from pipelines.storage.documents import Document
from pipelines.text.finding.article_traces import traces, week_of
from pipelines.text.finding.grouping import MANY, Differences, Pair, pair_of
from pipelines.text.finding.similarity import WINDOW, sentences_in, share_enough

MOST_CANDIDATES = 100
"""Articles with which one is compared; of a flood of the same form, those that share most bands."""
MOST_HOLDERS = 200
"""Different articles with one sentence that are compared to tell whether it is furniture."""
MOST_LOOKED_AT = 5_000
"""Articles of a flood among which the nearest are chosen."""
SHOWN = {"bands": 1, "published_at": 1, "site": 1}
"""What of its traces tells what an article is near to."""
Sentence = tuple[str, int]
"""A site, and the number of a sentence that its articles have."""
LeftOut = Mapping[str, Collection[int]]
"""Numbers of sentences that tell nothing, by site."""
_log = logging.getLogger(__name__)


@define(frozen=True, kw_only=True)
class Sought:
    """An article of which near copies are looked for. bands: without those that tell nothing.
    document: what its traces say."""

    id: str
    site: str
    published_at: datetime
    bands: list[int]
    document: Document

    @classmethod
    def of(cls, document: Document, left_out: LeftOut) -> Sought:
        """From what its traces say (`SHOWN`)."""
        return cls(
            id=document["_id"],
            site=document["site"],
            published_at=document["published_at"],
            bands=_telling(document, left_out),
            document=document,
        )


@define(frozen=True, kw_only=True)
class Holders:
    """Articles that have a sentence. new: the first so many were not looked at before."""

    ids: list[str]
    new: int


@define
class Nearness:
    """What some articles share with others. pairs: those that share enough to be compared.
    common: sentences of theirs that many articles of their site have with others of their own
    besides, and these articles, in groups of two weeks. flooded: those that share enough with more
    than can be compared.
    """

    pairs: set[Pair] = field(factory=set)
    common: dict[Sentence, list[Holders]] = field(factory=dict)
    flooded: set[str] = field(factory=set)

    def add(self, other: Nearness) -> None:
        """Take in what other articles share."""
        self.pairs |= other.pairs
        for sentence, groups in other.common.items():
            self.common[sentence] = [*self.common.get(sentence, ()), *groups]
        self.flooded |= other.flooded


def shown(articles: Iterable[Article]) -> list[Document]:
    """What the traces of these articles say."""
    return [
        {
            "_id": article.id,
            "site": article.site,
            "published_at": article.published_at,
            "bands": (article.traces or traces(article)).bands,
        }
        for article in articles
        if article.published_at is not None
    ]


async def near(
    database: AsyncDatabase[Document], articles: Iterable[Document], left_out: LeftOut
) -> Nearness:
    """What these articles, given by their traces, share with any others.

    One query for the articles of a week, which a crawl's batch hardly ever leaves.
    """
    by_week: dict[int, list[Sought]] = defaultdict(list)
    for document in articles:
        each = Sought.of(document, left_out)
        if each.bands:
            by_week[week_of(each.published_at)].append(each)
    found = Nearness()
    for week, sought in by_week.items():
        found.add(await _near_in_week(database, week, sought, left_out))
    return found


async def _near_in_week(
    database: AsyncDatabase[Document], week: int, sought: Sequence[Sought], left_out: LeftOut
) -> Nearness:
    bands = {band for each in sought for band in each.bands}
    others = {**_near_week(week, bands), "_id": {"$nin": [each.id for each in sought]}}
    cursor = database["traces"].find(others, SHOWN, hint="week_bands")
    documents = await cursor.limit(MOST_LOOKED_AT).to_list()
    if len(documents) < MOST_LOOKED_AT:
        return await asyncio.to_thread(_shared, sought, documents, left_out)
    if len(sought) > 1:  # more than are held at once, and perhaps no flood
        half = len(sought) // 2
        found = await _near_in_week(database, week, sought[:half], left_out)
        found.add(await _near_in_week(database, week, sought[half:], left_out))
        return found
    _log.info("A flood of articles of one form, %s among them: the nearest count.", sought[0].id)
    found = await asyncio.to_thread(_shared, sought, documents, left_out)
    found.pairs.clear()
    documents = await _nearest(database, week, sought[0])
    found.add(await asyncio.to_thread(_shared, sought, documents, left_out))
    found.flooded.add(sought[0].id)
    return found


def _shared(sought: Sequence[Sought], others: Sequence[Document], left_out: LeftOut) -> Nearness:
    documents = [*(each.document for each in sought), *others]
    known = _repeated(documents).intersection(chain.from_iterable(each.bands for each in sought))
    owners: dict[int, list[Sought]] = defaultdict(list)
    for each in sought:
        for band in known.intersection(each.bands):
            owners[band].append(each)
    sentences = {each.id: sentences_in(each.bands) for each in sought}
    candidates: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for document in documents:
        bands = _telling(document, left_out)
        shared: dict[str, list[int]] = defaultdict(list)
        for band in known.intersection(bands):
            for each in owners[band]:
                shared[each.id].append(band)
        shared.pop(document["_id"], None)
        own = sentences_in(bands) if shared else 0
        for each in sought if shared else ():
            if (
                each.id in shared
                and abs(each.published_at - document["published_at"]) <= WINDOW
                and share_enough(shared[each.id], min(own, sentences[each.id]))
            ):
                candidates[each.id].append((-len(shared[each.id]), document["_id"]))
    pairs = {
        pair_of(id_, other)
        for id_, some in candidates.items()
        for _shared_bands, other in nsmallest(MOST_CANDIDATES, some)
    }
    return Nearness(
        pairs=pairs,
        common=_common(sought, documents, known),
        flooded={id_ for id_, some in candidates.items() if len(some) > MOST_CANDIDATES},
    )


def _telling(document: Document, left_out: LeftOut) -> list[int]:
    """The bands of an article without those that tell nothing."""
    bands: list[int] = document["bands"]
    silent = left_out.get(document["site"])
    return [band for band in bands if band not in silent] if silent else bands


def _repeated(documents: Sequence[Document]) -> set[int]:
    """The bands that several have: most have none in common with any other."""
    seen: set[int] = set()
    repeated: set[int] = set()
    for document in documents:
        repeated.update(seen.intersection(document["bands"]))
        seen.update(document["bands"])
    return repeated


def _common(
    sought: Sequence[Sought], documents: Sequence[Document], known: set[int]
) -> dict[Sentence, list[Holders]]:
    """Sentences of these articles that many articles of their site have with others of their own,
    all of two weeks in a row: whichever of those is stored last sees them all."""
    asked: dict[str, set[int]] = defaultdict(set)
    for each in sought:
        asked[each.site].update(band for band in known.intersection(each.bands) if band < 0)
    holders: dict[Sentence, list[Document]] = defaultdict(list)
    for document in documents:
        site = document["site"]
        if site in asked:
            for number in asked[site].intersection(document["bands"]):
                holders[site, number].append(document)
    many = {key: some for key, some in holders.items() if len(some) >= MANY}
    texts = {
        document["_id"]: frozenset(band for band in document["bands"] if band < 0)
        for document in {each["_id"]: each for some in many.values() for each in some}.values()
    }
    new = {each.id for each in sought}
    different = Differences.of(texts)
    found = {key: _groups(some, texts, different, new) for key, some in many.items()}
    return {key: groups for key, groups in found.items() if groups}


def _groups(
    holders: Sequence[Document],
    texts: Mapping[str, frozenset[int]],
    different: Differences,
    new: set[str],
) -> list[Holders]:
    """The articles of two weeks in a row, if many are different; of a flood, the first ones."""
    by_week: dict[int, list[str]] = defaultdict(list)
    for document in holders:
        by_week[week_of(document["published_at"])].append(document["_id"])
    found = []
    for week, some in [*by_week.items()]:
        group = sorted(some + by_week.get(week + 1, []))
        distinct = {texts[id_]: id_ for id_ in reversed(group)}.values()
        first = sorted(distinct)[:MOST_HOLDERS]
        first.sort(key=lambda id_: id_ not in new)
        number = len(new.intersection(first))
        if different.are_many(first, new=number):
            found.append(Holders(ids=first, new=number))
    return found


async def _nearest(database: AsyncDatabase[Document], week: int, each: Sought) -> list[Document]:
    """Those that share most bands, where too many share one."""
    within = {"$gte": each.published_at - WINDOW, "$lte": each.published_at + WINDOW}
    cursor = await database["traces"].aggregate(
        [
            {"$match": {**_near_week(week, each.bands), "published_at": within}},
            {"$limit": MOST_LOOKED_AT},
            {"$set": {"shared": {"$size": {"$setIntersection": ["$bands", each.bands]}}}},
            {"$sort": {"shared": -1, "_id": 1}},
            {"$limit": MOST_CANDIDATES},
            {"$project": SHOWN},
        ],
        hint="week_bands",
    )
    return await cursor.to_list()


def _near_week(week: int, bands: Iterable[int]) -> Document:
    return {"week": {"$in": [week - 1, week, week + 1]}, "bands": {"$in": list(bands)}}
