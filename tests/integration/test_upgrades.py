"""A database of each earlier version of the schema goes on under today's Newsdesk."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.queries import drop_database, newest_articles, opened
from pipelines.storage.schema.declarations import schema_problems
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.schema.migrations import SCHEMA_VERSION
from tests.conftest import Server
from tests.support.command import RECORDINGS, Desk
from tests.support.old_databases import VERSIONS, put_back

Data = Database[dict[str, Any]]
FOLLOWS = {"story": 0, "similar": 0, "contains": 0}
"""What an article says of others is decided anew by some migrations."""


@pytest.fixture
def old(server: Server) -> Iterator[Settings]:
    settings = server.settings()
    yield settings
    drop_database(settings)


def version_of(database: Data) -> int:
    found = database["meta"].find_one({"_id": "schema"})
    return int(found["version"]) if found else 0


def articles_of(database: Data) -> list[dict[str, Any]]:
    return database["articles"].find({}, FOLLOWS).sort("_id", 1).to_list()


def test_there_is_a_database_of_every_earlier_version() -> None:
    assert list(range(1, SCHEMA_VERSION)) == [each for each in VERSIONS if each < SCHEMA_VERSION]


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_lost(old: Settings, tmp_path: Path, version: int) -> None:
    put_back(old, version, tmp_path)
    with opened(old) as database:
        assert version_of(database) == version
        before = articles_of(database)
        counts = {name: database[name].count_documents({}) for name in ("urls", "revisions")}
        ensure_schema(database)
        assert version_of(database) == SCHEMA_VERSION
        assert schema_problems(database) == []
        assert articles_of(database) == before
        assert {name: database[name].count_documents({}) for name in counts} == counts


@pytest.mark.soak
@pytest.mark.parametrize("version", VERSIONS)
def test_an_upgrade_while_people_read_and_a_crawl_begins(
    old: Settings, tmp_path: Path, version: int
) -> None:
    put_back(old, version, tmp_path)
    with opened(old) as database:
        before = {each["_id"] for each in articles_of(database)}
    done = threading.Event()
    read: list[int] = []

    def look() -> None:
        while not done.is_set():
            read.append(len(newest_articles(old, limit=100)))

    reader = threading.Thread(target=look)
    reader.start()
    desk = Desk(old)
    try:
        crawls = [desk.start("crawl", site, "--replay", RECORDINGS / "night-2") for site in SITES]
        ended = [(crawl.communicate(timeout=110), crawl.returncode) for crawl in crawls]
    finally:
        done.set()
        reader.join()
    assert {code for _said, code in ended} <= {0, 3}, ended
    assert min(read) >= len(before)
    with opened(old) as database:
        assert version_of(database) == SCHEMA_VERSION
        assert schema_problems(database) == []
        assert before <= {each["_id"] for each in articles_of(database)}
    assert desk.run("db", "reindex").code == 0
    faults = {each["name"] for each in desk.run("doctor", "--deep", "--json").json}
    assert faults <= {"archived page", "pages not archived any more"}  # they lie in no archive here


SITES = ("guancha", "sina")
UPGRADE = """
import sys
from pathlib import Path
from pipelines.config import Settings
from pipelines.storage.queries import opened
from pipelines.storage.schema.ensure import ensure_schema
settings = Settings(data_dir=Path(sys.argv[1]), db_port=int(sys.argv[2]), database=sys.argv[3])
with opened(settings) as database:
    print("begun", flush=True)
    ensure_schema(database)
"""


@pytest.mark.soak
def test_an_upgrade_that_is_killed_goes_on(old: Settings, tmp_path: Path) -> None:
    put_back(old, 1, tmp_path)
    where = [str(old.data_dir), str(old.db_port), old.database]
    with opened(old) as database:
        before = articles_of(database)
        reached = set()
        for _attempt in range(40):
            process = subprocess.Popen(
                [sys.executable, "-c", UPGRADE, *where], stdout=subprocess.PIPE, text=True
            )
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            try:
                process.wait(timeout=random.uniform(0, 0.4))
            except subprocess.TimeoutExpired:
                process.kill()
            process.communicate()
            reached.add(version_of(database))
            if version_of(database) == SCHEMA_VERSION and process.returncode == 0:
                break
            free = {"$set": {"owner": "", "until": before[0]["stored_at"]}}
            database["meta"].update_one({"_id": "schema_lock"}, free)  # as after half a minute
        assert version_of(database) == SCHEMA_VERSION
        assert schema_problems(database) == []
        assert articles_of(database) == before
        print(f"killed at versions {sorted(reached)}")
