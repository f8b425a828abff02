"""A backup is one point in time, whatever is written or killed meanwhile."""

from __future__ import annotations

import gzip
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.backup import dumping
from pipelines.storage.backup.bson_files import Reading
from pipelines.storage.backup.dumping import backups_in, forget_older, take_backup
from pipelines.storage.backup.manifest import (
    NAME,
    OPLOG,
    Manifest,
    data_file,
    read_manifest,
    write_manifest,
)
from pipelines.storage.backup.restoring import restore_backup
from pipelines.storage.backup.sealing import problems_of
from pipelines.storage.exceptions import (
    BackupDamaged,
    BackupError,
    BackupTooLong,
    NoBackup,
    NoRoom,
    RestoreRefused,
)
from tests.support.digests import digests_of
from tests.support.kept_changes import NOON, change, quiet
from tests.support.waiting import until_now

Data = Database[dict[str, Any]]


def copy_of(database: Data, elsewhere: Settings) -> Data:
    return database.client[elsewhere.database]


def test_what_was_taken_while_others_wrote_is_what_there_was_at_its_moment(
    settings: Settings,
    database: Data,
    elsewhere: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dumping, "MEMBER_BYTES", 20_000)
    database["changes"].insert_many(map(change, range(2000)))
    enough = threading.Event()
    rounds: list[int] = []
    seen: list[int] = []

    def write() -> None:
        number = 10_000
        while not enough.is_set():
            for wanted in ({"details.n": {"$lt": 100 + number % 800}}, {"details.n": number - 5}):
                database["changes"].update_one(wanted, {"$inc": {"details.n": 1}})
                database["changes"].delete_one({"details.n": {"$gt": 400, "$lt": number % 1500}})
            database["changes"].insert_one(change(number))
            database["silences"].insert_one(
                {"_id": f"a/{number}", "until": NOON, "created_at": NOON}
            )
            number += 1
            rounds.append(number)

    def let_others_write(_what: str, _done: int, _total: int) -> None:
        seen.append(len(rounds))
        until_now(lambda: len(rounds) > seen[0] + 30)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        folder, manifest = take_backup(settings, tmp_path, let_others_write)
        assert manifest.at is not None
        there = digests_of(database, manifest.at)
    finally:
        enough.set()
        writer.join()
    assert manifest.changes > 50
    assert there != digests_of(database)
    restored = restore_backup(elsewhere, folder, quiet)
    assert restored.at == manifest.at
    assert digests_of(copy_of(database, elsewhere)) == there
    for name in there:
        copied = copy_of(database, elsewhere)[name].index_information()
        assert copied == database[name].index_information()
        assert copy_of(database, elsewhere)[name].options() == database[name].options()


def forget(client: MongoClient[dict[str, Any]], mode: Any) -> None:
    """Let the server answer that its oplog does not reach back; to fill it takes minutes."""
    data = {"failCommands": ["aggregate"], "errorCode": 286, "appName": "newsdesk"}
    client.admin.command({"configureFailPoint": "failCommand", "mode": mode, "data": data})


def test_one_whose_changes_are_forgotten_says_so_and_begins_anew(
    settings: Settings,
    database: Data,
    tmp_path: Path,
    server_client: MongoClient[dict[str, Any]],
) -> None:
    def forgotten(_what: str, _done: int, _total: int) -> None:
        forget(server_client, "alwaysOn")

    with pytest.raises(BackupTooLong, match="larger oplog"):
        take_backup(settings, tmp_path, forgotten)
    [(_, begun)] = backups_in(tmp_path)
    assert not begun.is_whole
    forget(server_client, {"times": 1})
    again, manifest = take_backup(settings, tmp_path, quiet)
    assert manifest.id != begun.id
    assert [path for path, _ in backups_in(tmp_path)] == [again]


def test_a_collection_that_is_dropped_meanwhile_ends_it(
    settings: Settings, database: Data, tmp_path: Path
) -> None:
    database["others"].insert_one({"_id": 1})

    def drop(what: str, _done: int, _total: int) -> None:
        if what == "others":
            database["others"].drop()

    with pytest.raises(BackupError, match="was dropped or renamed"):
        take_backup(settings, tmp_path, drop)


def test_entries_of_the_oplog_are_those_that_mongorestore_applies(
    settings: Settings, database: Data, tmp_path: Path
) -> None:
    database["changes"].insert_many(map(change, range(90)))

    def write(what: str, _done: int, _total: int) -> None:
        if what == "changes":
            database["changes"].delete_many({"details.n": {"$lt": 10}})
            database["changes"].update_many({"details.n": {"$gt": 80}}, {"$set": {"by": "c"}})
            database["changes"].insert_one(change(500))

    folder, manifest = take_backup(settings, tmp_path, write)
    there = digests_of(database, manifest.at)
    entries = list(Reading(folder / OPLOG).documents())
    assert {entry["op"] for entry in entries} == {"i", "d"}
    database["changes"].delete_many({})
    data = gzip.decompress((folder / data_file(manifest, "changes")).read_bytes())
    assert len(data) > 0
    for document in Reading(folder / data_file(manifest, "changes")).documents():
        database["changes"].insert_one(document)
    assert digests_of(database)["changes"] != there["changes"]
    for entry in entries:
        assert database.client.admin.command("applyOps", [entry])["ok"]
    assert digests_of(database)["changes"] == there["changes"]


@pytest.fixture
def taken(settings: Settings, database: Data, tmp_path: Path) -> tuple[Path, Manifest]:
    database["changes"].insert_many(map(change, range(50)))
    return take_backup(settings, tmp_path / "backups", quiet)


def test_a_changed_byte_a_cut_and_a_missing_file_show(
    taken: tuple[Path, Manifest], elsewhere: Settings, database: Data
) -> None:
    folder, manifest = taken
    assert problems_of(folder, manifest, quiet) == []
    path = folder / data_file(manifest, "changes")
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    assert "is cut off" in problems_of(folder, manifest, quiet)[0]
    path.write_bytes(whole[:200] + bytes([whole[200] ^ 1]) + whole[201:])
    assert problems_of(folder, manifest, quiet)
    path.write_bytes(gzip.compress(gzip.decompress(whole)))  # the same documents, another file
    assert "its digest differs" in problems_of(folder, manifest, quiet)[0]
    with pytest.raises(BackupDamaged, match="is damaged"):
        restore_backup(elsewhere, folder, quiet)
    assert elsewhere.database not in database.client.list_database_names()
    path.unlink()
    assert "is missing" in problems_of(folder, manifest, quiet)[0]


def test_only_the_owner_can_read_it(taken: tuple[Path, Manifest]) -> None:
    folder, _ = taken
    for path in (folder, *folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_database_in_use_is_left_alone(
    taken: tuple[Path, Manifest], settings: Settings, elsewhere: Settings, database: Data
) -> None:
    folder, _ = taken
    with pytest.raises(RestoreRefused, match="holds changes"):
        restore_backup(settings, folder, quiet)
    assert database["changes"].count_documents({}) == 50
    lease = {"_id": "leader", "owner": "host:1:2", "since": NOON}
    database["leases"].insert_one({**lease, "until": datetime(2126, 1, 1, tzinfo=UTC)})
    with pytest.raises(RestoreRefused, match="is at work"):
        restore_backup(settings, folder, quiet, replace=True)
    copy_of(database, elsewhere)["other"].insert_one({"_id": 1})
    restore_backup(elsewhere, folder, quiet, replace=True)
    assert "other" not in copy_of(database, elsewhere).list_collection_names()


def test_what_has_expired_since_is_restored_and_then_deleted_as_ever(
    settings: Settings, database: Data, elsewhere: Settings, tmp_path: Path
) -> None:
    old = datetime(2020, 1, 1, tzinfo=UTC)
    database.command("collMod", "evidence", index={"name": "expires", "hidden": False})
    database["evidence"].drop_index("expires")
    page = {"article": "guancha:1", "site": "guancha", "url": "u", "reason": "r", "size": 1}
    database["evidence"].insert_one(
        {"_id": "e", **page, "compressed_size": 1, "captured_at": old, "expires_at": old}
    )
    folder, manifest = take_backup(settings, tmp_path, quiet)
    assert manifest.collections["evidence"].documents == 1
    restore_backup(elsewhere, folder, quiet)
    assert copy_of(database, elsewhere)["evidence"].count_documents({}) == 1


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("{}", "cannot be read"),
        ("", "cannot be read"),
        ('{"format": 2}', "cannot be read"),
        (None, "holds no backup"),
    ],
)
def test_what_is_no_backup_is_refused(
    taken: tuple[Path, Manifest], elsewhere: Settings, written: str | None, says: str
) -> None:
    folder, _ = taken
    (folder / NAME).unlink()
    if written is not None:
        (folder / NAME).write_text(written)
    with pytest.raises(NoBackup, match=says):
        restore_backup(elsewhere, folder, quiet)


def test_a_manifest_names_no_files_elsewhere(taken: tuple[Path, Manifest]) -> None:
    folder, manifest = taken
    text = (folder / NAME).read_text()
    (folder / NAME).write_text(text.replace(f'"{manifest.database}"', '"../../elsewhere"'))
    with pytest.raises(NoBackup, match="cannot be read"):
        read_manifest(folder)


def test_one_of_a_newer_release_is_refused(
    taken: tuple[Path, Manifest], elsewhere: Settings
) -> None:
    folder, manifest = taken
    manifest.schema = 999
    write_manifest(folder, manifest)
    with pytest.raises(NoBackup, match="newer Newsdesk"):
        restore_backup(elsewhere, folder, quiet)


def test_a_full_disk_is_said_before(
    settings: Settings, database: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumping, "SPARE_BYTES", 2**60)
    with pytest.raises(NoRoom, match="name a folder on a larger disk"):
        take_backup(settings, tmp_path, quiet)


def test_two_at_once_in_one_folder_are_one(
    settings: Settings, database: Data, tmp_path: Path
) -> None:
    seen: list[bool] = []

    def another(_what: str, _done: int, _total: int) -> None:
        if not seen:
            with pytest.raises(BackupError, match="Another backup"):
                take_backup(settings, tmp_path, quiet)
            seen.append(True)

    take_backup(settings, tmp_path, another)
    assert seen


def test_older_ones_give_way(settings: Settings, database: Data, tmp_path: Path) -> None:
    taken = [take_backup(settings, tmp_path, quiet)[0] for _ in range(3)]
    assert forget_older(tmp_path, settings.database, 2) == taken[:1]
    assert [path for path, _ in backups_in(tmp_path)] == taken[1:]
