from __future__ import annotations


def test_write(database):
    database.articles.insert_one({"a": 1})
    assert database.articles.find_one({})["a"] == 1


async def test_awrite(async_database):
    await async_database.articles.insert_one({"a": 1})
    assert (await async_database.articles.find_one({}))["a"] == 1
