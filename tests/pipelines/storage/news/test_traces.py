"""What articles are found by follows them, whatever happens in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.storage.news import traces as storage
from pipelines.storage.news.articles import ArticleRepository
from pipelines.storage.news.traces import near_pairs, write_traces
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


async def test_of_a_flood_the_nearest_are_compared(
    async_database: AsyncDatabase[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "\n".join(
        f"第{line}项检查已经做完，结果贴在门口，请各车间自己来看。" for line in range(9)
    )
    flood = [
        sample(number, body=f"{body}{number}车间" + "另行通知。" * number) for number in range(12)
    ]
    await write_traces(async_database, flood, MORNING)
    copy = sample(50, site="sina", body=flood[7].body)
    await write_traces(async_database, [copy], MORNING)
    monkeypatch.setattr(storage, "MOST_CANDIDATES", 4)
    pairs = await near_pairs(async_database, [copy])
    assert (flood[7].id, copy.id) in pairs
    assert len(pairs) < 4


async def test_a_batch_with_more_than_is_held_at_once_is_no_flood(
    async_database: AsyncDatabase[Document],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    stored = [sample(number) for number in range(8)]
    copies = [sample(50 + each, site="sina", body=stored[each].body) for each in range(8)]
    await write_traces(async_database, [*stored, *copies], MORNING)
    whole = await near_pairs(async_database, copies)
    monkeypatch.setattr(storage, "MOST_CANDIDATES", 4)
    monkeypatch.setattr(storage, "MOST_LOOKED_AT", 12)
    assert await near_pairs(async_database, copies) == whole
    assert len(whole) == 8
    assert "flood" not in caplog.text


def test_weeks_begin_with_their_first_second() -> None:
    begin = MORNING.replace(hour=0, minute=0) + timedelta(days=3)
    assert begin.strftime("%a") == "Thu"
    assert week_of(begin) == week_of(begin - timedelta(seconds=1)) + 1
    assert week_of(begin + timedelta(days=6, hours=23)) == week_of(begin)
