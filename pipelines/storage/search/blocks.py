"""The collections `blocks` and `postings`: the grams of thousands of articles, gathered.

Articles that are not gathered yet are searched one by one, so nothing waits for gathering. A block
never changes. An article that changes leaves its block: its new traces name no block, and what the
old postings find is checked against its text. So blocks may overlap: two processes that gather at
once, or one that is killed meanwhile, only cause articles to be found twice and shown once.
"""

from __future__ import annotations

import asyncio
import uuid
from array import array
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from pymongo import UpdateMany
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.storage.documents import Document
from pipelines.text.finding.article_traces import VERSION
from pipelines.text.finding.grams import ordered_grams
from pipelines.text.finding.packing import packed
from pipelines.text.finding.postings import BLOCK, SHARDS, shards
from pipelines.timing.clock import now

MOST_BLOCKS = 500
"""Blocks that are gathered in one call; about two million articles."""
_AT_ONCE = 128  # shards of a write, half a megabyte
_READ = 128  # articles of a read, another half
_FIELDS = {"grams": 1, "published_at": 1, "at": 1}


async def gather(database: AsyncDatabase[Document], *, size: int = BLOCK) -> int:
    """Gathers whole blocks from articles that are in none; returns how many it made."""
    loose = {"block": None, "version": VERSION}
    for made in range(MOST_BLOCKS):
        if await database["traces"].count_documents(loose, limit=size) < size:
            return made
        oldest = database["traces"].find(loose, _FIELDS).sort("published_at", 1)
        await _gather(database, oldest.limit(size).batch_size(_READ))
    return MOST_BLOCKS


async def drop_outdated(database: AsyncDatabase[Document]) -> int:
    """Removes the blocks of earlier rules; returns how many there were."""
    cursor = database["blocks"].find({"version": {"$ne": VERSION}}, {"_id": 1})
    blocks = [document["_id"] for document in await cursor.to_list()]
    for block in blocks:
        names = [f"{block}:{number}" for number in range(SHARDS)]
        await database["postings"].delete_many({"_id": {"$in": names}})
        await database["blocks"].delete_one({"_id": block})
    return len(blocks)


async def _gather(database: AsyncDatabase[Document], oldest: AsyncCursor[Document]) -> None:
    """Makes a block of these articles, the newest first: postings, the block, then the articles'
    marks."""
    block = uuid.uuid4().hex
    members, every = await _take(oldest)
    if not members:
        return  # another process was here first
    found = await asyncio.to_thread(shards, every)
    documents = [
        {
            "_id": f"{block}:{number}",
            "grams": shard.grams,
            "ends": shard.ends,
            "places": shard.places,
        }
        for number, shard in found.items()
    ]
    for start in range(0, len(documents), _AT_ONCE):
        await database["postings"].insert_many(documents[start : start + _AT_ONCE], ordered=False)
    await database["blocks"].insert_one(
        {
            "_id": block,
            "version": VERSION,
            "gathered_at": now(),
            "newest": members[0]["published_at"],
            "oldest": members[-1]["published_at"],
            "articles": "\n".join(member["_id"] for member in members),
            "published": packed("q", [_milliseconds(each["published_at"]) for each in members]),
        }
    )
    await _mark(database, members, block)


async def _mark(database: AsyncDatabase[Document], members: Sequence[Document], block: str) -> None:
    """Notes with the articles' traces that they are in a block."""
    states: dict[datetime, list[str]] = defaultdict(list)
    for member in members:
        states[member["at"]].append(member["_id"])
    # Articles that have changed meanwhile have another `at` and stay out of the block.
    marks = [
        UpdateMany(
            {"_id": {"$in": ids}, "at": at}, {"$set": {"block": block}, "$unset": {"grams": ""}}
        )
        for at, ids in states.items()
    ]
    await database["traces"].bulk_write(marks, ordered=False)


async def _take(oldest: AsyncCursor[Document]) -> tuple[list[Document], list[array[int]]]:
    """Returns the articles, the newest first, and the grams of each."""
    members: list[Document] = []
    every: list[array[int]] = []
    while part := await oldest.to_list(_READ):
        loose = [member for member in part if "grams" in member]
        every += await asyncio.to_thread(_ordered, loose)
        members += loose
    return members[::-1], every[::-1]


def _ordered(members: Sequence[Document]) -> list[array[int]]:
    """Takes the grams out of the documents and returns them in order."""
    return [ordered_grams(member.pop("grams")) for member in members]


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
