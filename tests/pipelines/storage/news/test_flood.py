"""A report that many sites copy costs little more with each further copy."""

from __future__ import annotations

from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.items import Article
from pipelines.storage.news.articles import ArticleRepository
from tests.conftest import Server
from tests.support.samples import MORNING, own_words, sample
from tests.support.texts_read import TextsRead

Document = dict[str, Any]
LINES = [own_words(900 + line, 40) + "。" for line in range(12)]
OTHER = [own_words(950 + line, 40) + "。" for line in range(12)]


def copies(numbers: range, lines: list[str] = LINES) -> list[Article]:
    """On sites of their own, each with a line changed; every third one is cut, so that it may be a
    part of each of the others."""
    found = []
    for number in numbers:
        some = lines[: 8 if number % 3 == 0 else len(lines)]
        some[number % len(some)] = own_words(number, 4) + some[number % len(some)]
        found.append(sample(number, site=f"site{number}", body="\n".join(some)))
    return found


async def test_each_text_is_read_once_for_a_batch_of_copies(
    server: Server, database: Database[Document]
) -> None:
    listener = TextsRead()
    client: AsyncMongoClient[Document] = AsyncMongoClient(
        server.uri, tz_aware=True, event_listeners=[listener]
    )
    read = []
    async with client:
        articles = ArticleRepository(client[database.name])
        for numbers in (range(20), range(20, 25), range(25, 55), range(55, 60)):
            listener.number = 0
            await articles.write(copies(numbers), MORNING)
            read.append(listener.number)
    assert read == [20, 25, 55, 60]
    (story,) = database["stories"].find()
    assert len(story["members"]) == 60


async def test_a_digest_is_told_among_many_copies(
    async_database: AsyncDatabase[Document], database: Database[Document]
) -> None:
    """All copies of a report are alike; those of two reports that stand in one text are not."""
    both = sample(99, site="digest", body="\n".join(LINES + OTHER))
    articles = ArticleRepository(async_database)
    await articles.write([*copies(range(24)), both], MORNING)
    assert "contains" not in (database["articles"].find_one({"_id": both.id}) or {})
    await articles.write(copies(range(24, 48), OTHER), MORNING)
    found = database["articles"].find_one({"_id": both.id}) or {}
    assert "story" not in found
    first, second = sorted(found["contains"])
    assert int(first.removeprefix("site").partition(":")[0]) < 24
    assert int(second.removeprefix("site").partition(":")[0]) >= 24
    assert database["stories"].count_documents({}) == 2
