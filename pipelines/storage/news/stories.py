"""What articles say of each other, and the collection `stories`: copies of one article.

A story is named after the first of its copies (`order_of`), and whether another article belongs to
it is decided against that one alone: a copy of a copy does not drift into it. What holds two
different articles belongs to no story. All this follows from what articles are like (`likenesses`)
and from nothing else: the articles around those that were written are decided anew, whole stories
at a time.

Articles and their traces are written first and copies looked for afterwards. Of two processes
that store two copies at the same moment, the one that asks last sees both, whoever that is, and
decides both. What they decide can differ all the same (one saw a third copy): so a writer looks
again after it has written, until the articles it knows of and their stories agree. An article only
changes if it still is what the writer saw. A story document follows from the articles that name it
and their earlier states: it gains (`$addToSet`, `$min`, `$max`), and is made anew when an article
leaves. So this ends, may be repeated, and goes on after a kill where it was cut short.

An article keeps its story when a text changes later; what it says then is added, too, whether its
copies are still like it or not.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import define, field
from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.items import Article
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import DatabaseUnavailable
from pipelines.storage.news.copies import Found, Texts, apart, may_hold, parts_of
from pipelines.storage.news.furniture import (
    Furniture,
    holders,
    is_all,
    known_furniture,
    note_furniture,
    settled,
)
from pipelines.storage.news.likenesses import (
    Neighbourhood,
    forget_ended,
    likenesses_of,
    neighbourhood,
    note_likenesses,
)
from pipelines.storage.news.near import SHOWN, near, shown
from pipelines.storage.schema.reading import sound
from pipelines.storage.schema.story_documents import (
    FIELDS,
    TOLD,
    added,
    name_of,
    order_of,
    says_all,
    story_part,
)
from pipelines.text.finding.grouping import Pair, assigned, neighbours

MOST_READ = 20_000
"""Articles that are read at once."""
SIMILAR = 20
"""Articles that `similar` names at most, the most alike first."""
ROUNDS = 20
PAUSE_SECONDS = 0.02
BATCH = 100
"""Articles that have a sentence that tells nothing are decided anew so many at a time."""
SOME = 2 * BATCH
"""So many of them hold up the batch that found the sentence; more wait for the crawl's end."""
_FIELDS = {**FIELDS, **dict.fromkeys(TOLD, 1), "revision": 1}
Documents = Mapping[str, Document]


async def link_copies(
    database: AsyncDatabase[Document], articles: Sequence[Article], now: datetime
) -> set[str]:
    """Link these articles with their copies, and name what is similar to them.

    Gives the ids of all articles of which a copy was found that belongs to the same story.

    Raises:
        DatabaseUnavailable: other processes keep changing the same stories.
    """
    furniture, pairs = await _look(database, shown(articles), now)
    ids = {article.id for article in articles}
    documents = await _decide(Texts(database, furniture.numbers), ids, now)
    if furniture.unsettled and await _settle_furniture(database, now, SOME):
        documents = await _read(database, documents.keys())
    return {id_ for pair in pairs if _share_story(documents, pair) for id_ in pair}


async def settle_furniture(database: AsyncDatabase[Document], now: datetime) -> None:
    """Decide all articles anew that have a sentence which turned out to tell nothing.

    `link_copies` does so at once where they are few. An old sentence may stand in thousands, whose
    deciding takes a minute: that waits for the end of a crawl. Repeated from the start if cut off.
    """
    await _settle_furniture(database, now)


async def _settle_furniture(
    database: AsyncDatabase[Document], now: datetime, most: int = 0
) -> bool:
    """Whether any were decided anew; more than `most` are not."""
    done = False
    while unsettled := (await known_furniture(database)).unsettled:
        ids = await holders(database, unsettled, most and most + 1)
        if most and len(ids) > most:
            break
        await _decide_holders(database, ids, now)
        await settled(database, unsettled)
        done = True
    return done


async def _look(
    database: AsyncDatabase[Document], articles: Sequence[Document], now: datetime
) -> tuple[Furniture, set[Pair]]:
    """Note what these articles, given by their traces, are like. Looked at again if a sentence
    has turned out to tell nothing meanwhile, here or in another process."""
    ids = {each["_id"] for each in articles}
    while True:
        furniture = await known_furniture(database)
        # Before the traces: what another writer notes from now on was not seen here, and stays.
        stored = await likenesses_of(database, ids)
        found = await near(database, articles, furniture.numbers)
        common = found.common if furniture.has_room else {}
        if await note_furniture(database, common, now):
            continue
        changed = await note_likenesses(Texts(database, furniture.numbers), ids, stored, found)
        if not changed or await is_all(database, furniture):
            return furniture, found.pairs


async def _decide_holders(
    database: AsyncDatabase[Document], ids: Sequence[str], now: datetime
) -> None:
    """Decide articles anew that were alike by sentences that are left out now."""
    for start in range(0, len(ids), BATCH):
        part = {"_id": {"$in": ids[start : start + BATCH]}}
        articles = await database["traces"].find(part, SHOWN).to_list()
        furniture, _pairs = await _look(database, articles, now)
        await _decide(Texts(database, furniture.numbers), {each["_id"] for each in articles}, now)


async def _decide(texts: Texts, ids: set[str], now: datetime) -> Documents:
    """Write what the articles around these say of each other; gives them all."""
    digests = _Digests(texts)
    for _round in range(ROUNDS):
        around = await neighbourhood(texts.database, ids)
        documents = await _around(texts.database, around)
        changed = await _settle(digests, around, documents, now)
        if changed is None:
            await forget_ended(texts.database, around.found)
            return documents
        ids |= changed
        await asyncio.sleep(random.uniform(0, PAUSE_SECONDS))  # noqa: S311 only spreads them
    raise DatabaseUnavailable(
        f"The stories of {min(ids)} and others were changed by other processes {ROUNDS} "
        "times in a row: run fewer crawls at once."
    )


@define
class _Digests:
    """Which articles are made up of others; looked at once for the same parts.

    apart: whether two articles are different ones; of many copies the same two are asked for.
    """

    texts: Texts
    known: dict[tuple[str, ...], list[str]] = field(factory=dict)
    apart: dict[Pair, bool] = field(factory=dict)

    async def among(self, around: Neighbourhood) -> dict[str, list[str]]:
        """What each article contains that is one."""
        found = {}
        held = may_hold(around.found, around.ids)
        asked = {pair for pairs in held.values() for pair in pairs} - self.apart.keys()
        self.apart |= await apart(self.texts, asked)
        for whole, pairs in held.items():
            others = sorted({id_ for pair in pairs if self.apart.get(pair) for id_ in pair})
            key = (whole, *others)
            if others and key not in self.known:
                self.known[key] = await parts_of(self.texts, whole, others)
            if self.known.get(key):
                found[whole] = self.known[key]
        return found


async def _around(database: AsyncDatabase[Document], around: Neighbourhood) -> dict[str, Document]:
    """The articles, without those that are like none and do not say otherwise."""
    everybody = around.everybody
    alone = around.ids - {id_ for pair in around.found for id_ in pair}
    told = {"_id": {"$in": sorted(alone)}, "$or": [{name: {"$ne": None}} for name in TOLD]}
    wish = {"$or": [{"_id": {"$in": sorted(everybody - alone)}}, told]}
    documents = await database["articles"].find(wish, _FIELDS).limit(MOST_READ).to_list()
    return {document["_id"]: document for document in sound("articles", documents, _FIELDS)}


async def _read(database: AsyncDatabase[Document], ids: Collection[str]) -> dict[str, Document]:
    if not ids:
        return {}
    cursor = database["articles"].find({"_id": {"$in": sorted(ids)}}, _FIELDS).limit(MOST_READ)
    documents = sound("articles", await cursor.to_list(), _FIELDS)
    return {document["_id"]: document for document in documents}


def _share_story(documents: Documents, pair: Pair) -> bool:
    stories = {documents[id_].get("story") if id_ in documents else None for id_ in pair}
    return len(stories) == 1 and None not in stories


async def _settle(
    digests: _Digests, around: Neighbourhood, documents: Documents, now: datetime
) -> set[str] | None:
    """Write what the articles and their stories lack. If that was anything, it is looked at again,
    and so are the articles that this gives: others have left their stories."""
    contained = await digests.among(around)
    mine = {id_: documents[id_] for id_ in around.ids if id_ in documents}
    stories = _stories(mine, contained.keys(), around.found)
    told = {id_: {**each, "story": stories.get(id_)} for id_, each in mine.items()}
    similar = _similar({**documents, **told}, around)
    for id_, each in told.items():
        each |= {"similar": similar.get(id_), "contains": contained.get(id_)}
    changes = {
        id_: each
        for id_, each in told.items()
        if any(each[name] != mine[id_].get(name) for name in TOLD)
    }
    await _change(digests.texts.database, documents, changes)
    left = await _complete(digests.texts.database, told, now)
    return set() if left is None and changes else left


def _stories(documents: Documents, wholes: Collection[str], found: Found) -> dict[str, str]:
    """The story of each article that has one: that of the first article of which it is a copy and
    which is no copy of an earlier one itself."""
    copies = neighbours(pair for pair, each in found.items() if each.verdict == "same")
    order = sorted(documents.keys() - wholes, key=lambda id_: order_of(documents[id_]))
    firsts = assigned(order, (), copies)
    followed = {first for id_, first in firsts.items() if id_ != first}
    return {id_: name_of(documents[first]) for id_, first in firsts.items() if first in followed}


def _similar(documents: Documents, around: Neighbourhood) -> dict[str, list[str]]:
    """What each article names: related ones, and copies that belong to no story together."""
    ranked: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for pair, each in around.found.items():
        if each.verdict is not None and not _share_story(documents, pair):
            for id_, other in (pair, pair[::-1]):
                ranked[id_].append((-each.jaccard, other))
    return {id_: [other for _rank, other in sorted(some)[:SIMILAR]] for id_, some in ranked.items()}


async def _change(
    database: AsyncDatabase[Document], documents: Documents, changes: Documents
) -> None:
    """Change what articles say of others where that still is what was seen."""
    updates = []
    for id_, each in changes.items():
        seen = {name: documents[id_].get(name) for name in TOLD}
        update: dict[str, dict[str, Any]] = defaultdict(dict)
        for name in TOLD:
            update["$unset" if each[name] is None else "$set"][name] = each[name] or ""
        updates.append(UpdateOne({"_id": id_, **seen}, update))
    if updates:
        await database["articles"].bulk_write(updates, ordered=False)


async def _complete(
    database: AsyncDatabase[Document], documents: Documents, now: datetime
) -> set[str] | None:
    """Add to the stories what their articles say, and make those anew that an article has left;
    gives the articles of these, and none if nothing was missing or too much."""
    if not documents:
        return None
    names = {each["story"] for each in documents.values() if each["story"]}
    wanted = {"$or": [{"_id": {"$in": sorted(names)}}, {"members": {"$in": sorted(documents)}}]}
    there = {each["_id"]: each for each in await database["stories"].find(wanted).to_list()}
    wrong = {
        name
        for name, story in there.items()
        for id_ in story["members"]
        if id_ in documents and documents[id_]["story"] != name
    }
    left: set[str] = set()
    for name in sorted(wrong):
        left |= await make_anew(database, name, now)
    right = {id_: each for id_, each in documents.items() if each["story"] not in wrong}
    return left if await _add(database, right, there, now) or wrong else None


async def make_anew(database: AsyncDatabase[Document], story: str, now: datetime) -> set[str]:
    """Put a story together again, of those articles that still name it."""
    await database["stories"].delete_one({"_id": story})
    cursor = database["articles"].find({"story": story}, _FIELDS).limit(MOST_READ)
    documents = sound("articles", await cursor.to_list(), _FIELDS)
    members = {document["_id"]: document for document in documents}
    await _add(database, members, {}, now)
    return {*members}


async def _add(
    database: AsyncDatabase[Document], documents: Documents, there: Documents, now: datetime
) -> bool:
    """Add to the stories what these articles say and what is not there; whether that was any."""
    groups: dict[str, list[Document]] = defaultdict(list)
    for document in [*documents.values(), *await _earlier(database, documents)]:
        if document.get("story"):
            groups[document["story"]].append(document)
    parts = {name: story_part(group) for name, group in groups.items()}
    updates = [
        added(name, part, now)
        for name, part in parts.items()
        if not says_all(there.get(name), part)
    ]
    if updates:
        await database["stories"].bulk_write(updates, ordered=False)
    return bool(updates)


async def _earlier(database: AsyncDatabase[Document], documents: Documents) -> list[Document]:
    """The earlier states of articles that have a story, as if they had it, too."""
    changed = [
        id_ for id_, each in documents.items() if each.get("story") and each.get("revision", 1) > 1
    ]
    if not changed:
        return []
    shown = {"article": 1, **{f"document.{name}": 1 for name in FIELDS}}
    cursor = database["revisions"].find({"article": {"$in": sorted(changed)}}, shown)
    return [
        {**each["document"], "_id": each["article"], "story": documents[each["article"]]["story"]}
        for each in await cursor.to_list()
    ]
