"""The archive: its folder and its disk, what waits to be shipped, and the target itself."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from crawler.archive.exceptions import TargetAway
from crawler.archive.folder import ArchiveFolder
from crawler.archive.shipped.shipping import waiting
from crawler.archive.shipped.target import Target, held_in
from crawler.archive_settings import file_size_of, shipped_bytes, target_of
from newsdesk.doctor.check import Check
from newsdesk.doctor.machine import judge_disk
from pipelines.config import Settings


def check_archive(settings: Settings) -> Iterator[Check]:
    """The archive's folder can be written and its disk has room; nothing of it is unfinished."""
    if not settings.archive:
        yield Check(name="Archive", state="note", found="off: NEWSDESK_ARCHIVE")
        return
    folder = ArchiveFolder(settings.archive_path.absolute())
    try:
        folder.root.mkdir(parents=True, exist_ok=True)
        probe = folder.root / f".doctor-{secrets.token_hex(4)}"
        probe.write_bytes(b"x")
        probe.unlink()
        free = shutil.disk_usage(folder.root).free
    except OSError as error:
        yield Check(
            name="Archive",
            state="fail",
            found=f"{folder.root} cannot be written ({error.strerror})",
            todo="Make it writable, or set NEWSDESK_ARCHIVE_DIR to another folder.",
        )
        return
    room = judge_disk(folder.root, free, "NEWSDESK_ARCHIVE_DIR")
    if room.state == "ok":
        names = folder.names()
        size = sum(map(folder.size_of, names)) / 1024**2
        said = f"{len(names):,} files, {size:,.1f} MB in {folder.root}"
        yield Check(name="Archive", state="ok", found=said)
    else:
        yield Check(name="Archive", state=room.state, found=room.found, todo=room.todo)
    yield from check_target(settings)


def check_target(settings: Settings) -> Iterator[Check]:
    """A small file can be written to the target, read and removed; nothing waits for it."""
    target = target_of(settings, settings.database)
    if target is None:
        return
    try:
        _try(target)
    except TargetAway as error:
        todo = "Set it right; until then all files stay here. Then: newsdesk archive ship"
        yield Check(name="Target", state="fail", found=str(error), todo=todo)
        return
    held = f"; it holds {shipped_bytes(settings) / 1024**2:,.1f} MB"
    if settings.archive_target_megabytes is not None:
        held += f" of {settings.archive_target_megabytes:,} at most"
    found = waiting(ArchiveFolder(settings.archive_path), file_size_of(settings))
    if found.error:
        todo = f"{found.error}."
        yield Check(name="Target", state="warn", found="not all could be shipped", todo=todo)
    elif found.files:
        said = f"{target.address} works; {found.files:,} files wait to be shipped{held}"
        todo = "newsdesk up ships them, or: newsdesk archive ship"
        yield Check(name="Target", state="note", found=said, todo=todo)
    else:
        yield Check(name="Target", state="ok", found=f"{target.address}: all is shipped{held}")


def _try(target: Target) -> None:
    """Raises: TargetAway."""
    name = f".doctor-{secrets.token_hex(8)}"
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "probe"
        path.write_bytes(secrets.token_bytes(64))
        with path.open("rb") as file:
            written = held_in(file)
        target.put(path, name)
    try:
        if target.held(name) != written:
            raise TargetAway(f"{target.address} gives back otherwise than was written")
    finally:
        target.remove(name)
