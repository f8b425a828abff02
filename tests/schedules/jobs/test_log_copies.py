"""Logs that are copied into MongoDB while they grow."""

from __future__ import annotations

import random
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.storage.operations import logs
from pipelines.storage.operations.logs import PART_BYTES
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from schedules.jobs.log_copies import LogCopy

SECRET = "mongodb://desk:s3cret-of-ours@host.example/"
HIDDEN = "mongodb://desk:**************@host.example/"


@pytest.fixture
def night(database: Database[dict[str, Any]]) -> NightStore:
    return NightStore(database)


def test_a_growing_log_is_copied_as_it_is_without_its_passwords(
    night: NightStore, tmp_path: Path
) -> None:
    path, dice = tmp_path / "log", random.Random(3)
    copy = LogCopy("job-1", path, 90)
    written = ""
    for number in range(40):
        line = f"{number} 抓取 " + "x" * dice.randint(0, 9000) + f" {SECRET}\n"
        with path.open("a", encoding="utf-8") as file:
            file.write(line)
        written += line
        copy.follow(night)
    with path.open("a") as file:
        file.write("cut off in the middle")
    copy.follow(night)
    whole = written.replace(SECRET, HIDDEN).encode()
    assert night.logs.read("job-1") == (0, whole)
    copy.follow(night, ended=True)
    whole += b"cut off in the middle"
    assert night.logs.read("job-1") == (0, whole)
    assert night.logs.read("job-1", 100_001) == (100_001, whole[100_001:])
    assert night.logs.read("job-1", len(whole)) == (len(whole), b"")
    assert night.database["logs"].count_documents({}) == -(-len(whole) // PART_BYTES)
    assert night.logs.read("job-2") == (0, b"")


def test_a_log_that_is_begun_anew_replaces_what_was_known(
    night: NightStore, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    copy = LogCopy("job-1", path, 90)
    path.write_bytes(b"a\n" * 100_000)
    copy.follow(night)
    path.write_bytes(b"b\n")
    copy.follow(night)
    assert night.logs.read("job-1") == (0, b"b\n")


def test_a_long_log_loses_its_beginning(
    night: NightStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("pipelines.storage.operations.logs", "schedules.jobs.log_copies"):
        monkeypatch.setattr(f"{module}.MOST_BYTES", 4 * PART_BYTES)
    path = tmp_path / "log"
    copy = LogCopy("job-1", path, 90)
    line = b"0123456789abcde\n"
    for _ in range(12):
        with path.open("ab") as file:
            file.write(line * (PART_BYTES // len(line)))
        copy.follow(night)
    begin, data = night.logs.read("job-1")
    assert begin > 0
    assert begin + len(data) == path.stat().st_size
    assert len(data) <= 5 * PART_BYTES
    assert data == line * (len(data) // len(line))
    fresh = LogCopy("job-2", path, 90)  # a worker that begins late does not read it all
    fresh.follow(night)
    assert len(night.logs.read("job-2")[1]) <= 5 * PART_BYTES


def test_a_copy_has_an_end_and_a_foreign_part_harms_nothing(night: NightStore) -> None:
    night.logs.put("job-1", 0, b"hello\n", clock.now(), 90)
    kept = night.database["logs"].find_one() or {}
    assert kept["expires_at"] - clock.now() > timedelta(days=89)
    night.database["logs"].update_one({}, {"$set": {"data": b"no zlib"}})
    assert night.logs.read("job-1") == (0, b"")
    bomb = zlib.compress(b"0" * 10_000_000)
    night.database["logs"].update_one({}, {"$set": {"data": bomb}})
    assert len(night.logs.read("job-1")[1]) <= logs.PART_BYTES
