"""A night that was crawled runs again out of its archive alone, with nobody to ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.archive.folder import ArchiveFolder
from newsdesk.answers.upkeep.archived_pages import look_at
from newsdesk.cli.crawls.crawl import REPLAY_DATABASE
from pipelines.config import Settings
from pipelines.storage.queries import drop_database, opened
from pipelines.storage.soundness.notes import Notes
from tests.conftest import Server
from tests.support import command
from tests.support.archived_nights import Past, as_earlier_rules_read, past_nights
from tests.support.buckets import buckets
from tests.support.snapshot import Snapshot

NIGHT = "2026-03-01"
"""Begins at noon of this day."""
REPARSE = ("reparse", "--processes", "1")
"""A process more would load all modules for a handful of articles."""


@pytest.fixture(scope="module")
async def past(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Past]:
    async with past_nights(server, tmp_path_factory.mktemp("nights")) as past:
        yield past


@contextmanager
def replays(past: Past) -> Iterator[Settings]:
    """The database of replays, for as long as the block lasts."""
    settings = past.settings.model_copy(update={"database": REPLAY_DATABASE})
    drop_database(settings)
    try:
        yield settings
    finally:
        drop_database(settings)


@pytest.mark.soak
def test_a_past_night_runs_again_from_the_archive(past: Past) -> None:
    """Lists as of that night, the same articles: the database is the one that the night left."""
    asked = ("crawl", "guancha", "sina", "--replay", "archive", "--night", NIGHT, "--json")
    with replays(past) as settings:
        said = command.Desk(past.settings).run(*asked)
        found = Snapshot.take(settings)
    assert said.code in (0, 3), said.err
    difference = found.against(past.first)
    assert (difference.lost, difference.doubled, difference.other) == ([], [], [])
    assert len(found.articles) > 50
    assert Snapshot.take(past.settings).found == past.second.found


@pytest.mark.soak
def test_what_was_not_fetched_in_a_night_is_said(past: Past) -> None:
    """Lists alone were kept: each article fails, and says why."""
    lists = past.settings.archive_path / "lists"
    asked = ("crawl", "sina", "--replay", lists, "--night", NIGHT, "--json")
    with replays(past) as settings:
        said = command.Desk(settings).run(*asked)
        found = Snapshot.take(settings)
    (result,) = said.json
    assert result["state"] == "failed"
    assert result["stats"]["newsdesk/failed/not_recorded"] > 10
    urls = found.found["urls"].values()
    assert {(url["state"], url["reason"]) for url in urls} == {("failed", "not_recorded")}
    assert all(f"{url['url']} is not in the recording {lists}" == url["detail"] for url in urls)


def test_a_night_that_is_not_there_is_said(past: Past) -> None:
    desk = command.Desk(past.settings)
    nothing = desk.call("crawl", "sina", "--replay", "archive", "--night", "2026-03-05")
    assert nothing.code == 2
    assert "holds no answer from 2026-03-05 12:00 to 2026-03-06 12:00" in nothing.err
    assert desk.call("crawl", "sina", "--night", NIGHT).code == 2


@pytest.mark.soak
def test_what_was_read_by_the_same_rules_stays_as_it_is(past: Past) -> None:
    said = command.Desk(past.settings).run("reparse", "--json")
    assert said.code == 0, said.err
    counts = said.json["counts"]
    assert said.json["fields"] == {}
    assert said.json["refused"] == {}
    assert counts["sent_on"] == 1
    assert counts["looked_at"] == counts["unchanged"] + 1 > 80
    assert Snapshot.take(past.settings).found == past.second.found


@pytest.mark.soak
def test_articles_are_built_anew_from_the_archive_alone(past: Past) -> None:
    """Both nights' articles and their earlier states, after MongoDB has lost them."""
    with opened(past.settings) as database:
        for name in ("articles", "revisions", "traces", "likenesses", "stories", "furniture"):
            database[name].delete_many({})
    said = command.Desk(past.settings).call(*REPARSE, "--json")
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


@pytest.mark.soak
def test_what_is_read_differently_becomes_a_revision_that_says_so(
    past: Past, tmp_path: Path
) -> None:
    desk = command.Desk(past.settings)
    with opened(past.settings) as database:
        changed = as_earlier_rules_read(database)
        before = {each["_id"]: each for each in database["articles"].find()}
        page = tmp_path / "changes.html"
        dry = desk.call(*REPARSE, "--dry-run", "--json", "--html", page)
        assert dry.json["counts"]["changed"] == 3
        assert dry.json["fields"] == {"title": 1, "authors": 1, "summary": 1}
        assert {each["_id"]: each for each in database["articles"].find()} == before
        assert "<del>页头 </del>" in page.read_text(encoding="utf-8")
        titles = desk.call(*REPARSE, "--fields", "title", "--json")
        assert titles.json["fields"] == {"title": 1}
        done = desk.call(*REPARSE, "--json")
        assert done.json["fields"] == {"authors": 1, "summary": 1}
        assert desk.call(*REPARSE, "--json").json["counts"].get("changed", 0) == 0
        after = {each["_id"]: each for each in database["articles"].find()}
        for id_, field in changed.items():
            old, new = before[id_], after[id_]
            assert new[field] == past.second.articles[id_][field]
            assert new["revision"] == old["revision"] + 1
            assert new["re_extracted_at"] > old["stored_at"]
            assert new.get("edits") == old.get("edits")  # the site has changed nothing
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
    assert "re-extracted 2026" in desk.call("articles", "history", first).out
    feed = tmp_path / "titles.atom"
    assert desk.call("export", feed, "--titles").code == 0
    assert "页头" not in feed.read_text(encoding="utf-8")


def test_a_damaged_record_costs_nothing_beside_it(past: Past) -> None:
    """Bytes are lost in the middle of a file, another file has lost its index."""
    folder = ArchiveFolder(past.settings.archive_path)
    name = folder.names("articles", "sina")[0]
    path = folder.root / str(name)
    whole = path.read_bytes()
    article = max(
        (each for each in past.second.articles.values() if each["archive"]["file"] == str(name)),
        key=lambda each: each["archive"]["offset"],
    )
    at = article["archive"]["offset"] + 200
    path.write_bytes(whole[:at] + b"\0" * 50 + whole[at + 50 :])
    try:
        said = command.Desk(past.settings).call(*REPARSE, "--json")
    finally:
        path.write_bytes(whole)
    assert said.json["refused"] == {"damaged": 1}
    (note,) = said.json["notes"]
    assert note.startswith(f"{article['_id']}: damaged: ")
    assert str(name) in note
    assert said.json["counts"]["unchanged"] == len(past.second.articles) - 1


def test_what_was_unreadable_or_of_no_topic_comes_in(past: Past) -> None:
    """As after a mended page object: `urls` says so, and the next look is planned."""
    unread, turned = sorted(past.second.articles)[:2]
    desk = command.Desk(past.settings)
    with opened(past.settings) as database:
        for id_, state in ((unread, "unreadable"), (turned, "rejected")):
            database["articles"].delete_one({"_id": id_})
            database["urls"].update_one(
                {"_id": id_},
                {"$set": {"state": state, "reason": "no_body", "next_check_at": None}},
            )
        said = desk.call(*REPARSE, "--site", "guancha", "--json")
        assert said.json["counts"]["new"] == 2
        for id_ in (unread, turned):
            before, url = past.second.found["urls"][id_], database["urls"].find_one({"_id": id_})
            assert url is not None
            assert (url["state"], url["reason"]) == ("stored", None)
            assert url["checked_at"] == before["checked_at"]
            assert url["next_check_at"] is not None
    limited = desk.call(*REPARSE, "--dry-run", "--limit", "7", "--json")
    assert limited.json["counts"]["looked_at"] == 7
    nothing = desk.call(*REPARSE, "--since", "2026-04-01", "--json")
    assert "looked_at" not in nothing.json["counts"]
    wrong = desk.call(*REPARSE, "--fields", "titel")
    assert wrong.code == 2
    assert "There is no field 'titel': choose from title, body" in wrong.err
    unknown = desk.call(*REPARSE, "--site", "nobody")
    assert unknown.code == 1
    assert "No article of nobody is in the archive" in unknown.err


@pytest.mark.soak
def test_all_goes_on_once_the_files_lie_in_a_bucket_alone(past: Past, tmp_path: Path) -> None:
    """Verified, read again and replayed from there; the last test of these nights."""
    with buckets(tmp_path) as s3:
        changes = {**s3.settings("nights"), "archive_keep_days": 0}
        settings = Settings(**(past.settings.model_dump(exclude_unset=True) | changes))
        desk = command.Desk(settings)
        shipped = desk.run("archive", "ship", "--now", "--json")
        assert shipped.code == 0, shipped.err
        assert shipped.json["dropped"] == shipped.json["shipped"]
        assert ArchiveFolder(settings.archive_path).names() == []
        listed = desk.call("archive", "list", "--json").json
        assert {(each["state"], each["place"]) for each in listed} == {("shipped", "target")}
        assert desk.call("archive", "verify").code == 0
        notes = Notes(path=tmp_path / "notes.json", wish="")
        seen = look_at(settings, lambda *_: None, notes, all_of_them=True)
        assert (seen.gone.count, seen.wrong.examples, seen.looked_at > 80) == (0, [], True)
        said = desk.run("reparse", "--json").json
        assert said["refused"] == {}
        assert said["counts"]["unchanged"] >= len(past.second.articles) - 2
        with replays(past) as replayed:
            night = desk.run("crawl", "guancha", "sina", "--replay", "archive", "--night", NIGHT)
            found = Snapshot.take(replayed)
        assert night.code in (0, 3), night.err
        difference = found.against(past.first)
        assert (difference.lost, difference.doubled, difference.other) == ([], [], [])
        article = next(iter(past.second.articles.values()))
        assert article["title"] in desk.call("archive", "show", article["_id"]).out
