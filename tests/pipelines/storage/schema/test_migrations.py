"""Stored documents of earlier versions of the schema, brought to the present one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.schema.declarations import schema_problems
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.schema.migrations import SCHEMA_VERSION
from pipelines.storage.server import client
from tests.support.samples import own_words

Document = dict[str, Any]
MOMENT = datetime(2026, 3, 2, tzinfo=UTC)
STORED = (*("_id", "site", "title", "body", "published_at", "first_seen_at", "story", "revision"),)


@pytest.fixture
def old(settings: Settings) -> Iterator[Database[Document]]:
    """A database as version 1 left it, as far as it differs; dropped afterwards."""
    with client.connect(settings) as connection:
        database = client.database(connection, settings)
        wanted = {"$jsonSchema": {"required": ["_id", "text"]}}
        database.create_collection("stories", validator=wanted, validationLevel="strict")
        database.stories.create_index("text", name="text")
        database.create_collection("urls")
        database.urls.create_index("next_check_at", name="next_check", sparse=True)
        database.meta.insert_one({"_id": "schema", "version": 1, "digest": "1"})
        yield database
        connection.drop_database(settings.database)


def test_stories_of_version_1_can_be_added_to(old: Database[Document]) -> None:
    a = "guancha:900001"
    old.stories.insert_one(
        {
            "_id": f"2026-03-02T00:00:00Z/{a}", "text": "ab" * 32,
            "members": [a], "titles": ["t"], "sources": [],
            "sites": ["guancha"], "first": {"published_at": MOMENT, "article": a},
            "first_published_at": MOMENT, "last_published_at": MOMENT, "updated_at": MOMENT,
        }
    )  # fmt: skip
    ensure_schema(old)
    assert schema_problems(old) == []
    old.stories.update_one({}, {"$addToSet": {"members": "sina:b"}})
    story = old.stories.find_one()
    assert story is not None
    assert "text" not in story
    assert story["members"] == [a, "sina:b"]
    assert "text" not in old.stories.index_information()
    assert "next_check" not in old.urls.index_information()
    state = old.meta.find_one({"_id": "schema"})
    assert state is not None
    assert state["version"] == SCHEMA_VERSION


def test_urls_of_version_2_lose_the_target_that_nothing_filled(old: Database[Document]) -> None:
    old.meta.update_one({"_id": "schema"}, {"$set": {"version": 2}})
    url = {
        "_id": "guancha:900001", "site": "guancha", "url": "https://news.example.cn/1",
        "state": "moved", "attempts": 0, "first_seen_at": MOMENT, "last_seen_at": MOMENT,
    }  # fmt: skip
    old.urls.insert_one({**url, "target": "guancha:900002"})
    ensure_schema(old)
    assert schema_problems(old) == []
    assert old.urls.find_one() == url
    old.urls.update_one({}, {"$set": {"attempts": 1}})


def test_stories_of_version_3_are_decided_anew(old: Database[Document]) -> None:
    """The validators of then know neither `contains` nor `likenesses`."""
    old.meta.update_one({"_id": "schema"}, {"$set": {"version": 3}})
    known = {"properties": {name: {} for name in STORED}, "additionalProperties": False}
    old.create_collection("articles", validator={"$jsonSchema": known}, validationLevel="strict")
    old.command("collMod", "stories", validator={})
    lines = [own_words(60 + line, 40) for line in range(12)]
    bodies = {"a": lines[:6], "b": [*lines[:6], "（完）"], "c": lines, "d": lines[6:]}
    for hour, (name, some) in enumerate(bodies.items()):
        at = MOMENT + timedelta(hours=hour)
        old.articles.insert_one(
            {
                "_id": f"sina:{name}", "site": "sina", "title": name, "body": "。\n".join(some),
                "published_at": at, "first_seen_at": at, "story": "text:ab", "revision": 1,
            }
        )  # fmt: skip
    old.stories.insert_one(
        {"_id": "text:ab", "members": [f"sina:{name}" for name in bodies], "updated_at": MOMENT}
    )
    ensure_schema(old)
    (story,) = old.stories.find()
    assert story["_id"] == "2026-03-02T00:00:00Z/sina:a"
    assert sorted(story["members"]) == ["sina:a", "sina:b"]
    assert old.articles.find_one({"_id": "sina:c"})["contains"] == ["sina:a", "sina:d"]  # type: ignore[index]
    assert [each["_id"] for each in old.likenesses.find()] == ["sina:a sina:b"]


def test_articles_of_version_5_say_how_often_their_sites_changed_them(
    old: Database[Document],
) -> None:
    old.meta.update_one({"_id": "schema"}, {"$set": {"version": 5}})
    known = {"properties": {name: {} for name in STORED}, "additionalProperties": False}
    old.create_collection("articles", validator={"$jsonSchema": known}, validationLevel="strict")
    old.articles.insert_many(
        {"_id": f"sina:{name}", "published_at": MOMENT, "revision": number}
        for name, number in (("a", 4), ("b", 2), ("c", 1))
    )
    old.revisions.insert_many(
        {"_id": f"sina:{name}@{number}", "article": f"sina:{name}", "revision": number, **anew}
        for name, number, anew in (
            ("a", 1, {}), ("a", 2, {"re_extracted_at": MOMENT}),
            ("a", 3, {"re_extracted_at": None}),
            ("b", 1, {"re_extracted_at": MOMENT}),
        )
    )  # fmt: skip
    ensure_schema(old)
    edits = {each["_id"]: each.get("edits") for each in old.articles.find()}
    assert edits == {"sina:a": 2, "sina:b": None, "sina:c": None}
    assert schema_problems(old) == []
