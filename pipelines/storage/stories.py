"""The collection `stories`: articles with the same text on different pages and sites.

Articles are inserted first and looked up afterwards. Of two processes that store two copies at
the same moment, the one that asks last sees both, whoever that is; and as every update here only
adds (`$addToSet`, `$min`, `$max`, a deterministic id), it may come twice or in any order.

A story keeps its id when a text changes later. Copies that turn out to belong to two stories
bring these together under the smaller id: members first, then the other story goes, then the
articles move; each step finds the rest of its work when it is repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import DeleteMany, UpdateMany, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.storage.documents import Document

MEMBERS = 500
"""Copies whose ids are taken into a story at once; further ones still name it in `story`."""

_SETS = ("members", "titles", "sources", "sites")


async def link_copies(
    database: AsyncDatabase[Document], texts: Iterable[str], now: datetime
) -> set[str]:
    """Link all articles with one of these text digests; gives the digests that have copies.

    A story whose copies are all linked and that holds all they say is left as it is.
    """
    repeated = await _repeated(database, sorted(texts))
    if not repeated:
        return set()
    groups = await _groups(database, repeated)
    known = await _known(database, groups)
    groups = [group for group in groups if not _is_settled(group, known)]
    stories: list[UpdateOne | DeleteMany] = []
    moves: list[UpdateMany] = []
    for group in groups:
        id_ = _story_id(group)
        others = [story for story in group["stories"] if story != id_]
        stories.append(
            _upsert(id_, group, [known[story] for story in others if story in known], now)
        )
        moves.append(
            UpdateMany({"fingerprint.text": group["_id"], "story": {"$ne": id_}}, _to(id_))
        )
        if others:
            stories.append(DeleteMany({"_id": {"$in": others}}))
            moves.append(UpdateMany({"story": {"$in": others}}, _to(id_)))
    if groups:
        await database["stories"].bulk_write(stories, ordered=True)
        await database["articles"].bulk_write(moves, ordered=True)
    return set(repeated)


async def _repeated(database: AsyncDatabase[Document], texts: Sequence[str]) -> list[str]:
    """The digests that more than one article has; read from the index alone."""
    cursor = await database["articles"].aggregate(
        [
            {"$match": {"fingerprint.text": {"$in": texts}}},
            {"$group": {"_id": "$fingerprint.text", "count": {"$sum": 1}}},
            {"$match": {"count": {"$gt": 1}}},
        ]
    )
    return [group["_id"] for group in await cursor.to_list()]


async def _groups(database: AsyncDatabase[Document], texts: Sequence[str]) -> list[Document]:
    """The copies of each text, and what stories they belong to."""
    first = {"published_at": "$published_at", "article": "$_id"}
    cursor = await database["articles"].aggregate(
        [
            {"$match": {"fingerprint.text": {"$in": texts}}},
            {
                "$group": {
                    "_id": "$fingerprint.text",
                    "members": {"$minN": {"input": "$_id", "n": MEMBERS}},
                    "titles": {"$addToSet": "$title"},
                    "sources": {"$addToSet": "$source.name"},
                    "sites": {"$addToSet": "$site"},
                    "stories": {"$addToSet": "$story"},
                    "unlinked": {"$sum": {"$cond": [{"$ifNull": ["$story", False]}, 0, 1]}},
                    "first": {"$min": first},
                    "last": {"$max": "$published_at"},
                }
            },
        ]
    )
    return await cursor.to_list()


async def _known(
    database: AsyncDatabase[Document], groups: Sequence[Document]
) -> dict[str, Document]:
    """The stories to which any of the copies belong, by id."""
    ids = sorted({story for group in groups for story in group["stories"]})
    if not ids:
        return {}
    cursor = database["stories"].find({"_id": {"$in": ids}})
    return {document["_id"]: document for document in await cursor.to_list()}


def _is_settled(group: Document, known: Mapping[str, Document]) -> bool:
    """Whether nothing is to be written: what a writer before us was killed over is, too."""
    story = known.get(group["stories"][0]) if len(group["stories"]) == 1 else None
    return (
        story is not None
        and not group["unlinked"]
        and all(set(_bounded([group], name)) <= set(story[name]) for name in _SETS)
        and _first_key(story["first"]) <= _first_key(group["first"])
        and story["first_published_at"] <= group["first"]["published_at"]
        and story["last_published_at"] >= group["last"]
    )


def _story_id(group: Document) -> str:
    """That of the copies' story; else one that follows from the text, whoever makes it."""
    return str(min(group["stories"], default=f"text:{group['_id'][:32]}"))


def _upsert(id_: str, group: Document, merged: Sequence[Document], now: datetime) -> UpdateOne:
    """Add the group, and the stories that go up in this one."""
    parts = [
        {**group, "first_published_at": group["first"]["published_at"],
         "last_published_at": group["last"]},
        *merged,
    ]  # fmt: skip
    added = {name: {"$each": _bounded(parts, name)} for name in _SETS}
    update: dict[str, Any] = {
        "$setOnInsert": {"text": group["_id"]},
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


def _bounded(parts: Sequence[Document], name: str) -> list[str]:
    return sorted({value for part in parts for value in part[name]})[:MEMBERS]


def _first_key(first: Document) -> tuple[datetime, str]:
    return first["published_at"], first["article"]


def _to(story: str) -> Document:
    return {"$set": {"story": story}}
