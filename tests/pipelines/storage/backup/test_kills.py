"""What was killed goes on where it was, and ends as if nothing had happened."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.backup.dumping import backups_in, take_backup
from pipelines.storage.backup.manifest import data_file
from pipelines.storage.backup.restore_note import noted
from pipelines.storage.backup.restoring import restore_backup
from pipelines.storage.exceptions import (
    BackupError,
    NoBackup,
    NotTheSame,
    RestoreRefused,
    SchemaBusy,
)
from pipelines.storage.schema.ensure import RESTORING, ensure_schema
from pipelines.storage.server import client as clients
from pipelines.storage.server import embedded
from tests.pipelines.storage.support import kill_server
from tests.support.backup_process import BackupProcess
from tests.support.digests import digests_of
from tests.support.kept_changes import change, quiet
from tests.support.ports import free_port
from tests.support.rounds import rounds

Data = Database[dict[str, Any]]


def test_taking_goes_on_where_it_was_killed(
    settings: Settings, database: Data, elsewhere: Settings, tmp_path: Path
) -> None:
    database["changes"].insert_many(map(change, range(1000)))
    with BackupProcess("take", settings, tmp_path, halts="changes") as process:
        process.halted()
        process.go_on()
        process.halted()
    [(folder, begun)] = backups_in(tmp_path)
    assert not begun.is_whole
    assert 0 < begun.collections["changes"].documents < 1000
    with pytest.raises(NoBackup, match="not finished"):
        restore_backup(elsewhere, folder, quiet)
    with (folder / data_file(begun, "changes")).open("ab") as file:
        file.write(b"cut off in the middle")
    database["changes"].delete_many({"details.n": {"$lt": 300}})

    again, manifest = take_backup(settings, tmp_path, quiet)

    assert (again, manifest.id) == (folder, begun.id)
    assert manifest.collections["changes"].documents == 700
    restore_backup(elsewhere, folder, quiet)
    assert digests_of(database.client[elsewhere.database]) == digests_of(database)


@pytest.fixture
def taken(settings: Settings, database: Data, tmp_path: Path) -> Path:
    """A backup during which documents came, changed and went."""
    database["changes"].insert_many(map(change, range(1000)))
    halted = False

    def write(what: str, _done: int, _total: int) -> None:
        nonlocal halted
        if what == "changes" and not halted:
            halted = True
            database["changes"].delete_many({"details.n": {"$lt": 150}})
            database["changes"].update_many({"details.n": {"$gt": 700}}, {"$set": {"by": "c"}})
            database["changes"].insert_many(map(change, range(5000, 5100)))

    return take_backup(settings, tmp_path, write)[0]


def test_restoring_goes_on_where_it_was_killed(
    taken: Path, settings: Settings, database: Data, elsewhere: Settings
) -> None:
    copy = database.client[elsewhere.database]
    with BackupProcess("restore", elsewhere, taken, halts="changes") as process:
        for _ in range(3):
            process.halted()
            process.go_on()
        assert process.halted() == 400
    assert noted(copy)["changes"].written == 400
    with pytest.raises(SchemaBusy, match="newsdesk restore again"):
        ensure_schema(copy)
    with pytest.raises(BackupError, match="is not whole before that"):
        take_backup(elsewhere, taken.parent / "another", quiet)
    with BackupProcess("restore", elsewhere, taken, halts="changes") as process:
        assert process.halted() == 500, "it goes on"
    for halts in ("changed meanwhile", "comparing changes", "indexes of changes"):
        with BackupProcess("restore", elsewhere, taken, halts=halts) as process:
            process.halted()
    again: list[str] = []
    restore_backup(elsewhere, taken, lambda what, _done, _total: again.append(what))
    assert "changes" not in again
    assert "comparing changes" not in again
    assert "indexes of changes" in again
    assert digests_of(copy) == digests_of(database)
    assert copy["changes"].index_information() == database["changes"].index_information()


def test_what_stands_beside_it_is_restored_before_it_counts(
    taken: Path, elsewhere: Settings, database: Data
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore_backup(elsewhere, taken, quiet, beside=interrupted)
    done: list[bool] = []
    restore_backup(elsewhere, taken, quiet, beside=lambda: done.append(True))
    assert done
    assert digests_of(database.client[elsewhere.database]) == digests_of(database)


def test_two_backups_are_never_mixed(
    taken: Path, settings: Settings, database: Data, elsewhere: Settings
) -> None:
    copy = database.client[elsewhere.database]
    with BackupProcess("restore", elsewhere, taken, halts="changes") as process:
        process.halted()
        with pytest.raises(BackupError, match="already: wait"):
            restore_backup(elsewhere, taken, quiet)
    database["changes"].delete_many({"details.n": {"$lt": 500}})
    another, _ = take_backup(settings, taken.parent, quiet)
    with pytest.raises(RestoreRefused, match=f"newsdesk restore {taken}"):
        restore_backup(elsewhere, another, quiet)
    assert copy[RESTORING].count_documents({}) > 0
    restore_backup(elsewhere, another, quiet, replace=True)
    assert digests_of(copy) == digests_of(database)


def test_what_somebody_else_wrote_meanwhile_is_found_and_done_again(
    taken: Path, settings: Settings, database: Data, elsewhere: Settings
) -> None:
    copy = database.client[elsewhere.database]

    def intrude(what: str, _done: int, _total: int) -> None:
        if what == "comparing changes":
            copy["changes"].insert_one(change(1))

    with pytest.raises(NotTheSame, match="somebody else writes"):
        restore_backup(elsewhere, taken, intrude)
    restore_backup(elsewhere, taken, quiet)
    assert digests_of(copy) == digests_of(database)


@pytest.fixture
def own(tmp_path: Path, _own_environment: None) -> Iterator[Settings]:
    """A server that may be killed."""
    settings = Settings(data_dir=tmp_path / "own", db_port=free_port(), database="killed")
    embedded.ensure_running(settings)
    yield settings
    embedded.stop(settings)
    shutil.rmtree(settings.data_dir)


def disturbed(
    what: Literal["take", "restore"], settings: Settings, folder: Path, times: int
) -> None:
    """Do it until it ends, killed again and again before: itself, or MongoDB under it."""
    for _ in range(times):
        process = BackupProcess(what, settings, folder)
        with process:
            try:
                process.process.wait(random.uniform(0.3, 3))
                return
            except subprocess.TimeoutExpired:
                if random.random() < 0.5:
                    kill_server(settings)
                    process.end()  # it starts the server again, and goes on
                    return
    with BackupProcess(what, settings, folder) as process:
        process.end()


@pytest.mark.soak
def test_killed_at_any_moment(own: Settings, tmp_path: Path) -> None:
    """Backup after backup, each with what the last one has in common with it."""
    folder = tmp_path / "backups"
    with clients.connect(own) as client:
        database = clients.database(client, own)
        ensure_schema(database)
        database["changes"].insert_many(map(change, range(20_000)))
    for number in range(rounds(12)):
        elsewhere = own.model_copy(update={"database": f"copy_{number}"})
        with clients.connect(own) as client:
            some, changed = {"details.n": {"$mod": [97, number]}}, {"$set": {"by": f"{number}"}}
            clients.database(client, own)["changes"].update_many(some, changed)
        disturbed("take", own, folder, 4)
        embedded.ensure_running(own)
        taken, manifest = backups_in(folder)[-1]
        assert manifest.is_whole
        assert len(backups_in(folder)) == number + 1
        assert (manifest.collections["changes"].taken_over is not None) == (number > 0)
        disturbed("restore", elsewhere, taken, 4)
        embedded.ensure_running(own)
        with clients.connect(own) as client:
            said = digests_of(clients.database(client, own))
            assert digests_of(client[elsewhere.database]) == said
            client.drop_database(elsewhere.database)
            assert said["changes"].startswith("20000 ")
