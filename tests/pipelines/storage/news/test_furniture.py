"""What a site puts on all its pages is found out, named, and no reason to call them copies."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.items import Article
from pipelines.storage.news.articles import ArticleRepository
from pipelines.storage.news.furniture import known_furniture, note_furniture
from pipelines.storage.news.near import near, shown
from pipelines.storage.news.stories import settle_furniture
from pipelines.text.finding.grouping import MANY
from pipelines.text.finding.similarity import bare
from tests.conftest import Server
from tests.support.made_texts import dated_footer
from tests.support.samples import MORNING, own_words, sample
from tests.support.texts_read import TextsRead

Document = dict[str, Any]
DAY = timedelta(days=1)
FURNITURE = "\n".join(f"{own_words(500 + line, 70)}。" for line in range(6))
ADVERTISEMENT = "更多消息请下载江声客户端，随时关注渡口动态。"


def page(number: int, furniture: str = FURNITURE, site: str = "sina") -> Article:
    body = f"{own_words(number, 45)}。\n{furniture}"
    return sample(number, site=site, body=body, published_at=MORNING + number * 2.5 * DAY)


@pytest.fixture
def articles(async_database: AsyncDatabase[Document]) -> ArticleRepository:
    return ArticleRepository(async_database)


def stories(database: Database[Document]) -> dict[str, str | None]:
    return {each["_id"]: each.get("story") for each in database["articles"].find()}


async def test_pages_of_one_frame_make_no_story(
    articles: ArticleRepository,
    async_database: AsyncDatabase[Document],
    database: Database[Document],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Ten articles over twenty-six days, nine tenths of which are the page's own words."""
    for number in range(10):
        await articles.write([page(number)], MORNING)
    assert set(stories(database).values()) == {None}
    assert database["stories"].count_documents({}) == 0
    found = list(database["furniture"].find())
    assert {each["sentence"] for each in found} >= {bare(line) for line in FURNITURE.split("\n")}
    assert all(each["site"] == "sina" and "unsettled" not in each for each in found)
    assert found[0]["sentence"] in caplog.text
    assert [*(await known_furniture(async_database)).numbers] == ["sina"]


async def test_where_many_have_it_they_are_decided_at_the_end_of_the_crawl(
    articles: ArticleRepository,
    async_database: AsyncDatabase[Document],
    database: Database[Document],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipelines.storage.news.stories.SOME", 2)
    for number in range(10):
        await articles.write([page(number)], MORNING)
    assert (await known_furniture(async_database)).unsettled
    await settle_furniture(async_database, MORNING)
    assert not (await known_furniture(async_database)).unsettled
    assert set(stories(database).values()) == {None}
    assert database["stories"].count_documents({}) == 0


async def test_copies_are_found_all_the_same(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    for number in range(5):
        await articles.write([page(number)], MORNING)
    original = page(4, furniture="", site="guancha")
    outcome = await articles.write([original], MORNING)
    assert outcome.same_story == {original.id}
    assert stories(database)[original.id] == stories(database)[page(4).id] is not None


async def test_copies_on_one_site_are_no_furniture(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    copies = [sample(number, body=FURNITURE) for number in range(6)]
    await articles.write(copies, MORNING)
    assert len(set(stories(database).values())) == 1
    assert database["furniture"].count_documents({}) == 0


async def test_a_line_below_every_article_is_not_looked_up_again(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    for number in range(6):
        body = f"{own_words(number, 300)}。\n{ADVERTISEMENT}"
        await articles.write([sample(number, body=body)], MORNING)
    (found,) = database["furniture"].find()
    assert found["sentence"] == "更多消息请下载江声客户端随时关注渡口动态"
    assert set(stories(database).values()) == {None}


async def test_copies_with_ends_of_their_own_are_no_furniture(
    articles: ArticleRepository, database: Database[Document]
) -> None:
    """Cut anywhere, and with a line below that no other has."""
    text = "".join(f"{own_words(900 + line, 40)}。" for line in range(20))
    dice = Random(4)
    for number in range(8):
        body = f"{text[: 420 + number * 55]}\n{own_words(number, 18)}。\n{dated_footer(dice)}"
        await articles.write([sample(number, site="sina", body=body)], MORNING)
    assert database["furniture"].count_documents({}) == 0
    assert len(set(stories(database).values())) == 1


async def test_a_sentence_costs_the_same_however_many_have_it(
    articles: ArticleRepository, server: Server, database: Database[Document]
) -> None:
    """A few different articles are enough, and their texts are read once for all sentences."""
    pages = [
        sample(number, site="sina", body=f"{own_words(number, 45)}。\n{FURNITURE}")
        for number in range(40)
    ]
    await articles.write(pages, MORNING)
    read = []
    for number in (8, 40):
        database["traces"].delete_many({"_id": {"$nin": [each.id for each in pages[:number]]}})
        await articles.write(pages[:number], MORNING)
        listener = TextsRead()
        client: AsyncMongoClient[Document] = AsyncMongoClient(
            server.uri, event_listeners=[listener]
        )
        async with client:
            counted = client[database.name]
            common = (await near(counted, shown(pages[:number]), {})).common
            assert {len(group.ids) for groups in common.values() for group in groups} == {number}
            assert len(common) == 6
            assert await note_furniture(counted, common, MORNING)
        read.append(listener.number)
    assert read == [MANY, MANY]
