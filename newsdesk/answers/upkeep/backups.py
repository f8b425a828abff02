"""Taking a backup of the database with what belongs to it, and putting one back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import define

from newsdesk.answers.upkeep.archive_list import (
    ArchiveState,
    check_copies,
    copy_back,
    note_archive,
    state_of,
)
from newsdesk.answers.upkeep.machine_files import keep_files
from newsdesk.exceptions import BadBackup
from pipelines.config import Settings
from pipelines.storage.backup.dumping import forget_older, looked_at, take_backup
from pipelines.storage.backup.manifest import Manifest, finished
from pipelines.storage.backup.restoring import restore_backup
from pipelines.storage.backup.sealing import problems_of
from pipelines.storage.backup.working import Progress


@define(frozen=True, kw_only=True)
class Backup:
    """A backup: where it is, and what it says of itself."""

    folder: Path
    manifest: Manifest

    def as_dict(self) -> dict[str, Any]:
        """Returns it as plain values."""
        whole = self.manifest.is_whole
        return {
            "folder": str(self.folder),
            "database": self.manifest.database,
            "at": self.manifest.moment if whole else None,
            "began_at": self.manifest.began_at,
            "documents": self.manifest.documents,
            "articles": self.articles,
            "size": self.size,
            "own": self.own,
            "whole": whole,
        }

    @property
    def articles(self) -> int:
        found = self.manifest.collections.get("articles")
        return found.documents if found else 0

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(each.st_size for each in self._files())

    @property
    def own(self) -> int:
        """Bytes of those that no other backup has in common with it."""
        return sum(each.st_size for each in self._files() if each.st_nlink == 1)

    def _files(self) -> Iterator[os.stat_result]:
        return (each.stat() for each in self.folder.rglob("*") if each.is_file())


@define(frozen=True, kw_only=True)
class Taken:
    """A backup that was taken just now. removed: older ones that gave way to it."""

    backup: Backup
    archive: ArchiveState
    files: int
    removed: list[Path]


def take(
    settings: Settings,
    parent: Path,
    progress: Progress,
    *,
    with_archive: bool = False,
    with_files: bool = True,
    keep: int | None = None,
) -> Taken:
    """Takes a backup below `parent`, or goes on with one that was interrupted.

    with_archive: copies the WARC files, too; their names and digests are noted in any case.
    with_files: copies settings, topics, schedules, sites and accounts. keep: removes older ones but
    for so many, this one included.

    Raises:
        BackupError: it cannot be taken; the message says what to do.
    """
    beside: dict[str, Any] = {}

    def write_beside(folder: Path) -> None:
        beside["archive"] = note_archive(settings, folder, progress, copy=with_archive)
        beside["files"] = keep_files(settings, folder) if with_files else 0

    folder, manifest = take_backup(settings, parent, progress, write_beside)
    removed = forget_older(parent, settings.database, keep) if keep else []
    return Taken(backup=Backup(folder=folder, manifest=manifest), removed=removed, **beside)


def listed(parent: Path) -> tuple[list[Backup], list[str]]:
    """Returns the backups below a folder, the oldest first, and a sentence for each that cannot be
    read."""
    found, problems = looked_at(parent)
    return [Backup(folder=folder, manifest=each) for folder, each in found], problems


def meant(folder: Path) -> Backup:
    """Returns the backup in a folder, or the newest finished one below it.

    Raises:
        NoBackup: there is none that can be used.
        BadBackup: nobody knows which is the newest, since one of them cannot be read.
    """
    found, problems = listed(folder)
    below = [each for each in found if each.manifest.is_whole]
    if below and problems:
        raise BadBackup(
            f"{problems[0]} It may be the newest: name the backup that you mean, the newest other "
            f"is {below[-1].folder}"
        )
    if below:
        return below[-1]
    return Backup(folder=folder, manifest=finished(folder))


def verified(folder: Path, progress: Progress) -> tuple[Backup, list[str]]:
    """Reads a whole backup; returns it with a sentence for each fault.

    Raises:
        NoBackup, BadBackup: there is none that can be used, or it has to be named.
    """
    backup = meant(folder)
    return backup, problems_of(backup.folder, backup.manifest, progress)


def restore(
    settings: Settings,
    folder: Path,
    progress: Progress,
    *,
    replace: str | None = None,
    with_archive: bool = False,
) -> tuple[Backup, ArchiveState]:
    """Puts a backup into the database of the settings; returns it, and what is there of its
    archive.

    replace: the name of that database, if what it holds is to be dropped. with_archive: copies the
    WARC files of the backup back.

    Raises:
        BadBackup: `replace` is not the name of the database, there are no copies of the archive, or
            the backup has to be named.
        BackupError: it cannot be restored; the message says what to do.
    """
    if replace is not None and replace != settings.database:
        raise BadBackup(
            f"--replace {replace} would drop {replace}, and the backup goes into "
            f"{settings.database}: name that one if you mean it."
        )
    backup = meant(folder)
    if with_archive:
        check_copies(backup.folder)
    restore_backup(
        settings,
        backup.folder,
        progress,
        replace=replace is not None,
        beside=lambda: copy_back(settings, backup.folder, progress) if with_archive else None,
    )
    return backup, state_of(settings, backup.folder)
