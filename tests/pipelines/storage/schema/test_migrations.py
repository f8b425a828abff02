"""Stored documents of earlier versions of the schema, brought to the present one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.schema.declarations import schema_problems
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.schema.migrations import SCHEMA_VERSION
from pipelines.storage.server import client

Document = dict[str, Any]
MOMENT = datetime(2026, 3, 2, tzinfo=UTC)


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
            "_id": "text:ab", "text": "ab" * 32, "members": [a], "titles": ["t"], "sources": [],
            "sites": ["guancha"], "first": {"published_at": MOMENT, "article": a},
            "first_published_at": MOMENT, "last_published_at": MOMENT, "updated_at": MOMENT,
        }
    )  # fmt: skip
    ensure_schema(old)
    assert schema_problems(old) == []
    old.stories.update_one({"_id": "text:ab"}, {"$addToSet": {"members": "sina:b"}})
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
