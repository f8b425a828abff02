"""The collection `stories`: copies of one article on different pages and sites.

A story is named after the first of its copies that was known, and whether another article belongs
to it is decided against that one alone: a copy of a copy does not drift into it. What holds two
different articles belongs to no story.

Articles and their traces are written first and copies looked for afterwards. Of two processes
that store two copies at the same moment, the one that asks last sees both, whoever that is, and
marks both. What they decide can differ all the same (one saw a third copy): so a writer looks
again after it has written, until the articles it knows of and their stories agree. An article's
story only changes if it still is what the writer saw; first copies that turn out to be copies of
each other give way to the smaller name, and only those whose first copy went elsewhere are
decided anew. A story document follows from the articles that name it: it gains (`$addToSet`,
`$min`, `$max`), and is made anew when an article leaves. So this ends, may be repeated, and goes
on after a kill where it was cut short.

An article keeps its story when a text changes later; what it says then is added, too, whether its
copies are still like it or not.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.items import Article
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import DatabaseUnavailable
from pipelines.storage.news.copies import Found, Texts, compared, note_digests
from pipelines.storage.news.furniture import known_furniture, note_furniture
from pipelines.storage.news.near import near
from pipelines.storage.schema.story_documents import (
    FIELDS,
    added,
    first_of,
    leads,
    name_of,
    says_all,
    story_part,
)
from pipelines.text.finding.grouping import Pair, assigned, neighbours, regrouped
from pipelines.text.finding.similarity import WINDOW

MOST_READ = 20_000
"""Articles that are read at once."""
SIMILAR = 20
"""Articles that `similar` names at most."""
ROUNDS = 20
PAUSE_SECONDS = 0.02
_FIELDS = {**FIELDS, "similar": 1, "contains": 1}
Documents = Mapping[str, Document]


async def link_copies(
    database: AsyncDatabase[Document], articles: Sequence[Article], now: datetime
) -> set[str]:
    """Link these articles with their copies, and name what is similar to them.

    Gives the ids of all articles of which a copy was found that belongs to the same story.

    Raises:
        DatabaseUnavailable: other processes keep changing the same stories.
    """
    ids = {article.id for article in articles}
    furniture = await known_furniture(database)
    found_near = await near(database, articles, furniture)
    if found_near.furniture:
        await note_furniture(database, found_near.furniture, articles, now)
        furniture = await known_furniture(database)
    texts = Texts(database, furniture)
    documents = await _documents(database, ids, found_near.pairs)
    found = await compared(texts, documents, found_near.pairs)
    found |= await note_digests(texts, documents, found_near.pairs, found)
    await _decide_holders_anew(texts, found_near.furniture, now)
    same = {pair for pair, each in found.items() if each.verdict == "same"}
    for _round in range(ROUNDS):
        documents = await _documents(database, ids, {*found, *found_near.pairs})
        if not await _settle(texts, documents, same, now):
            break
        await asyncio.sleep(random.uniform(0, PAUSE_SECONDS))  # noqa: S311 only spreads them
    else:
        raise DatabaseUnavailable(
            f"The stories of {min(documents)} and others were changed by other processes {ROUNDS} "
            "times in a row: run fewer crawls at once."
        )
    await _name_similar(database, documents, found)
    return {id_ for pair in found_near.pairs if _share_story(documents, pair) for id_ in pair}


async def _documents(
    database: AsyncDatabase[Document], ids: Collection[str], pairs: Iterable[Pair]
) -> dict[str, Document]:
    """The articles of the pairs, those of `ids` that have a story, and the first copies of all
    their stories, by id."""
    paired = {id_ for pair in pairs for id_ in pair}
    told = {"_id": {"$in": sorted(ids)}, "story": {"$ne": None}}
    documents = await _find(database, {"$or": [{"_id": {"$in": sorted(paired)}}, told]})
    firsts = {first_of(each["story"]) for each in documents.values() if each.get("story")}
    return documents | await _read(database, firsts - documents.keys())


async def _find(database: AsyncDatabase[Document], wish: Document) -> dict[str, Document]:
    cursor = database["articles"].find(wish, _FIELDS).limit(MOST_READ)
    return {document["_id"]: document for document in await cursor.to_list()}


async def _read(database: AsyncDatabase[Document], ids: Collection[str]) -> dict[str, Document]:
    return await _find(database, {"_id": {"$in": sorted(ids)}}) if ids else {}


def _share_story(documents: Documents, pair: Pair) -> bool:
    stories = {documents[id_].get("story") if id_ in documents else None for id_ in pair}
    return len(stories) == 1 and None not in stories


async def _name_similar(
    database: AsyncDatabase[Document], documents: Documents, found: Found
) -> None:
    """Note on both articles that they are similar, the most alike first: related ones, and copies
    that belong to no story together."""
    places = {id_: SIMILAR - len(each.get("similar") or ()) for id_, each in documents.items()}
    apart = [pair for pair in found if not _share_story(documents, pair)]
    updates = []
    for pair in sorted(apart, key=lambda pair: (-found[pair].jaccard, pair)):
        for id_, other in (pair, pair[::-1]):
            if places.get(id_, 0) > 0 and other not in (documents[id_].get("similar") or ()):
                places[id_] -= 1
                room = {"_id": id_, f"similar.{SIMILAR - 1}": {"$exists": False}}
                updates.append(UpdateOne(room, {"$addToSet": {"similar": other}}))
    if updates:
        await database["articles"].bulk_write(updates, ordered=False)


async def _settle(texts: Texts, documents: Documents, same: set[Pair], now: datetime) -> bool:
    """Write what the articles and their stories lack; whether anything was."""
    moves = _moves(documents, same)
    await _move(texts.database, documents, moves)
    left = _stories_of(documents, moves) | _without_first(documents)
    for story in sorted(left):
        await _make_anew(texts, story, now)
    if left:
        return True
    moved = {id_: {**documents[id_], "story": story} for id_, story in moves.items()}
    return bool(await _complete(texts, {**documents, **moved}, now) or moves)


def _stories_of(documents: Documents, ids: Iterable[str]) -> set[str]:
    return {documents[id_]["story"] for id_ in ids if documents[id_].get("story")}


async def _decide_holders_anew(
    texts: Texts, furniture: Mapping[tuple[str, int], set[str]], now: datetime
) -> None:
    """Decide the stories of articles anew that were alike by sentences that are left out now."""
    holders = {id_ for ids in furniture.values() for id_ in ids}
    for story in sorted(_stories_of(await _read(texts.database, holders), holders)):
        await _make_anew(texts, story, now, all_members=True)


def _moves(documents: Documents, same: Collection[Pair]) -> dict[str, str | None]:
    """The articles whose story has to change, and to which; none: to no story."""
    whole = {id_ for id_, each in documents.items() if each.get("contains")}
    copies = neighbours(pair for pair in same if whole.isdisjoint(pair))
    names = {
        id_: each["story"] for id_, each in documents.items() if leads(each) and id_ not in whole
    }
    leaders = sorted(names, key=names.__getitem__)
    firsts = assigned(leaders, (), copies)
    wanted: dict[str, str | None] = dict.fromkeys(whole)
    wanted |= {id_: names[first] for id_, first in firsts.items()}
    kept = [id_ for id_ in leaders if firsts[id_] == id_]
    free = [
        id_
        for id_ in _in_order(documents, documents.keys() - whole)
        if not documents[id_].get("story")
    ]
    firsts = assigned(free, kept, copies)
    followed = {first for id_, first in firsts.items() if id_ != first}
    for id_ in free:
        first = firsts[id_]
        if first in names:
            wanted[id_] = names[first]
        else:
            wanted[id_] = name_of(documents[first]) if first in followed else None
    return {id_: story for id_, story in wanted.items() if documents[id_].get("story") != story}


def _without_first(documents: Documents) -> set[str]:
    """Stories that their first copy does not belong to any more."""
    return {
        story
        for story in _stories_of(documents, documents)
        if documents.get(first_of(story), {}).get("story") != story
    }


def _in_order(documents: Documents, ids: Iterable[str]) -> list[str]:
    """Articles in the order in which they were published."""
    return sorted(ids, key=lambda id_: (documents[id_]["published_at"], id_))


async def _move(
    database: AsyncDatabase[Document], documents: Documents, moves: Mapping[str, str | None]
) -> None:
    """Change the articles' stories where they are still what was seen."""
    if not moves:
        return
    await database["articles"].bulk_write(
        [
            UpdateOne(
                {"_id": id_, "story": documents[id_].get("story")},
                {"$set": {"story": story}} if story else {"$unset": {"story": ""}},
            )
            for id_, story in moves.items()
        ],
        ordered=False,
    )


async def _make_anew(texts: Texts, story: str, now: datetime, *, all_members: bool = False) -> None:
    """Put a story together again that an article has left. Without its first copy, or if all
    members are in doubt, these are decided anew."""
    database = texts.database
    await database["stories"].delete_one({"_id": story})
    members = await _find(database, {"story": story})
    firsts = [first_of(story)] if first_of(story) in members else []
    if all_members or not firsts:
        moves = await _decided_anew(texts, story, members, firsts)
    else:
        moves = dict.fromkeys(members) if len(members) == 1 else {}
    await _move(database, members, moves)
    await _add(database, await _read(database, members.keys()), {}, now)


async def _decided_anew(
    texts: Texts, story: str, members: Documents, leaders: Sequence[str]
) -> dict[str, str | None]:
    """The stories of articles, where these change. Without leaders the first copy has gone to
    another story, which comes first then, or is a digest."""
    names = dict.fromkeys(leaders, story)
    if not leaders:
        firsts = (await _read(texts.database, {first_of(story)})).values()
        names = {first_of(each["story"]): each["story"] for each in firsts if each.get("story")}
    documents = await texts.read(members.keys() | names.keys())

    def are_near(one: str, other: str) -> bool:
        apart = documents[one]["published_at"] - documents[other]["published_at"]
        return bool(abs(apart) <= WINDOW)

    groups = await asyncio.to_thread(
        regrouped,
        _in_order(members, members.keys() & documents.keys()),
        texts.profiles(documents),
        are_near,
        [id_ for id_ in names if id_ in documents],
    )
    stories: dict[str, str | None] = dict.fromkeys(members)
    for first, some in groups.members.items():
        stories |= dict.fromkeys(some, names.get(first) or name_of(documents[first]))
    return {id_: stories[id_] for id_ in members if stories[id_] != members[id_]["story"]}


async def _complete(texts: Texts, documents: Documents, now: datetime) -> bool:
    """Add to the stories what their articles say; whether anything was missing or too much."""
    names = _stories_of(documents, documents)
    wanted = {"$or": [{"_id": {"$in": sorted(names)}}, {"members": {"$in": sorted(documents)}}]}
    there = {each["_id"]: each for each in await texts.database["stories"].find(wanted).to_list()}
    wrong = {
        name
        for name, story in there.items()
        for id_ in story["members"]
        if id_ in documents and documents[id_].get("story") != name
    }
    wrong |= {name for name in names if len(_known_members(name, documents, there)) == 1}
    for name in sorted(wrong):
        await _make_anew(texts, name, now)
    right = {id_: each for id_, each in documents.items() if each.get("story") not in wrong}
    return bool(await _add(texts.database, right, there, now) or wrong)


def _known_members(name: str, documents: Documents, there: Documents) -> set[str]:
    members = {id_ for id_, each in documents.items() if each.get("story") == name}
    return members.union(there.get(name, {}).get("members", ()))


async def _add(
    database: AsyncDatabase[Document], documents: Documents, there: Documents, now: datetime
) -> bool:
    """Add to the stories what these articles say and what is not there; whether that was any."""
    groups: dict[str, list[Document]] = defaultdict(list)
    for document in documents.values():
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
