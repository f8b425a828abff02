"""Which articles share enough to be compared: a band, or some of their sentences, within a week."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from attrs import define, field
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.items import Article
from pipelines.storage.documents import Document
from pipelines.text.finding.article_traces import traces, week_of
from pipelines.text.finding.grouping import Pair, pair_of
from pipelines.text.finding.similarity import WINDOW, share_enough

MOST_CANDIDATES = 100
"""Articles with which one is compared; of a flood of the same form, those that share most bands."""
MOST_LOOKED_AT = 5_000
"""Articles of a flood among which the nearest are chosen."""
MANY = 4
"""Articles of a site that have a sentence in common and differ besides: it tells of none."""
_SHOWN = {"bands": 1, "published_at": 1, "site": 1}
_log = logging.getLogger(__name__)


@define(frozen=True, kw_only=True)
class _Sought:
    """An article of which near copies are looked for."""

    id: str
    site: str
    published_at: datetime
    bands: list[int]


@define
class Near:
    """What some articles share with others. pairs: those that share enough to be compared.
    furniture: sentences, by site and number, that many articles of a site have, and which these
    are.
    """

    pairs: set[Pair] = field(factory=set)
    furniture: dict[tuple[str, int], set[str]] = field(factory=dict)

    def add(self, other: Near) -> None:
        """Take in what other articles share."""
        self.pairs |= other.pairs
        for key, ids in other.furniture.items():
            self.furniture[key] = self.furniture.get(key, set()) | ids


async def near(
    database: AsyncDatabase[Document],
    articles: Iterable[Article],
    left_out: Mapping[str, Collection[int]],
) -> Near:
    """What these articles share with any others. left_out: sentences by site that tell nothing.

    One query for the articles of a week, which a crawl's batch hardly ever leaves.
    """
    by_week: dict[int, list[_Sought]] = defaultdict(list)
    for article in articles:
        silent = left_out.get(article.site, ())
        bands = [each for each in (article.traces or traces(article)).bands if each not in silent]
        if article.published_at is not None and bands:
            by_week[week_of(article.published_at)].append(
                _Sought(
                    id=article.id,
                    site=article.site,
                    published_at=article.published_at,
                    bands=bands,
                )
            )
    found = Near()
    for week, sought in by_week.items():
        found.add(await _near_in_week(database, week, sought))
    return found


async def _near_in_week(
    database: AsyncDatabase[Document], week: int, sought: Sequence[_Sought]
) -> Near:
    most = min(MOST_CANDIDATES * len(sought), MOST_LOOKED_AT)
    bands = {band for each in sought for band in each.bands}
    cursor = database["traces"].find(_near_week(week, bands), _SHOWN, hint="week_bands")
    documents = await cursor.limit(most).to_list()
    if len(documents) < most:
        return await asyncio.to_thread(_shared, sought, documents)
    if most < MOST_CANDIDATES * len(sought):  # more than are held at once, and perhaps no flood
        half = len(sought) // 2
        found = await _near_in_week(database, week, sought[:half])
        found.add(await _near_in_week(database, week, sought[half:]))
        return found
    _log.info("A flood of articles of one form, %s among them: the nearest count.", sought[0].id)
    found = Near(furniture=await asyncio.to_thread(_furniture, documents, sought))
    for each in sought:
        nearest = await _nearest(database, week, each)
        found.add(await asyncio.to_thread(_shared, [each], nearest))
    return found


def _shared(sought: Sequence[_Sought], documents: Sequence[Document]) -> Near:
    owners: dict[int, list[_Sought]] = defaultdict(list)
    for each in sought:
        for band in each.bands:
            owners[band].append(each)
    pairs: set[Pair] = set()
    for document in documents:
        bands, published = document["bands"], document["published_at"]
        shared: dict[str, list[int]] = defaultdict(list)
        for band in bands:
            for each in owners.get(band, ()):
                shared[each.id].append(band)
        shared.pop(document["_id"], None)
        for each in sought if shared else ():
            if (
                each.id in shared
                and abs(each.published_at - published) <= WINDOW
                and share_enough(each.bands, bands, shared[each.id])
            ):
                pairs.add(pair_of(each.id, document["_id"]))
    return Near(pairs=pairs, furniture=_furniture(documents, sought))


def _furniture(
    documents: Sequence[Document], sought: Sequence[_Sought]
) -> dict[tuple[str, int], set[str]]:
    """Sentences of these articles that many articles of the site have, each of which has another
    sentence of its own: copies have none."""
    counts = Counter(
        (document["site"], band) for document in documents for band in document["bands"] if band < 0
    )
    asked = {(each.site, band) for each in sought for band in each.bands}
    common = {key for key in asked if counts[key] >= MANY}
    if not common:
        return {}
    holders: dict[tuple[str, int], set[str]] = defaultdict(set)
    for document in documents:
        keys = {(document["site"], band) for band in document["bands"] if band < 0}
        if any(counts[key] == 1 for key in keys):
            for key in keys & common:
                holders[key].add(document["_id"])
    return {key: ids for key, ids in holders.items() if len(ids) >= MANY}


async def _nearest(database: AsyncDatabase[Document], week: int, each: _Sought) -> list[Document]:
    """Those that share most bands, where too many share one."""
    within = {"$gte": each.published_at - WINDOW, "$lte": each.published_at + WINDOW}
    cursor = await database["traces"].aggregate(
        [
            {"$match": {**_near_week(week, each.bands), "published_at": within}},
            {"$limit": MOST_LOOKED_AT},
            {"$set": {"shared": {"$size": {"$setIntersection": ["$bands", each.bands]}}}},
            {"$sort": {"shared": -1, "_id": 1}},
            {"$limit": MOST_CANDIDATES},
            {"$project": _SHOWN},
        ],
        hint="week_bands",
    )
    return await cursor.to_list()


def _near_week(week: int, bands: Iterable[int]) -> Document:
    return {"week": {"$in": [week - 1, week, week + 1]}, "bands": {"$in": list(bands)}}
