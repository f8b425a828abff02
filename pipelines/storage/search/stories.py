"""Stories as people go through them: the biggest of some days, and one with its copies."""

from __future__ import annotations

from datetime import datetime

from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.schema.reading import declared, sound

MOST_LOOKED_AT = 10_000
"""Stories of the days, the newest, of which the biggest are sought."""
MOST_WITH_TOPIC = 1_000
"""The biggest of them, of which those of a topic are sought."""
MOST_COPIES = 300
_STORY = dict.fromkeys(("first", "sites", "first_published_at", "last_published_at"), 1)
_TITLES = dict.fromkeys(("title", "source.name", "site", "topics.topic"), 1)
_COPY = dict.fromkeys(("title", "source.name", "site", "published_at", "gone_at"), 1)


def biggest_stories(
    database: Database[Document], since: datetime, topic: str | None, limit: int
) -> list[Document]:
    """Returns the stories with the most copies among those that had one since then. copies: how
    many; article: the first copy, as far as it is stored. A story has the topics of that one."""
    found = database["stories"].aggregate(
        [
            {"$match": {"last_published_at": {"$gte": since}, "members": {"$type": "array"}}},
            {"$sort": {"last_published_at": -1}},
            {"$limit": MOST_LOOKED_AT},
            {"$project": {"copies": {"$size": "$members"}, **_STORY}},
            {"$sort": {"copies": -1, "last_published_at": -1, "_id": 1}},
            {"$limit": limit if topic is None else MOST_WITH_TOPIC},
        ]
    )
    stories = sound("stories", found, _STORY)
    wanted: Document = {"_id": {"$in": [each["first"]["article"] for each in stories]}}
    if topic is not None:
        wanted["topics.topic"] = topic
    articles = database["articles"].find(wanted, _TITLES).hint("_id_")  # else: all of the topic
    firsts = {each["_id"]: each for each in sound("articles", articles, _TITLES)}
    shown = [{**each, "article": firsts.get(each["first"]["article"])} for each in stories]
    return [each for each in shown if topic is None or each["article"]][:limit]


def story_with_copies(
    database: Database[Document], id_: str
) -> tuple[Document | None, list[Document], int]:
    """Returns a story, its copies, the oldest first, and how many there are; at most `MOST_COPIES`
    of them."""
    wanted = declared("stories", {"_id": id_})
    story = database["stories"].find_one(wanted, {"titles": 0, "members": 0})
    if story is None:
        return None, [], 0
    found = database["articles"].find(declared("articles", {"story": id_}), _COPY)
    copies = found.sort([("published_at", 1), ("_id", 1)]).limit(MOST_COPIES).to_list()
    number = len(copies)
    if number == MOST_COPIES:
        number = database["articles"].count_documents({"story": id_})
    return story, copies, number
