"""Stories of earlier rules: each is decided anew against the first of its copies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pymongo import ReplaceOne, UpdateOne
from pymongo.database import Database

from pipelines.storage.schema.story_documents import (
    FIELDS,
    added,
    likeness_document,
    name_of,
    order_of,
    story_part,
)
from pipelines.text.finding.grouping import Groups, pair_of, regrouped, whole_of
from pipelines.text.finding.similarity import WINDOW, Profile, likeness

BATCH = 100
MOST_MEMBERS = 2_000
"""Copies of one story that are decided anew; more of one text has never been seen."""
Document = dict[str, Any]


def mend_stories(database: Database[Document]) -> None:
    """Give every story the articles that are copies of its first one, and its name.

    The texts decide, so nothing else need be up to date. What stood in a story by way of another
    copy forms its own one or has none; texts that hold several of the articles are noted. The new
    stories are written before the earlier one goes, so a run that was killed is just repeated. What
    is written has fields that the validators of earlier versions do not know.
    """
    for story in _of_earlier_rules(database):
        wish = {"$or": [{"story": story["_id"]}, {"_id": {"$in": story["members"]}}]}
        found = database["articles"].find(wish, {**FIELDS, "body": 1}).limit(MOST_MEMBERS)
        members = {each["_id"]: each for each in found}
        profiles = {id_: Profile(each["body"]) for id_, each in members.items()}
        groups = _groups(members, profiles)
        additions = [
            added(name_of(members[first]), _part(members, ids), story["updated_at"])
            for first, ids in groups.members.items()
        ]
        if additions:
            database["stories"].bulk_write(
                additions, ordered=False, bypass_document_validation=True
            )
            database["likenesses"].bulk_write(
                _likenesses(groups, profiles), ordered=False, bypass_document_validation=True
            )
        if members:
            database["articles"].bulk_write(
                _changes(members, groups), ordered=False, bypass_document_validation=True
            )
        database["articles"].update_many({"story": story["_id"]}, {"$unset": {"story": ""}})
        database["stories"].delete_one({"_id": story["_id"]})


def _part(members: Mapping[str, Document], ids: Sequence[str]) -> Document:
    return story_part([members[id_] for id_ in ids])


def _of_earlier_rules(database: Database[Document]) -> Iterator[Document]:
    """The stories that are not named after their first copy, until none is left."""
    wish = {"_id": {"$not": {"$regex": "/"}}}
    while found := database["stories"].find(wish).limit(BATCH).to_list():
        yield from found


def _groups(members: Mapping[str, Document], profiles: Mapping[str, Profile]) -> Groups:
    def are_near(one: str, other: str) -> bool:
        apart = members[one]["published_at"] - members[other]["published_at"]
        return bool(abs(apart) <= WINDOW)

    order = sorted(members, key=lambda id_: order_of(members[id_]))
    return regrouped(order, profiles, are_near)


def _likenesses(groups: Groups, profiles: Mapping[str, Profile]) -> list[ReplaceOne[Document]]:
    """That the members of each story are copies of its first article."""
    found = []
    for first, ids in groups.members.items():
        for pair in (pair_of(first, id_) for id_ in ids if id_ != first):
            like = likeness(profiles[pair[0]], profiles[pair[1]])
            whole = whole_of(pair, profiles, like)
            document = likeness_document(pair, "same", like.jaccard, whole, 2)
            found.append(ReplaceOne({"_id": document["_id"]}, document, upsert=True))
    return found


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
