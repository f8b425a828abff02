"""Writes records to files: one open file a kind, rotated by day and size.

What is appended is whole or is taken back, so a full disk leaves no half record; what a killed
process leaves, `mending.recover` cuts off. Each append is handed to the system at once: a process
that dies takes nothing along but the record being written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from attrs import define, evolve, field

from crawler.archive.cdxj import Entry, sort_index
from crawler.archive.folder import ArchiveFolder, WarcName, index_of, try_lock
from crawler.archive.members import pack
from crawler.archive.mending import recover
from crawler.archive.records import Kind, new_id, warcinfo_record

Facts = Callable[[WarcName], dict[str, str]]
"""What a file says of how its records came to be."""


@define(kw_only=True)
class WarcFile:
    """A file that this process appends to, and nobody else."""

    folder: ArchiveFolder
    name: WarcName
    file: BinaryIO = field(repr=False)
    index: BinaryIO = field(repr=False)
    size: int
    warcinfo: str

    @classmethod
    def open(
        cls, folder: ArchiveFolder, kind: Kind, group: str, at: datetime, limit: int, facts: Facts
    ) -> WarcFile:
        """Opens the day's newest file if it has room and nobody writes to it; else the next one.

        Raises:
            OSError: the folder cannot be written, or the disk is full.
        """
        day, origin = at.date(), folder.origin()
        numbers = [
            each.number
            for each in folder.names(kind, group)
            if (each.day, each.origin) == (day, origin)
        ]
        number = max(numbers, default=1)
        name = WarcName(kind=kind, day=day, group=group, number=number, origin=origin)
        while (file := _opened(folder, name, limit)) is None:
            name = evolve(name, number=name.number + 1)
        try:
            path = folder.root / str(name)
            if folder.is_marked_open(name):  # new, or its crawl was killed meanwhile
                recover(folder, name)
            folder.mark_open(name)
            index = index_of(path).open("ab", buffering=0)
        except BaseException:
            file.close()
            raise
        opened = cls(
            folder=folder, name=name, file=file, index=index, size=_size(file), warcinfo=new_id()
        )
        record = warcinfo_record(opened.warcinfo, at, path.name, facts(name))
        try:
            opened.append([pack(record, stored=True)])
        except BaseException:
            opened.let_go()
            raise
        return opened

    def append(self, members: Sequence[bytes], entry: Entry | None = None) -> None:
        """Appends members and the line of the index for the last one, all or nothing.

        Raises:
            OSError: the disk is full or broken; nothing was appended.
        """
        index_size = _size(self.index)
        try:
            data = b"".join(members)
            _write_all(self.file, data)
            if entry is not None:
                _write_all(self.index, entry.line().encode("utf-8"))
        except OSError:
            os.ftruncate(self.file.fileno(), self.size)
            os.ftruncate(self.index.fileno(), index_size)
            raise
        self.size += len(data)

    def close(self) -> None:
        """Sorts the index and lets go of the file.

        Raises:
            OSError: the index cannot be written; the next crawl does it.
        """
        try:
            os.fsync(self.file.fileno())
            sort_index(index_of(self.folder.root / str(self.name)))
            self.folder.mark_closed(self.name)
        finally:
            self.let_go()

    def let_go(self) -> None:
        """Leaves the file as it is, for another one to go on with."""
        self.index.close()
        self.file.close()


def _opened(folder: ArchiveFolder, name: WarcName, limit: int) -> BinaryIO | None:
    """Opens and locks a file; None if another process writes to it, it has no room or is sealed."""
    path = folder.root / str(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        folder.mark_open(name)  # before there is a file that nobody would know as unfinished
    file: BinaryIO = path.open("ab", buffering=0)
    usable = (
        try_lock(file.fileno())
        and _size(file) < limit
        and _is_there(file, path)
        and not folder.is_sealed(name)
    )
    if not usable:
        file.close()
        return None
    return file


def _is_there(file: BinaryIO, path: Path) -> bool:
    """Whether a file was not removed between its opening and its locking."""
    return os.fstat(file.fileno()).st_nlink > 0 and path.exists()


def _write_all(file: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size
