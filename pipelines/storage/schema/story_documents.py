"""What documents of `stories` and `likenesses` say; how a story follows from the articles that name
it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pymongo import UpdateOne

MEMBERS = 500
"""Copies whose ids are taken into a story at once; further ones still name it in `story`."""
FIELDS: Mapping[str, int] = dict.fromkeys(
    ("title", "source.name", "site", "published_at", "first_seen_at", "story"), 1
)
"""What of an article its story says, and what says which copy is the first."""
TOLD = ("story", "similar", "contains")
"""What an article says of others. It follows from all that is stored, and is no part of what the
site published."""
_SETS = ("members", "titles", "sources", "sites")
Document = Mapping[str, Any]


def likeness_id(pair: tuple[str, str]) -> str:
    """The name of what two articles, in the order of their ids, are to each other."""
    return " ".join(pair)


def likeness_document(
    pair: tuple[str, str], verdict: str, jaccard: float, whole: str | None, texts: int
) -> dict[str, Any]:
    """What two articles are to each other."""
    return {
        "_id": likeness_id(pair),
        "articles": [*pair],
        "verdict": verdict,
        "jaccard": jaccard,
        "whole": whole,
        "texts": texts,
    }


def name_of(first: Document) -> str:
    """The name of the story of which this is the first copy; the names are in order of time."""
    return f"{first['published_at']:%Y-%m-%dT%H:%M:%SZ}/{first['_id']}"


def order_of(article: Document) -> tuple[date, datetime, str]:
    """Which of several copies is the first: the one that was known on an earlier day (of UTC);
    of one day, the one that was published first.

    A time of publication is what a site says. A copy that comes a day later cannot put itself
    before the others, whatever it says, and within a day it does not matter which was stored first.
    """
    return article["first_seen_at"].date(), article["published_at"], article["_id"]


def first_of(story: str) -> str:
    """The article after which a story is named: the first of its copies that was known."""
    return story.partition("/")[2]


def leads(document: Document) -> bool:
    """Whether a story is named after this article, and it belongs to it."""
    return bool(document.get("story")) and first_of(document["story"]) == document["_id"]


def story_part(group: Sequence[Document]) -> dict[str, Any]:
    """What some articles add to their story."""
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


def says_all(story: Document | None, part: Document) -> bool:
    """Whether a story says all that some of its articles say."""
    return (
        story is not None
        and all(set(part[name]) <= set(story[name]) for name in _SETS)
        and _first_key(story["first"]) <= _first_key(part["first"])
        and bool(story["first_published_at"] <= part["first_published_at"])
        and bool(story["last_published_at"] >= part["last_published_at"])
    )


def added(name: str, part: Document, now: datetime) -> UpdateOne:
    """Adds to a story what some of its articles say, in whatever order that happens."""
    update: dict[str, Any] = {
        "$addToSet": {field: {"$each": part[field]} for field in _SETS},
        "$min": {"first": part["first"], "first_published_at": part["first_published_at"]},
        "$max": {"last_published_at": part["last_published_at"], "updated_at": now},
    }
    return UpdateOne({"_id": name}, update, upsert=True)


def _first_key(first: Document) -> tuple[datetime, str]:
    return first["published_at"], first["article"]
