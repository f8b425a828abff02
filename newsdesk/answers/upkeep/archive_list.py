"""The WARC archive in a backup: by reference, with a digest of each file, or copied.

Of a file that lies at the archive's target alone the size is noted: it was compared when it was
shipped, and does not change.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from attrs import define

from crawler.archive.folder import index_of, read_name
from crawler.archive.shipped.whole import Archive
from crawler.archive_settings import archive_of
from newsdesk.exceptions import BadBackup
from pipelines.config import Settings

LIST: Final = "archive.json"
COPY: Final = "archive"
_READ: Final = 1024 * 1024
Progress = Callable[[str, int, int], None]


@define(frozen=True, kw_only=True)
class ArchiveState:
    """The files of an archive that a backup names. there: how many of them stand in the archive or
    where it is shipped to, as large as then or larger: files only grow. copied: those that stood
    here are in the backup, too."""

    files: int
    size: int
    there: int
    copied: bool


def note_archive(
    settings: Settings, folder: Path, progress: Progress, *, copy: bool
) -> ArchiveState:
    """Writes down which files the archive has, with size and digest; copies them if asked to.

    A crawl may write on: what stands in the file by now is what counts, and it stays at its place.
    A digest that an earlier backup found beside this one is taken over where the file is the same.
    What lies only where the archive is shipped to is noted with its size, and never copied.
    """
    archive = archive_of(settings).refreshed()
    root, afar = archive.folder.root, archive.shipped_sizes()
    earlier = _latest(folder.parent)
    known = _read(earlier / LIST) if earlier else {}
    found: dict[str, dict[str, Any]] = {}
    names = archive.names()
    for number, each in enumerate(names):
        name = str(each)
        progress("archive", number, len(names))
        entry = _entry(root / name, known.get(name))
        if entry is None and each not in afar:
            continue  # it was pruned meanwhile
        found[name] = entry or {"size": afar[each]}
        if copy:
            goal, size = folder / COPY / name, found[name]["size"]
            is_same = known.get(name) == found[name]
            if not (earlier and is_same and _shared(earlier / COPY / name, goal, size)):
                _keep(archive, name, goal, size)
            index = archive.index(each)
            if index.is_file():
                _copy(index, index_of(folder / COPY / name), index.stat().st_size)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (folder / LIST).write_text(text, encoding="utf-8")
    size = sum(each["size"] for each in found.values())
    return ArchiveState(files=len(found), size=size, there=len(found), copied=copy)


def state_of(settings: Settings, folder: Path) -> ArchiveState:
    """Returns what of a backup's archive stands where the settings have theirs."""
    archive = archive_of(settings).refreshed()
    found = _read(folder / LIST)
    held = _sizes(archive)
    there = sum(held.get(name, -1) >= each["size"] for name, each in found.items())
    size = sum(each["size"] for each in found.values())
    copied = (folder / COPY).is_dir()
    return ArchiveState(files=len(found), size=size, there=there, copied=copied)


def check_copies(folder: Path) -> None:
    """Makes sure that a backup has copies of the WARC files.

    Raises:
        BadBackup: it has none.
    """
    if not (folder / COPY).is_dir():
        raise BadBackup(
            f"The backup in {folder} names the files of the archive and holds no copies: copy them "
            "from where you keep them."
        )


def copy_back(settings: Settings, folder: Path, progress: Progress) -> None:
    """Copies the WARC files of a backup into the archive; what stands there stays.

    The index goes first: a file that is there has one, whenever this was interrupted.
    """
    archive = archive_of(settings).refreshed()
    held = _sizes(archive)
    found = _read(folder / LIST)
    for number, (name, each) in enumerate(found.items()):
        progress("archive", number, len(found))
        copy, target = folder / COPY / name, archive.folder.root / name
        if name not in held:
            if index_of(copy).is_file():
                _copy(index_of(copy), index_of(target), index_of(copy).stat().st_size)
            _copy(copy, target, each["size"])


def _sizes(archive: Archive) -> dict[str, int]:
    """Returns the bytes of all WARC files of an archive, wherever they lie."""
    sizes = {str(name): size for name, size in archive.shipped_sizes().items()}
    for name in archive.folder.names():
        with suppress(FileNotFoundError):  # pruned meanwhile
            sizes[str(name)] = (archive.folder.root / str(name)).stat().st_size
    return sizes


def _keep(archive: Archive, name: str, goal: Path, size: int) -> None:
    """Copies a file of the archive, wherever it lies."""
    if archive.is_here(name) or archive.target is None:
        _copy(archive.folder.root / name, goal, size)
    elif not goal.is_file() or goal.stat().st_size != size:
        archive.target.fetch(name, goal)


def _latest(parent: Path) -> Path | None:
    """The backup that has noted the archive last."""
    lists = sorted(parent.glob(f"[!.]*/{LIST}"), key=lambda path: path.stat().st_mtime)
    return lists[-1].parent if lists else None


def _shared(earlier: Path, goal: Path, size: int) -> bool:
    """Has an earlier backup's copy in this one as well; False if that cannot be."""
    if goal.is_file():
        return goal.stat().st_size == size
    goal.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        if earlier.stat().st_size == size:
            goal.hardlink_to(earlier)
            return True
    except OSError:  # it has no copy, or its disk no hard links
        return False
    return False


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """Returns the files that a list names; none that would lead out of the archive."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        sized = {name: each for name, each in found.items() if isinstance(each["size"], int)}
    except (AttributeError, FileNotFoundError, KeyError, RecursionError, TypeError, ValueError):
        return {}
    return {name: each for name, each in sized.items() if read_name(name) is not None}


def _entry(path: Path, known: dict[str, Any] | None) -> dict[str, Any] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    same = {"size": status.st_size, "changed": status.st_mtime_ns}
    if known is not None and {name: known.get(name) for name in same} == same:
        return known
    digest, left = hashlib.sha256(), status.st_size
    with path.open("rb") as file:
        while left and (piece := file.read(min(_READ, left))):
            digest.update(piece)
            left -= len(piece)
    return {**same, "sha256": digest.hexdigest()}


def _copy(source: Path, target: Path, size: int) -> None:
    """Copies the first bytes of a file, unless that was done before the last interruption."""
    if target.is_file() and target.stat().st_size == size:
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = target.with_name(f"{target.name}.new")
    with source.open("rb") as old, fresh.open("wb") as new:
        shutil.copyfileobj(old, new, _READ)
        new.truncate(size)
        new.flush()
        os.fsync(new.fileno())
    fresh.replace(target)
