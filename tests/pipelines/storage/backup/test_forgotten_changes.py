"""More is written than MongoDB remembers: a backup says so, or begins anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.backup.dumping import backups_in, take_backup
from pipelines.storage.exceptions import BackupTooLong
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.server import client as clients
from tests.pipelines.storage.backup.test_backup import quiet

MEGABYTES = 500
"""The oplog of the embedded server holds 256, and gives up what is older in pieces."""


def write_much(database: Database[dict[str, Any]]) -> None:
    """Write to another database what pushes everything else out of the oplog."""
    other = database.client["others"]["much"]
    for _time in range(MEGABYTES // 10):
        if _time % 10 == 0:
            database.client.admin.command("fsync")
        other.replace_one({"_id": 1}, {"_id": 1, "data": os.urandom(10 * 1024 * 1024)}, upsert=True)


@pytest.mark.soak
def test_what_is_forgotten_is_said_and_the_next_backup_begins_anew(
    own: Settings, tmp_path: Path
) -> None:
    with clients.connect(own) as client:
        database = clients.database(client, own)
        ensure_schema(database)

        def too_much(what: str, _done: int, _total: int) -> None:
            if what == "meta":
                write_much(database)

        with pytest.raises(BackupTooLong, match="larger oplog"):
            take_backup(own, tmp_path / "backups", too_much)
        [(unfinished, begun)] = backups_in(tmp_path / "backups")
        assert not begun.is_whole
        again, manifest = take_backup(own, tmp_path / "backups", quiet)
        assert manifest.id != begun.id
        assert [path for path, _ in backups_in(tmp_path / "backups")] == [again]
        assert not unfinished.exists() or unfinished == again
