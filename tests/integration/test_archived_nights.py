"""A night that was crawled runs again out of its archive alone, with nobody to ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.queries import drop_database, opened
from tests.conftest import Server
from tests.support import command
from tests.support.kills import Desk
from tests.support.restless_site import MOMENTS, server_of
from tests.support.server import running
from tests.support.snapshot import Snapshot

ARTICLES = 62
NIGHT = "2026-03-01"
"""The night that begins at noon of this day."""


@define(frozen=True, kw_only=True)
class Past:
    """Both nights, crawled and archived. first: what the first one left."""

    settings: Settings
    first: Snapshot
    second: Snapshot


@pytest.fixture(scope="module")
async def past(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Past]:
    folder = tmp_path_factory.mktemp("nights")
    settings = server.settings().model_copy(update={"archive_dir": folder})
    sites = {night: server_of(night, ARTICLES) for night in MOMENTS}
    found = []
    async with running(sites[1]), running(sites[2]):
        desk = Desk(settings=settings, sites=sites)
        for night in MOMENTS:
            for crawl in await desk.run(night):
                assert crawl.report["finish_reason"] == "finished", crawl.log
            found.append(await asyncio.to_thread(Snapshot.take, settings))
    yield Past(settings=settings, first=found[0], second=found[1])
    await asyncio.to_thread(drop_database, settings)


def replayed(past: Past, *arguments: str | Path) -> tuple[command.Said, Snapshot]:
    """A replay into a database of its own, and what stands there."""
    settings = past.settings.model_copy(update={"database": "replay_of_nights"})
    try:
        env = {"NEWSDESK_DATABASE": settings.database}
        said = command.Desk(past.settings).run("crawl", *arguments, "--json", env=env)
        return said, Snapshot.take(settings)
    finally:
        drop_database(settings)


def test_a_past_night_runs_again_from_the_archive(past: Past) -> None:
    """Lists as of that night, the same articles: the database is the one that the night left."""
    said, found = replayed(
        past, "guancha", "sina", "--replay", past.settings.archive_path, "--night", NIGHT
    )
    assert said.code in (0, 3), said.err
    difference = found.against(past.first)
    assert difference.lost == []
    assert difference.doubled == []
    assert difference.other == []
    assert len(found.articles) > 50


def test_what_was_read_by_the_same_rules_stays_as_it_is(past: Past) -> None:
    said = command.Desk(past.settings).run("reparse", "--json")
    assert said.code == 0, said.err
    counts = said.json["counts"]
    assert said.json["fields"] == {}
    assert said.json["refused"] == {}
    assert counts["sent_on"] == 1
    assert counts["looked_at"] == counts["unchanged"] + 1 > 80
    assert Snapshot.take(past.settings).found == past.second.found


def test_articles_are_built_anew_from_the_archive_alone(past: Past) -> None:
    """Both nights' articles and their earlier states, after MongoDB has lost them."""
    with opened(past.settings) as database:
        for name in ("articles", "revisions", "traces", "likenesses", "stories", "furniture"):
            database[name].delete_many({})
    said = command.Desk(past.settings).run("reparse", "--json")
    assert said.code == 0, said.err
    found = Snapshot.take(past.settings)
    difference = found.against(past.second)
    assert (difference.lost, difference.doubled, difference.other) == ([], [], [])
    assert said.json["counts"]["new"] == len(past.second.articles)
    for id_, article in found.articles.items():
        before = past.second.articles[id_]
        for name in ("first_seen_at", "stored_at", "checked_at"):
            assert abs(article[name] - before[name]) < timedelta(seconds=30), (id_, name)
        assert article["archive"] == before["archive"]


def as_earlier_rules_read(database: Database[dict[str, Any]]) -> dict[str, str]:
    """Make the stored articles look as if rules of before had read them; returns what was changed
    of which."""
    changed = {}
    articles = database["articles"].find({"site": "guancha"}).sort("_id", 1).limit(3).to_list()
    for field, article in zip(("title", "authors", "summary"), articles, strict=True):
        wrong = {"title": "页头 " + article["title"], "authors": [{"name": "版权所有"}]}
        database["articles"].update_one(
            {"_id": article["_id"]}, {"$set": {field: wrong.get(field, "导语")}}
        )
        changed[article["_id"]] = field
    return changed


def test_what_is_read_differently_becomes_a_revision_that_says_so(
    past: Past, tmp_path: Path
) -> None:
    desk = command.Desk(past.settings)
    with opened(past.settings) as database:
        changed = as_earlier_rules_read(database)
        before = {each["_id"]: each for each in database["articles"].find()}
        page = tmp_path / "changes.html"
        dry = desk.run("reparse", "--dry-run", "--json", "--html", page)
        assert dry.json["counts"]["changed"] == 3
        assert dry.json["fields"] == {"title": 1, "authors": 1, "summary": 1}
        assert {each["_id"]: each for each in database["articles"].find()} == before
        assert "<del>页头 </del>" in page.read_text(encoding="utf-8")
        titles = desk.run("reparse", "--fields", "title", "--json")
        assert titles.json["fields"] == {"title": 1}
        done = desk.run("reparse", "--json")
        assert done.json["fields"] == {"authors": 1, "summary": 1}
        assert desk.run("reparse", "--json").json["counts"].get("changed", 0) == 0
        after = {each["_id"]: each for each in database["articles"].find()}
        for id_, field in changed.items():
            old, new = before[id_], after[id_]
            assert new[field] == past.second.articles[id_][field]
            assert new["revision"] == old["revision"] + 1
            assert new["re_extracted_at"] > old["stored_at"]
            kept = ("first_seen_at", "stored_at", "checked_at", "last_seen_at")
            assert [new[name] for name in kept] == [old[name] for name in kept]
            revision = database["revisions"].find_one({"_id": f"{id_}@{old['revision']}"})
            assert revision is not None
            assert revision["changed"] == [field]
            assert revision["re_extracted_at"] == new["re_extracted_at"]
            assert revision["document"][field] == old[field]
        untouched = before.keys() - changed.keys()
        assert {id_: after[id_] for id_ in untouched} == {id_: before[id_] for id_ in untouched}
    (first, *_) = changed
    assert "re-extracted 2026" in desk.run("articles", "history", first).out
    feed = tmp_path / "titles.atom"
    assert desk.run("export", feed, "--titles").code == 0
    assert "页头" not in feed.read_text(encoding="utf-8")
