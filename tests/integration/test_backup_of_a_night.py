"""A backup taken while a crawl writes stands up again on another server, as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo.database import Database

from newsdesk.answers.upkeep.backups import take
from pipelines.config import Settings
from pipelines.storage.server import client as clients
from pipelines.storage.server import embedded
from tests.support.command import RECORDINGS, Desk
from tests.support.digests import digests_of
from tests.support.ports import free_port


@pytest.fixture
def elsewhere(tmp_path: Path, _own_environment: None) -> Iterator[Desk]:
    """A desk on another server, in another folder."""
    settings = Settings(data_dir=tmp_path / "elsewhere", db_port=free_port())
    yield Desk(settings)
    embedded.stop(settings)
    shutil.rmtree(settings.data_dir, ignore_errors=True)


@pytest.mark.soak
def test_a_backup_taken_during_a_crawl_stands_up_elsewhere(
    desk: Desk, elsewhere: Desk, tmp_path: Path
) -> None:
    settings = desk.settings
    assert desk.run("crawl", "guancha", "--replay", RECORDINGS / "night-1").code == 0
    with clients.connect(settings) as client:
        database = clients.database(client, settings)
        articles = database["articles"].count_documents({})
        with desk.started("crawl", "sina", "--replay", RECORDINGS / "night-1") as crawl:

            def wait(what: str, _done: int, _total: int) -> None:
                if what == "articles":  # they were read: the crawl goes on, and ends
                    crawl.communicate(timeout=110)

            taken = take(settings, tmp_path / "backups", wait)
        assert crawl.returncode == 0
        manifest = taken.backup.manifest
        assert manifest.changes > 10
        assert manifest.collections["articles"].documents > articles
        there = digests_of(database, manifest.at)

    said = elsewhere.run("restore", tmp_path / "backups", "--into", "newsdesk_again")
    assert said.code == 0, said.err
    assert "and compared" in said.err
    with clients.connect(elsewhere.settings) as client:
        again: Database[dict[str, object]] = client["newsdesk_again"]
        assert digests_of(again) == there
    listed = elsewhere.run("--database", "newsdesk_again", "articles", "list", "--json").json
    assert len(listed) > 0
    found = elsewhere.run("--database", "newsdesk_again", "articles", "search", "芯片", "--json")
    assert found.code == 0
