"""Stories of earlier rules: each is decided anew against the first of its copies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.storage.schema.story_documents import FIELDS, added, name_of, story_part
from pipelines.text.finding.grouping import Groups, regrouped
from pipelines.text.finding.similarity import WINDOW, Profile

BATCH = 100
MOST_MEMBERS = 2_000
"""Copies of one story that are decided anew; more of one text has never been seen."""
Document = dict[str, Any]


def mend_stories(database: Database[Document]) -> None:
    """Give every story the articles that are copies of its first one, and its name.

    The texts decide, so nothing else need be up to date. What stood in a story by way of another
    copy forms its own one or has none; texts that hold several of the articles are noted. The new
    stories are written before the earlier one goes, so a run that was killed is just repeated.
    """
    for story in _of_earlier_rules(database):
        wish = {"$or": [{"story": story["_id"]}, {"_id": {"$in": story["members"]}}]}
        found = database["articles"].find(wish, {**FIELDS, "body": 1}).limit(MOST_MEMBERS)
        members = {each["_id"]: each for each in found}
        groups = _groups(members)
        additions = [
            added(name_of(members[first]), _part(members, ids), story["updated_at"])
            for first, ids in groups.members.items()
        ]
        if additions:
            database["stories"].bulk_write(additions, ordered=False)
        if members:
            database["articles"].bulk_write(_changes(members, groups), ordered=False)
        database["articles"].update_many({"story": story["_id"]}, {"$unset": {"story": ""}})
        database["stories"].delete_one({"_id": story["_id"]})


def _part(members: Mapping[str, Document], ids: Sequence[str]) -> Document:
    return story_part([members[id_] for id_ in ids])


def _of_earlier_rules(database: Database[Document]) -> Iterator[Document]:
    """The stories that are not named after their first copy, until none is left."""
    wish = {"_id": {"$not": {"$regex": "/"}}}
    while found := database["stories"].find(wish).limit(BATCH).to_list():
        yield from found


def _groups(members: Mapping[str, Document]) -> Groups:
    def are_near(one: str, other: str) -> bool:
        apart = members[one]["published_at"] - members[other]["published_at"]
        return bool(abs(apart) <= WINDOW)

    order = sorted(members, key=lambda id_: (members[id_]["published_at"], id_))
    profiles = {id_: Profile(each["body"]) for id_, each in members.items()}
    return regrouped(order, profiles, are_near)


def _changes(members: Mapping[str, Document], groups: Groups) -> list[UpdateOne]:
    names = {id_: name_of(members[first]) for first, ids in groups.members.items() for id_ in ids}
    return [
        UpdateOne(
            {"_id": id_},
            {"$set": {"story": names[id_]}} if id_ in names else {"$unset": {"story": ""}},
        )
        for id_ in members
    ] + [
        UpdateOne({"_id": id_}, {"$addToSet": {"contains": {"$each": sorted(held)}}})
        for id_, held in groups.wholes.items()
    ]
