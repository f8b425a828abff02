"""The collection `furniture`: sentences that many articles of a site have, and none tells.

A page's own words that were stored as a part of its article would make copies of all its articles.
They are left out wherever texts are compared; the articles keep them.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.items import Article
from pipelines.storage.documents import Document
from pipelines.text.finding.article_traces import traces
from pipelines.text.finding.similarity import numbered_sentences

MOST_SENTENCES = 20_000
"""Of all sites together."""
NAMED = 20
"""Articles that are named with a sentence."""
Furniture = dict[str, frozenset[int]]
"""The numbers of the sentences by site."""
_log = logging.getLogger(__name__)


async def known_furniture(database: AsyncDatabase[Document]) -> Furniture:
    """What is left out of the articles of each site."""
    cursor = database["furniture"].find({}, {"site": 1, "number": 1}).limit(MOST_SENTENCES)
    return by_site(await cursor.to_list())


def by_site(documents: Iterable[Document]) -> Furniture:
    """The numbers in documents of the collection, by site."""
    found: dict[str, set[int]] = defaultdict(set)
    for document in documents:
        found[document["site"]].add(document["number"])
    return {site: frozenset(numbers) for site, numbers in found.items()}


async def note_furniture(
    database: AsyncDatabase[Document],
    holders: Mapping[tuple[str, int], set[str]],
    articles: Sequence[Article],
    now: datetime,
) -> None:
    """Note sentences, by site and number, and which articles have them; one of these must."""
    updates = []
    for (site, number), ids in sorted(holders.items()):
        holder = next(each for each in articles if each.site == site and number in _bands(each))
        sentence = numbered_sentences(holder.body)[number]
        _log.warning(
            "%s articles of %s have the sentence %r, and each another text: it is left out when "
            "copies are looked for.",
            len(ids),
            site,
            sentence,
        )
        new = {"site": site, "number": number, "sentence": sentence, "found_at": now}
        new["articles"] = sorted(ids)[:NAMED]
        updates.append(UpdateOne({"_id": f"{site}:{-number}"}, {"$setOnInsert": new}, upsert=True))
    await database["furniture"].bulk_write(updates, ordered=False)


def _bands(article: Article) -> Sequence[int]:
    return (article.traces or traces(article)).bands
