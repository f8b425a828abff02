"""A backup has what the last one holds already in common with it, and is whole by itself."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.backup import dumping, taking_over
from pipelines.storage.backup.bson_files import Reading
from pipelines.storage.backup.dumping import backups_in, forget_older, take_backup
from pipelines.storage.backup.manifest import DIFFERING, OPLOG, Manifest, data_file
from pipelines.storage.backup.restoring import restore_backup
from pipelines.storage.backup.sealing import problems_of
from tests.support.backup_process import BackupProcess
from tests.support.digests import digests_of
from tests.support.kept_changes import NOON, change, quiet

Data = Database[dict[str, Any]]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let members, and what is worth to be taken over, be small."""
    monkeypatch.setattr(dumping, "MEMBER_BYTES", 20_000)
    monkeypatch.setattr(taking_over, "SMALLEST", 1_000)


@pytest.fixture
def first(settings: Settings, database: Data, tmp_path: Path) -> tuple[Path, Manifest]:
    database["changes"].insert_many(map(change, range(1000)))
    return take_backup(settings, tmp_path, quiet)


def in_common(*backups: tuple[Path, Manifest]) -> bool:
    files = {(folder / data_file(each, "changes")).stat().st_ino for folder, each in backups}
    return len(files) == 1


def same_after_restoring(folder: Path, elsewhere: Settings, database: Data) -> bool:
    restore_backup(elsewhere, folder, quiet, replace=True)
    return digests_of(database.client[elsewhere.database]) == digests_of(database)


def change_some(database: Data) -> None:
    """Documents of each kind of id change, go and come: the first and the last ones, too."""
    database["changes"].delete_many({"details.n": {"$in": [0, 500, 501, 998]}})
    database["changes"].update_many(
        {"details.n": {"$in": [1, 3, 300, 301, 999]}}, {"$set": {"by": "c"}}
    )
    ids: list[Any] = ["", "number 00501", "zzz", ObjectId(b"\0" * 12), ObjectId(b"\xff" * 12)]
    ids += [-5, 2.5, True, NOON, {"a": 1}]
    others = [{**change(2000), "_id": each} for each in ids]
    database["changes"].insert_many(others, bypass_document_validation=True)


def test_only_what_differs_is_written(
    first: tuple[Path, Manifest], settings: Settings, database: Data, elsewhere: Settings
) -> None:
    change_some(database)
    database["changes"].update_one({"details.n": 7}, {"$set": {"by": "d"}})
    second = take_backup(settings, first[0].parent, quiet)
    assert in_common(first, second)
    assert second[1].collections["changes"].documents == 1000 - 4 + 10
    names = [entry["ns"] for entry in Reading(second[0] / OPLOG).documents()]
    assert names.count(f"{database.name}.changes") == 4 + 6 + 10 - 1, "501 came again"
    assert not (second[0] / DIFFERING).exists()
    assert same_after_restoring(second[0], elsewhere, database)
    database["changes"].delete_many({"details.n": {"$gt": 900}})
    third = take_backup(settings, first[0].parent, quiet)
    assert in_common(first, second, third)
    assert [problems_of(*each, quiet) for each in (first, second, third)] == [[], [], []]
    assert forget_older(first[0].parent, settings.database, 1) == [first[0], second[0]]
    assert same_after_restoring(third[0], elsewhere, database)


def test_one_in_four_is_too_much(
    first: tuple[Path, Manifest], settings: Settings, database: Data, elsewhere: Settings
) -> None:
    before = (first[0] / data_file(first[1], "changes")).read_bytes()
    database["changes"].update_many({"details.n": {"$gt": 700}}, {"$set": {"by": "c"}})
    second = take_backup(settings, first[0].parent, quiet)
    assert not in_common(first, second)
    assert (first[0] / data_file(first[1], "changes")).read_bytes() == before
    assert problems_of(*first, quiet) == []
    assert same_after_restoring(second[0], elsewhere, database)
    assert in_common(second, take_backup(settings, first[0].parent, quiet))


def test_damage_of_the_last_one_is_not_taken_over(
    first: tuple[Path, Manifest], settings: Settings, database: Data, elsewhere: Settings
) -> None:
    path = first[0] / data_file(first[1], "changes")
    data = path.read_bytes()
    path.write_bytes(data[:900] + bytes([data[900] ^ 1]) + data[901:])
    second = take_backup(settings, first[0].parent, quiet)
    assert not in_common(first, second)
    assert problems_of(*second, quiet) == []
    assert same_after_restoring(second[0], elsewhere, database)


def test_a_comparison_that_was_killed_goes_on(
    first: tuple[Path, Manifest], settings: Settings, database: Data, elsewhere: Settings
) -> None:
    change_some(database)
    parent = first[0].parent
    with BackupProcess("take", settings, parent, halts="comparing changes") as process:
        for _ in range(3):
            process.halted()
            process.go_on()
        at = process.halted()
    begun = backups_in(parent)[-1][1].collections["changes"].taken_over
    assert begun is not None
    assert begun.compared == at == 3
    database["changes"].delete_one({"details.n": 2})
    places: list[int] = []

    def told(what: str, done: int, _total: int) -> None:
        if what == "comparing changes":
            places.append(done)

    second = take_backup(settings, parent, told)
    assert places[0] == at
    assert in_common(first, second)
    assert same_after_restoring(second[0], elsewhere, database)


def test_the_first_one_may_be_gone_or_of_another_server(
    first: tuple[Path, Manifest], settings: Settings, database: Data, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(first[0], copy / first[0].name)
    text = (copy / first[0].name / "backup.json").read_text()
    (copy / first[0].name / "backup.json").write_text(text.replace("127.0.0.1", "10.0.0.7"))
    second = take_backup(settings, copy, quiet)
    assert second[1].collections["changes"].taken_over is not None
    shutil.rmtree(copy / first[0].name)
    assert problems_of(*second, quiet) == []


def test_a_removal_that_was_killed_is_finished_by_the_next(
    first: tuple[Path, Manifest], settings: Settings, database: Data, tmp_path: Path
) -> None:
    second, third = (take_backup(settings, tmp_path, quiet)[0] for _ in range(2))
    first[0].rename(tmp_path / f".removed-{first[0].name}")
    assert [path for path, _ in backups_in(tmp_path)] == [second, third]
    assert forget_older(tmp_path, settings.database, 1) == [second]
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [third.name]
