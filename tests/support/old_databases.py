"""Databases as earlier versions of the schema left them: made by the code of the time, which
crawled the recorded nights, and kept as backups in `fixtures/databases/`."""

from __future__ import annotations

import tarfile
from pathlib import Path

from pipelines.config import Settings
from pipelines.storage.backup.restoring import restore_backup
from tests.support.command import ROOT

FOLDER = ROOT / "fixtures" / "databases"
VERSIONS = sorted(
    int(path.name.removeprefix("schema-").partition(".")[0]) for path in FOLDER.iterdir()
)


def put_back(settings: Settings, version: int, folder: Path) -> None:
    """Puts the database of a version of the schema in place of that of the settings."""
    with tarfile.open(FOLDER / f"schema-{version}.tar.xz") as file:
        file.extractall(folder, filter="data")
    restore_backup(settings, folder / f"schema-{version}", lambda *_: None, replace=True)
