"""What takes more than looking up a name: traces, blocks, stories, revisions, sightings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.schema.story_documents import FIELDS, says_all, story_part
from pipelines.storage.soundness.check import known_ids
from pipelines.text.finding.article_traces import VERSION

Data = Database[Document]
Documents = Sequence[Document]


def untraced(database: Data, articles: Documents) -> Iterable[Any]:
    """Articles that have no traces of their present text."""
    contents = {each["_id"]: each["fingerprint"]["content"] for each in articles}
    wanted = {"_id": {"$in": list(contents)}, "version": VERSION}
    found = database["traces"].find(wanted, {"content": 1})
    traced = {each["_id"] for each in found if contents[each["_id"]] == each["content"]}
    return contents.keys() - traced


def without_block(database: Data, traces: Documents) -> Iterable[Any]:
    """Traces whose grams were gathered in a block that is not there."""
    blocks = known_ids(database, "blocks", {each["block"] for each in traces})
    return [each["_id"] for each in traces if each["block"] not in blocks]


def without_postings(database: Data, blocks: Documents) -> Iterable[Any]:
    """Blocks of which no shard is there."""
    return [
        each["_id"]
        for each in blocks
        if database["postings"].find_one({"_id": {"$regex": f"^{each['_id']}:"}}, {"_id": 1})
        is None
    ]


def of_no_block(database: Data, postings: Documents) -> Iterable[Any]:
    """Postings of a block that is not there."""
    owners = {each["_id"]: each["_id"].rpartition(":")[0] for each in postings}
    blocks = known_ids(database, "blocks", set(owners.values()))
    return [id_ for id_, block in owners.items() if block not in blocks]


def ill_told(database: Data, stories: Documents) -> Iterable[Any]:
    """Stories that name articles which do not name them, or do not say what their articles say."""
    ids = [each["_id"] for each in stories]
    members: dict[str, list[Document]] = defaultdict(list)
    for article in database["articles"].find({"story": {"$in": ids}}, dict(FIELDS)):
        members[article["story"]].append(article)
    for story in stories:
        group = members[story["_id"]]
        if (
            not group
            or not set(story["members"]) <= {each["_id"] for each in group}
            or not says_all(story, story_part(group))
        ):
            yield story["_id"]


def without_history(database: Data, articles: Documents) -> Iterable[Any]:
    """Articles of which an earlier state is missing."""
    ids = [each["_id"] for each in articles]
    count = {"$group": {"_id": "$article", "states": {"$addToSet": "$revision"}}}
    found = database["revisions"].aggregate([{"$match": {"article": {"$in": ids}}}, count])
    states = {each["_id"]: set(each["states"]) for each in found}
    return [
        each["_id"]
        for each in articles
        if not set(range(1, each["revision"])) <= states.get(each["_id"], set())
    ]


def seen_twice(database: Data, sightings: Documents) -> Iterable[Any]:
    """Sightings that were never ended though a later one of the same article in the same list is
    there."""
    articles = {each["article"] for each in sightings}
    latest: dict[tuple[str, ...], Any] = {}
    found = database["sightings"].find({"article": {"$in": list(articles)}}, _LIST)
    for each in found:
        latest[_place(each)] = max(each["at"], latest.get(_place(each), each["at"]))
    return [each["_id"] for each in sightings if each["at"] < latest[_place(each)]]


_LIST = {"site": 1, "source": 1, "article": 1, "at": 1}


def _place(sighting: Document) -> tuple[str, ...]:
    return sighting["site"], sighting["source"], sighting["article"]
