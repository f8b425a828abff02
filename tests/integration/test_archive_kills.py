"""kill -9 of crawls that archive and of those who read the archive again: nothing breaks.

After each kill the archive verifies, and what is done once more leaves the database that an
undisturbed run leaves. NEWSDESK_KILL_SEED repeats a run.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import define
from pymongo.database import Database

from newsdesk.answers.archive.soundness import verified
from pipelines.config import Settings
from pipelines.storage.queries import drop_database, opened
from tests.conftest import Server
from tests.support import command
from tests.support.archived_nights import (
    ARTICLES,
    Past,
    as_earlier_rules_read,
    past_nights,
)
from tests.support.kills import Blow, Desk
from tests.support.restless_site import server_of
from tests.support.rounds import rounds
from tests.support.server import running
from tests.support.snapshot import Snapshot

ROUNDS = 20
SEED = int(os.environ.get("NEWSDESK_KILL_SEED", "0")) or random.randrange(1, 1 << 30)
DEADLINE_SECONDS = 90.0
LOST = ("articles", "revisions", "traces", "likenesses", "stories", "furniture")


@define(frozen=True, kw_only=True)
class Stage:
    """An archive, a database in which half is read by rules of before and some is lost, and what an
    undisturbed run makes of it."""

    past: Past
    before: Snapshot
    after: Snapshot


def spoil(database: Database[dict[str, Any]]) -> None:
    """Let stored articles look as if rules of before had read them, and lose a part of them."""
    for site in ("guancha", "sina"):
        as_earlier_rules_read(database, site, 24)
    lost = [each["_id"] for each in database["articles"].find({}, {"_id": 1}).sort("_id", -1)][::4]
    for name in LOST[:3]:
        key = "article" if name == "revisions" else "_id"
        database[name].delete_many({key: {"$in": lost}})
    database["likenesses"].delete_many({})
    database["stories"].delete_many({})


def database_of(past: Past, name: str, state: Snapshot | None) -> Settings:
    """Settings of another database that reads the same archive."""
    settings = past.settings.model_copy(update={"database": name})
    if not settings.archive_path.exists():
        settings.archive_path.symlink_to(past.settings.archive_path)
    if state is not None:
        state.put(settings)
    return settings


@pytest.fixture(scope="module")
async def stage(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with past_nights(server, tmp_path_factory.mktemp("kills")) as past:
        with opened(past.settings) as database:
            spoil(database)
        before = Snapshot.take(past.settings)
        said = command.Desk(past.settings).run("reparse", "--json")
        assert said.json["counts"]["changed"] > 30
        assert said.json["counts"]["new"] > 20
        yield Stage(past=past, before=before, after=Snapshot.take(past.settings))


def written(database: Database[dict[str, Any]]) -> int:
    """How many articles this run has written."""
    return database["articles"].count_documents({"job": {"$regex": "^reparse-"}})


def kill_in(settings: Settings, writes: int, seconds: float) -> bool:
    """Start a reparse and kill it so long after it has written so many articles; whether it was
    still at work."""
    process = command.Desk(settings).start("reparse", "--json")
    try:
        with opened(settings) as database:
            begun = time.monotonic()
            while process.poll() is None and written(database) < writes:
                assert time.monotonic() - begun < DEADLINE_SECONDS
                time.sleep(0.002)
        time.sleep(seconds)
        was_running = process.poll() is None
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    return was_running


def moments() -> Iterator[tuple[int, int, float]]:
    """Round, articles written, seconds after that."""
    print(f"NEWSDESK_KILL_SEED={SEED}")
    chance = random.Random(SEED)
    for number in range(rounds(ROUNDS)):
        yield number, chance.choice([0, 1, 1, 20, 40]), chance.uniform(0, 0.4)


@pytest.mark.soak
def test_a_killed_reparse_ends_as_an_undisturbed_one(stage: Stage) -> None:
    struck = 0
    for number, writes, seconds in moments():
        settings = database_of(stage.past, f"killed_{number}", stage.before)
        try:
            struck += kill_in(settings, writes, seconds)
            said = command.Desk(settings).run("reparse", "--json")
            assert said.code == 0, said.err
            found = Snapshot.take(settings)
        finally:
            drop_database(settings)
        difference = found.against(stage.after)
        where = f"round {number}: {writes} written, then {seconds:.3f} s"
        assert (difference.lost, difference.doubled, difference.other) == ([], [], []), where
    assert struck


@pytest.mark.soak
async def test_a_killed_crawl_leaves_an_archive_from_which_all_comes_back(
    server: Server, tmp_path: Path
) -> None:
    site = server_of(1, ARTICLES)
    chance = random.Random(SEED)
    async with running(site):
        for number in range(rounds(ROUNDS)):
            settings = server.settings().model_copy(update={"archive_dir": tmp_path / str(number)})
            desk = Desk(settings=settings, sites={1: site})
            blow = Blow(victim="crawl", what="request", after=chance.randrange(20, 120))
            try:
                await desk.disturbed(1, blow)
                assert problems(settings) == []
                for crawl in await desk.run(1):
                    assert crawl.report["finish_reason"] == "finished", crawl.log
                assert problems(settings) == []
                await asyncio.to_thread(check_rebuilt, settings)
            finally:
                await asyncio.to_thread(drop_database, settings)


def problems(settings: Settings) -> list[str]:
    return [problem for report in verified(settings, []) for problem in report.problems]


def check_rebuilt(settings: Settings) -> None:
    """What MongoDB has lost comes back out of the archive."""
    before = Snapshot.take(settings)
    with opened(settings) as database:
        for name in LOST:
            database[name].delete_many({})
    said = command.Desk(settings).run("reparse", "--json")
    assert said.code == 0, said.err
    difference = Snapshot.take(settings).against(before)
    assert (difference.lost, difference.doubled, difference.other) == ([], [], [])


@pytest.mark.soak
def test_workers_end_with_a_killed_parent(stage: Stage) -> None:
    """Nobody would note what they do."""
    settings = database_of(stage.past, "orphans", stage.before)
    try:
        process = command.Desk(settings).start("reparse", "--json")
        begun = time.monotonic()
        while not children_of(process.pid) and time.monotonic() - begun < DEADLINE_SECONDS:
            time.sleep(0.05)
        workers = children_of(process.pid)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        assert workers
        begun = time.monotonic()
        while any(Path(f"/proc/{pid}").exists() for pid in workers):
            assert time.monotonic() - begun < DEADLINE_SECONDS
            time.sleep(0.05)
    finally:
        drop_database(settings)


def children_of(pid: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(each) for each in found.stdout.split()]
