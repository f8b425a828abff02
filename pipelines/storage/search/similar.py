"""Articles that are like one article, in the whole archive."""

from __future__ import annotations

from datetime import timedelta

from attrs import define

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.news.furniture import MOST_SENTENCES, Numbers, by_site
from pipelines.storage.queries import opened
from pipelines.storage.schema.reading import sound
from pipelines.text.finding.similarity import Likeness, Profile, Verdict, bands, likeness

MOST_CANDIDATES = 300
"""Articles that are compared; of more, those that share most bands."""
MOST_LOOKED_AT = 20_000
LEAST_JACCARD = 0.3
"""Below that, what is alike is the form, unless one text stands in the other."""
_FIELDS = dict.fromkeys(
    ("url", "title", "source.name", "site", "section", "published_at", "story", "body"), 1
)
_SHOWN = {"site": 1, "number": 1}
_FIRST_WEEK, _LAST_WEEK = 0, 1 << 31


@define(frozen=True, kw_only=True)
class Similar:
    """An article that is like another. document: its short fields. verdict: what the two are to
    each other if both are of the same week."""

    document: Document
    likeness: Likeness
    verdict: Verdict | None


def similar_articles(settings: Settings, article: Document, limit: int = 20) -> list[Similar]:
    """The articles that are most like a stored one, the most alike first.

    Raises:
        StorageError: MongoDB is away.
    """
    own = bands(article["body"])
    if not own:
        return []
    with opened(settings) as database:
        candidates = database["traces"].aggregate(
            [
                {
                    "$match": {
                        "week": {"$gte": _FIRST_WEEK, "$lte": _LAST_WEEK},
                        "bands": {"$in": own},
                    }
                },
                {"$limit": MOST_LOOKED_AT},
                {"$project": {"shared": {"$size": {"$setIntersection": ["$bands", own]}}}},
                {"$sort": {"shared": -1, "_id": 1}},
                {"$limit": MOST_CANDIDATES + 1},
            ],
            hint="week_bands",
        )
        ids = [each["_id"] for each in candidates if each["_id"] != article["_id"]]
        found = database["articles"].find({"_id": {"$in": ids}}, _FIELDS)
        documents = sound("articles", found, _FIELDS)
        furniture = by_site(database["furniture"].find({}, _SHOWN).limit(MOST_SENTENCES))
    profile = _profile(article, furniture)
    compared = [_compared(article, profile, document, furniture) for document in documents]
    alike = [
        each
        for each in compared
        if each.likeness.jaccard >= LEAST_JACCARD or each.likeness.is_related
    ]
    alike.sort(key=lambda each: (-each.likeness.jaccard, each.document["_id"]))
    return alike[:limit]


def _profile(article: Document, furniture: Numbers) -> Profile:
    return Profile(article["body"], furniture.get(article["site"], frozenset()))


def _compared(
    article: Document, profile: Profile, document: Document, furniture: Numbers
) -> Similar:
    like = likeness(profile, _profile(document, furniture))
    del document["body"]
    apart: timedelta = document["published_at"] - article["published_at"]
    return Similar(document=document, likeness=like, verdict=like.verdict(apart))
