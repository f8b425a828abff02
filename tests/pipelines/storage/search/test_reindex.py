"""What articles are found by can be thrown away and comes back the same."""

from __future__ import annotations

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.news.articles import ArticleRepository
from pipelines.storage.search.blocks import gather
from pipelines.storage.search.reindex import reindex_database
from pipelines.storage.search.similar import similar_articles
from tests.support.rival_desk import article
from tests.support.samples import MORNING

Document = dict[str, Any]


async def test_all_comes_back(
    async_database: AsyncDatabase[Document], database: Database[Document]
) -> None:
    batch = [article(number, site) for number in range(60) for site in ("guancha", "sina")]
    await ArticleRepository(async_database).write(batch, MORNING)
    traces = {each["_id"]: each for each in database["traces"].find()}
    stories = list(database["stories"].find())
    assert len(stories) == 60
    assert await gather(async_database, size=50) == 2

    database["traces"].delete_many({"_id": {"$regex": "sina"}})
    database["traces"].update_many({}, {"$set": {"version": 1, "bands": []}})
    database["blocks"].update_many({}, {"$set": {"version": 1}})
    database["articles"].update_many({}, {"$unset": {"story": ""}})
    database["stories"].delete_many({})
    told: list[tuple[int, int]] = []
    done = await reindex_database(async_database, lambda seen, total: told.append((seen, total)))
    assert (done.articles, done.outdated) == (120, 2)
    assert told == [(100, 120), (120, 120)]
    assert {each["_id"]: each for each in database["traces"].find()} == traces
    assert list(database["stories"].find().sort("_id")) == sorted(
        stories, key=lambda story: story["_id"]
    )
    assert database["postings"].count_documents({}) == database["blocks"].count_documents({}) == 0
    again = await reindex_database(async_database, lambda _seen, _total: None)
    assert (again.articles, again.outdated) == (0, 0)


async def test_similar_articles_are_found_over_the_years(
    settings: Settings, async_database: AsyncDatabase[Document], database: Database[Document]
) -> None:
    one, copy, other = article(1, "guancha"), article(1, "sina"), article(2, "guancha")
    copy.published_at = MORNING.replace(year=2019)
    await ArticleRepository(async_database).write([one, copy, other], MORNING)
    document = database["articles"].find_one({"_id": one.id})
    assert document is not None
    (found,) = similar_articles(settings, document)
    assert (found.document["_id"], found.verdict) == (copy.id, None)
    assert found.likeness.contained > 0.9
    assert "body" not in found.document
