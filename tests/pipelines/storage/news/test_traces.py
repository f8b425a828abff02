"""What articles are found by follows them, whatever happens in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.storage.news.articles import ArticleRepository
from pipelines.storage.news.traces import write_traces
from pipelines.text.finding.article_traces import VERSION, traces, week_of
from tests.support.samples import MORNING, sample

Document = dict[str, Any]
HOUR = timedelta(hours=1)


@pytest.fixture
def articles(async_database: AsyncDatabase[Document]) -> ArticleRepository:
    return ArticleRepository(async_database)


async def test_they_are_kept_beside_the_article(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    article = sample(1)
    await articles.write([article], MORNING)
    (found,) = database["traces"].find()
    expected = traces(article)
    assert article.fingerprint is not None
    assert found == {
        "_id": article.id,
        "version": VERSION,
        "at": MORNING,
        "content": article.fingerprint.content,
        "site": "guancha",
        "published_at": MORNING,
        "week": week_of(MORNING),
        "bands": expected.bands,
        "grams": expected.grams,
    }


async def test_they_follow_a_revision_and_no_earlier_state_comes_back(
    async_database: AsyncDatabase[Document],
    articles: ArticleRepository,
    database: Database[Document],
) -> None:
    await articles.write([sample(1)], MORNING)
    edited = sample(1, body="车间停产，原因是停电；厂里说，电来了就开工，请大家放心，一切照旧。")
    await articles.write([edited], MORNING + HOUR)
    assert database["traces"].find_one({}, {"_id": 0, "grams": 1}) == {
        "grams": traces(edited).grams
    }
    await write_traces(async_database, [sample(1)], MORNING)  # a writer that was overtaken
    assert database["traces"].find_one({}, {"_id": 0, "at": 1}) == {"at": MORNING + HOUR}


async def test_a_killed_writer_leaves_traces_to_the_next_look(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    await articles.write([sample(1), sample(2)], MORNING)
    whole = list(database["traces"].find().sort("_id"))
    database["traces"].delete_one({"_id": sample(1).id})
    database["traces"].update_one({}, {"$set": {"content": "00" * 32, "grams": b""}})
    await articles.write([sample(1), sample(2)], MORNING + HOUR)
    found = list(database["traces"].find().sort("_id"))
    assert [{**each, "at": MORNING} for each in found] == whole


def test_weeks_begin_with_their_first_second() -> None:
    begin = MORNING.replace(hour=0, minute=0) + timedelta(days=3)
    assert begin.strftime("%a") == "Thu"
    assert week_of(begin) == week_of(begin - timedelta(seconds=1)) + 1
    assert week_of(begin + timedelta(days=6, hours=23)) == week_of(begin)
