"""The collection `stories`: copies of one article on different pages and sites.

Articles and their traces are written first and copies looked for afterwards. Of two processes
that store two copies at the same moment, the one that asks last sees both, whoever that is, and
marks both. What they decide can differ all the same (one saw a third copy): so a writer looks
again after it has written, until the articles it knows of and their stories agree. An article's
story only ever changes to a smaller id and a story document only gains (`$addToSet`, `$min`,
`$max`), so this ends, may be repeated, and goes on after a kill where it was cut short.

A story keeps its id, and its articles, when a text changes later; what such an article says then
is added, too, whether its copies are still like it or not. Copies that turn out to belong to two
stories bring these together under the smaller id: members first, then the other story goes, then
the articles move; each step finds the rest of its work when it is repeated.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pymongo import DeleteMany, UpdateMany, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.items import Article
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import DatabaseUnavailable
from pipelines.storage.news.traces import Pair, near_pairs
from pipelines.text.finding.similarity import Profile, Verdict, likeness

MEMBERS = 500
"""Copies whose ids are taken into a story at once; further ones still name it in `story`."""
COMPARED = 100
"""Pairs whose texts are held at the same time."""
SIMILAR = 20
"""Articles that `similar` names at most."""
ROUNDS = 20
PAUSE_SECONDS = 0.02
_FIELDS = {
    "title": 1, "source.name": 1, "site": 1, "published_at": 1, "story": 1, "similar": 1,
    "fingerprint.text": 1,
}  # fmt: skip
_SETS = ("members", "titles", "sources", "sites")


async def link_copies(
    database: AsyncDatabase[Document], articles: Sequence[Article], now: datetime
) -> set[str]:
    """Link these articles with their copies, and name what is similar to them.

    Gives the ids of all articles that belong to a story with one of these.

    Raises:
        DatabaseUnavailable: other processes keep changing the same stories.
    """
    ids = [article.id for article in articles]
    alike = await _alike(database, await near_pairs(database, articles))
    documents = await _documents(database, ids, alike)
    copies = {pair for pair, found in alike.items() if found.verdict == "same"}
    await _name_similar(database, documents, alike)
    for _round in range(ROUNDS):
        groups = _grouped(documents, copies)
        if not await _settle(database, groups, now):
            return {id_ for pair in copies for id_ in pair} & documents.keys()
        await asyncio.sleep(random.uniform(0, PAUSE_SECONDS))  # noqa: S311 only spreads them
        documents = await _documents(database, ids, copies)
    raise DatabaseUnavailable(
        f"The stories of {min(documents)} and others were changed by other processes {ROUNDS} "
        "times in a row: run fewer crawls at once."
    )


async def _documents(
    database: AsyncDatabase[Document], ids: Sequence[str], pairs: Collection[Pair]
) -> dict[str, Document]:
    """The articles of the pairs, and those of `ids` that belong to a story, by id."""
    paired = sorted({id_ for pair in pairs for id_ in pair})
    told = {"_id": {"$in": list(ids)}, "story": {"$ne": None}}
    cursor = database["articles"].find({"$or": [{"_id": {"$in": paired}}, told]}, _FIELDS)
    return {document["_id"]: document for document in await cursor.to_list()}


class _Alike(NamedTuple):
    verdict: Verdict
    jaccard: float


async def _alike(database: AsyncDatabase[Document], pairs: set[Pair]) -> dict[Pair, _Alike]:
    """The pairs that are more than neighbours in a band.

    A hundred at a time: of a flood, not all texts are held at once.
    """
    found: dict[Pair, _Alike] = {}
    ordered = sorted(pairs)
    for start in range(0, len(ordered), COMPARED):
        part = ordered[start : start + COMPARED]
        ids = sorted({id_ for pair in part for id_ in pair})
        texts = {"body": 1, "published_at": 1}
        cursor = database["articles"].find({"_id": {"$in": ids}}, texts)
        documents = {document["_id"]: document for document in await cursor.to_list()}
        found |= await asyncio.to_thread(_compare, documents, part)
    return found


def _compare(documents: Mapping[str, Document], pairs: Collection[Pair]) -> dict[Pair, _Alike]:
    profiles = {id_: Profile(document["body"]) for id_, document in documents.items()}
    found: dict[Pair, _Alike] = {}
    for one, other in pairs:
        if one in profiles and other in profiles:
            like = likeness(profiles[one], profiles[other])
            apart = documents[one]["published_at"] - documents[other]["published_at"]
            verdict = like.verdict(apart)
            if verdict is not None:
                found[one, other] = _Alike(verdict, like.jaccard)
    return found


async def _name_similar(
    database: AsyncDatabase[Document],
    documents: Mapping[str, Document],
    alike: Mapping[Pair, _Alike],
) -> None:
    """Note on both articles that they are related, the most alike first."""
    places = {id_: SIMILAR - len(each.get("similar") or ()) for id_, each in documents.items()}
    related = [pair for pair, found in alike.items() if found.verdict == "related"]
    updates = []
    for pair in sorted(related, key=lambda pair: (-alike[pair].jaccard, pair)):
        for id_, other in (pair, pair[::-1]):
            if places[id_] > 0 and other not in (documents[id_].get("similar") or ()):
                places[id_] -= 1
                room = {"_id": id_, f"similar.{SIMILAR - 1}": {"$exists": False}}
                updates.append(UpdateOne(room, {"$addToSet": {"similar": other}}))
    if updates:
        await database["articles"].bulk_write(updates, ordered=False)


def _grouped(documents: Mapping[str, Document], copies: set[Pair]) -> list[list[Document]]:
    """The articles that are copies of each other, by whatever way, or belong to one story."""
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        parents.setdefault(name, name)
        while parents[name] != name:
            parents[name] = name = parents[parents[name]]
        return name

    involved = {id_ for pair in copies for id_ in pair} & documents.keys()
    involved |= {id_ for id_, document in documents.items() if document.get("story")}
    for one, other in copies:
        parents[root(one)] = root(other)
    for id_ in involved:
        if documents[id_].get("story"):
            parents[root(id_)] = root(f"story {documents[id_]['story']}")
    groups: dict[str, list[Document]] = defaultdict(list)
    for id_ in sorted(involved):
        groups[root(id_)].append(documents[id_])
    return list(groups.values())


async def _settle(
    database: AsyncDatabase[Document], groups: Sequence[Sequence[Document]], now: datetime
) -> bool:
    """Write what the articles' stories lack; whether anything was."""
    known = await _stories(database, groups)
    stories: list[UpdateOne | DeleteMany] = []
    moves: list[UpdateMany] = []
    for group in groups:
        ids = [document["_id"] for document in group]
        named = {document["story"] for document in group if document.get("story")}
        there = [
            story for story in known if story["_id"] in named or set(ids) & set(story["members"])
        ]
        named |= {story["_id"] for story in there}
        id_ = min(named, default=_new_id(group))
        if _is_settled(group, there, id_):
            continue
        others = sorted(named - {id_})
        stories.append(_upsert(id_, [_part(group), *there], now))
        later = {"_id": {"$in": ids}, "$or": [{"story": None}, {"story": {"$gt": id_}}]}
        moves.append(UpdateMany(later, _to(id_)))
        if others:
            stories.append(DeleteMany({"_id": {"$in": others}}))
            moves.append(UpdateMany({"story": {"$in": others}}, _to(id_)))
    if stories:
        await database["stories"].bulk_write(stories, ordered=True)
        await database["articles"].bulk_write(moves, ordered=True)
    return bool(stories)


def _new_id(group: Sequence[Document]) -> str:
    """It follows from the texts: copies of one text give the same, in whatever order they come."""
    return f"text:{min(document['fingerprint']['text'] for document in group)[:32]}"


async def _stories(
    database: AsyncDatabase[Document], groups: Sequence[Sequence[Document]]
) -> list[Document]:
    """The stories that any of the articles name, or that name one of the articles."""
    articles = [document for group in groups for document in group]
    if not articles:
        return []
    named = sorted({each["story"] for each in articles if each.get("story")})
    ids = [each["_id"] for each in articles]
    wanted = {"$or": [{"_id": {"$in": named}}, {"members": {"$in": ids}}]}
    return await database["stories"].find(wanted).to_list()


def _part(group: Sequence[Document]) -> Document:
    """What the articles add to their story."""
    first = min((each["published_at"], each["_id"]) for each in group)
    sources = {(each.get("source") or {}).get("name") for each in group}
    return {
        "members": sorted(each["_id"] for each in group)[:MEMBERS],
        "titles": sorted({each["title"] for each in group})[:MEMBERS],
        "sources": sorted(name for name in sources if name)[:MEMBERS],
        "sites": sorted({each["site"] for each in group}),
        "first": {"published_at": first[0], "article": first[1]},
        "first_published_at": first[0],
        "last_published_at": max(each["published_at"] for each in group),
    }


def _is_settled(group: Sequence[Document], there: Sequence[Document], id_: str) -> bool:
    """Whether nothing is to be written: what a writer before us was killed over is, too."""
    if len(there) != 1 or any(document.get("story") != id_ for document in group):
        return False
    (story,), part = there, _part(group)
    return (
        all(set(part[name]) <= set(story[name]) for name in _SETS)
        and _first_key(story["first"]) <= _first_key(part["first"])
        and bool(story["first_published_at"] <= part["first_published_at"])
        and bool(story["last_published_at"] >= part["last_published_at"])
    )


def _upsert(id_: str, parts: Sequence[Document], now: datetime) -> UpdateOne:
    """Add the group, and the stories that go up in this one."""
    added = {
        name: {"$each": sorted({value for part in parts for value in part[name]})[:MEMBERS]}
        for name in _SETS
    }
    update: dict[str, Any] = {
        "$addToSet": added,
        "$min": {
            "first": min((part["first"] for part in parts), key=_first_key),
            "first_published_at": min(part["first_published_at"] for part in parts),
        },
        "$max": {
            "last_published_at": max(part["last_published_at"] for part in parts),
            "updated_at": now,
        },
    }
    return UpdateOne({"_id": id_}, update, upsert=True)


def _first_key(first: Document) -> tuple[datetime, str]:
    return first["published_at"], first["article"]


def _to(story: str) -> Document:
    return {"$set": {"story": story}}
