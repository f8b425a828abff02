"""Stories of earlier rules, in which one copy led to the next, are taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.items import Article
from pipelines.storage.news.articles import ArticleRepository
from pipelines.storage.schema.mended_stories import mend_stories
from pipelines.storage.schema.story_documents import name_of
from tests.support.samples import MORNING, own_words, sample

Document = dict[str, Any]
HOUR = timedelta(hours=1)
LINES = [own_words(300 + number, 40) + "。" for number in range(60)]


def text(*spans: tuple[int, int]) -> str:
    return "\n".join(line for start, end in spans for line in LINES[start:end])


TEXTS = [
    text((0, 9)), text((0, 9)) + "（完）", text((0, 9), (20, 29)), text((20, 29)), text((20, 28)),
    text((40, 49)),
]  # fmt: skip


@pytest.fixture
async def articles(async_database: AsyncDatabase[Document]) -> list[Article]:
    """Two stories and one article more, which an earlier Newsdesk took for one story."""
    found = [
        sample(number, site="sina", body=body, published_at=MORNING + number * HOUR)
        for number, body in enumerate(TEXTS)
    ]
    for article in found:
        article.traces = None
        await ArticleRepository(async_database).write([article], MORNING)
    return found


def join_all(database: Database[Document], articles: Sequence[Article]) -> None:
    database["stories"].delete_many({})
    database["articles"].update_many({}, {"$set": {"story": "text:ab"}, "$unset": {"contains": ""}})
    database["stories"].insert_one(
        {
            "_id": "text:ab", "members": [each.id for each in articles], "titles": ["t"],
            "sources": [], "sites": ["sina"],
            "first": {"published_at": MORNING, "article": articles[0].id},
            "first_published_at": MORNING, "last_published_at": MORNING + 5 * HOUR,
            "updated_at": MORNING,
        }
    )  # fmt: skip


def state(database: Database[Document]) -> dict[str, str | None]:
    return {each["_id"]: each.get("story") for each in database["articles"].find().sort("_id")}


def test_a_chain_is_taken_apart(database: Database[Document], articles: list[Article]) -> None:
    right, documents = state(database), list(database["stories"].find().sort("_id"))
    one, two = (
        name_of({"_id": articles[n].id, "published_at": articles[n].published_at}) for n in (0, 3)
    )
    assert [*right.values()] == [one, one, None, two, two, None]
    join_all(database, articles)
    for _again in range(2):
        mend_stories(database)
        assert state(database) == right
        assert list(database["stories"].find().sort("_id")) == documents
        digest = database["articles"].find_one({"_id": articles[2].id}) or {}
        assert {articles[0].id, articles[3].id} <= set(digest["contains"])


def test_what_was_cut_short_is_repeated(
    database: Database[Document], articles: list[Article]
) -> None:
    right = state(database)
    join_all(database, articles)
    mend_stories(database)
    documents = list(database["stories"].find().sort("_id"))
    join_all(database, articles)  # killed after some articles had moved
    moved = {"$set": {"story": documents[0]["_id"]}}
    database["articles"].update_one({"_id": articles[0].id}, moved)
    mend_stories(database)
    assert state(database) == right
    assert list(database["stories"].find().sort("_id")) == documents


async def test_the_next_look_at_a_member_does_the_same(
    async_database: AsyncDatabase[Document], database: Database[Document], articles: list[Article]
) -> None:
    right = state(database)
    join_all(database, articles)
    await ArticleRepository(async_database).write([articles[1]], MORNING)
    assert state(database) == right
