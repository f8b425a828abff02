"""Hot lists: what they show now or showed at a time, and the ways of articles through one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.schema.reading import declared

MOST_STAYS = 5_000
"""Of all articles of a list; the latest."""


def sites_with_lists(database: Database[Document]) -> list[str]:
    """Returns the sites of which a hot list was ever seen."""
    sites = database["sightings"].distinct("site")
    texts = [site for site in sites if isinstance(site, str)]
    return sorted(site for site in texts if ranked_sources(database, site))


def ranked_sources(database: Database[Document], site: str) -> list[str]:
    """Returns the hot lists of a site: those whose sightings have ranks. One tells for its list."""
    found = database["sightings"].aggregate(
        [
            {"$match": {"site": site}},
            {"$sort": {"site": 1, "source": 1, "until": 1, "at": -1}},
            {"$group": {"_id": "$source", "rank": {"$first": "$rank"}}},
        ]
    )
    ranked = [each["_id"] for each in found if isinstance(each["rank"], int)]
    return sorted(source for source in ranked if isinstance(source, str))


def hot_lists(
    database: Database[Document], site: str, at: datetime | None = None
) -> list[Document]:
    """Returns what a site's hot lists show now, or showed at a time, by list and rank."""
    sources = {"$in": ranked_sources(database, site)}
    wanted: Document = {"site": site, "source": sources, "rank": {"$ne": None}, "until": None}
    if at is not None:
        wanted["at"] = {"$lte": at}
        wanted["until"] = {"$not": {"$lte": at}}
    found = database["sightings"].find(declared("sightings", wanted))
    return found.sort([("source", 1), ("rank", 1)]).to_list()


def stays_of(
    database: Database[Document], articles: Sequence[str], since: datetime, until: datetime
) -> list[Document]:
    """Returns how hot lists showed articles in a time, the earliest first."""
    wanted = {
        "article": {"$in": [*articles]},
        "at": {"$lte": until},
        "until": {"$not": {"$lte": since}},
        "rank": {"$ne": None},
    }
    shown = {"article": 1, "site": 1, "source": 1, "at": 1, "until": 1, "rank": 1}
    found = (
        database["sightings"]
        .find(declared("sightings", wanted), shown)
        .sort("at", -1)
        .limit(MOST_STAYS)
    )
    return found.to_list()[::-1]


def those_stored(database: Database[Document], articles: Sequence[str]) -> set[str]:
    """Returns which of these articles are stored."""
    found = database["articles"].find({"_id": {"$in": [*articles]}}, {"_id": 1})
    return {each["_id"] for each in found}
