"""The spool: where entries wait on the local disk while MongoDB is away.

Each process appends to a segment file of its own and holds a lock (flock) on it for as long as it
lives. Segments without a living writer are replayed by whoever comes first, under the same lock,
and deleted once MongoDB has acknowledged all of them. A replay that is killed starts over: writing
the same entries at the same times again changes nothing.

A segment is a header line and records: length and CRC-32 (4 bytes each, little endian), then BSON.
When `append` returns, the entries are on the disk (fsync). A process killed within `append` leaves
a torn tail: those entries were never acknowledged, and their URLs do not count as seen.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from attrs import define, field

from pipelines.storage.entries import Entry, entry_from_record, entry_record
from pipelines.storage.exceptions import DocumentRefused, SpoolFull, SpoolUnusable

LIMIT_BYTES = 1024 * 1024 * 1024
BATCH = 100
_HEADER = b"newsdesk spool 1\n"
_FRAME = struct.Struct("<II")
_LARGEST_RECORD = 16 * 1024 * 1024
_SUFFIX = ".spool"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@define
class Segment:
    """A segment that this process may replay: it holds the lock until `done` or `release`.

    own: this process has written it. torn: bytes of an unfinished record at the end. damaged: bytes
    that were once written and cannot be read any more. Both are known when `batches` has run to its
    end.
    """

    path: Path
    handle: int
    own: bool = False
    torn: int = field(default=0, init=False)
    damaged: int = field(default=0, init=False)

    def batches(self) -> Iterator[tuple[datetime, list[Entry]]]:
        """Yields the entries in the order of writing, up to 100 of the same time together."""
        taken: datetime | None = None
        batch: list[Entry] = []
        for record in self._records():
            try:
                at, entry = entry_from_record(record)
            except DocumentRefused:
                self.damaged += len(record)
                continue
            if taken is not None and (at != taken or len(batch) >= BATCH):
                yield taken, batch
                batch = []
            taken = at
            batch.append(entry)
        if taken is not None and batch:
            yield taken, batch

    def done(self) -> None:
        """Deletes the file, because all of it is in MongoDB; sets it aside if part of it is
        damaged."""
        if self.damaged:
            self.path.replace(self.path.with_suffix(".damaged"))
        else:
            self.path.unlink()
        _sync_folder(self.path.parent)
        self.release()

    def release(self) -> None:
        """Gives up the lock. The next process replays from the start what was not `done`."""
        os.close(self.handle)

    def _records(self) -> Iterator[bytes]:
        with os.fdopen(os.dup(self.handle), "rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(0)
            header = file.read(len(_HEADER))
            if header != _HEADER:
                self._unreadable(end, torn=_HEADER.startswith(header))
                return
            while (start := file.tell()) < end:
                frame = file.read(_FRAME.size)
                if len(frame) < _FRAME.size:
                    self._unreadable(end - start, torn=True)
                    return
                length, checksum = _FRAME.unpack(frame)
                record = file.read(length) if length <= _LARGEST_RECORD else b""
                if len(record) < length or zlib.crc32(record) != checksum:
                    self._unreadable(end - start, torn=start + _FRAME.size + length > end)
                    return
                yield record

    def _unreadable(self, size: int, *, torn: bool) -> None:
        if torn:
            self.torn = size
        else:
            self.damaged += size


class Spool:
    """The spool of one process. Its methods block on the disk: call them in a thread."""

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self.folder = folder
        self._limit = limit_bytes
        self._own: Segment | None = None
        self._written: set[Path] = set()
        self._size = 0
        self._others = 0

    def append(self, entries: Sequence[Entry], at: datetime) -> list[tuple[Entry, DocumentRefused]]:
        """Writes entries to the disk; returns those that can never be stored.

        Raises:
            SpoolFull: the spool's limit is reached, or its disk is full; no entry is kept.
            SpoolUnusable: the folder cannot be written; no entry is kept.
        """
        frames = bytearray()
        refused = []
        for entry in entries:
            try:
                record = entry_record(entry, at)
            except DocumentRefused as refusal:
                refused.append((entry, refusal))
            else:
                frames += _FRAME.pack(len(record), zlib.crc32(record)) + record
        with _explained(self.folder):
            if self._own is None:
                self._start()
            self._check_room(len(frames))
            self._write(frames)
        return refused

    def segments(self) -> Iterator[Segment]:
        """Yields every segment that no other process holds, oldest first, this process's own
        included.

        The caller ends each with `done` or `release` before it takes the next.
        """
        self.close()
        for path in segment_files(self.folder):
            segment = _taken(path)
            if segment is not None:
                segment.own = path in self._written
                yield segment

    def close(self) -> None:
        """Releases this process's segment, so that any process may replay it."""
        if self._own is not None:
            self._own.release()
            self._own = None
            self._size = 0

    def _start(self) -> None:
        """Makes a file and locks it. A replaying process may take it away while it is
        still empty."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._others = spool_bytes(self.folder)
        while self._own is None:
            path = self.folder / f"{time.time_ns():020d}-{os.getpid()}{_SUFFIX}"
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            if _lock(handle) and os.fstat(handle).st_nlink:
                self._own = Segment(path, handle, own=True)
                self._written.add(path)
            else:
                os.close(handle)
        _sync_folder(self.folder)

    def _check_room(self, size: int) -> None:
        if self._size + self._others + size <= self._limit:
            return
        self._others = spool_bytes(self.folder) - self._size  # others may have been replayed
        if self._size + self._others + size > self._limit:
            raise SpoolFull(
                f"{self.folder} holds {(self._size + self._others) >> 20} MB of articles that "
                f"wait for MongoDB and may hold {self._limit >> 20} MB: bring MongoDB back; the "
                "next crawl stores them first."
            )

    def _write(self, frames: bytes | bytearray) -> None:
        """Writes all of it, or nothing."""
        if self._own is None:
            return
        data = memoryview(frames if self._size else _HEADER + frames)
        handle, size = self._own.handle, len(data)
        try:
            while data:
                data = data[os.write(handle, data) :]
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, self._size)
            raise
        self._size += size


def segment_files(folder: Path) -> list[Path]:
    """Returns the segments of a spool folder, oldest first."""
    return sorted(folder.glob(f"*{_SUFFIX}"))


def is_left(folder: Path) -> bool:
    """Whether entries wait in a spool folder that no living process has written."""
    for path in segment_files(folder):
        segment = _taken(path)
        if segment is not None:
            segment.release()
            return True
    return False


def waiting(folder: Path) -> int:
    """Returns how many entries wait in a spool folder, counted by the lengths of their records."""
    total = 0
    for path in segment_files(folder):
        with suppress(FileNotFoundError), path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            at = len(_HEADER)
            while at + _FRAME.size <= end:
                file.seek(at)
                length, _checksum = _FRAME.unpack(file.read(_FRAME.size))
                at += _FRAME.size + length
                total += at <= end
    return total


def spool_bytes(folder: Path) -> int:
    """Returns the bytes of all files of a spool folder; 0 if there is none."""
    total = 0
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def _taken(path: Path) -> Segment | None:
    """Returns the locked segment; None if another process has it, or has just finished with it."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_APPEND)
    except FileNotFoundError:
        return None
    if _lock(handle) and os.fstat(handle).st_nlink:
        return Segment(path, handle)
    os.close(handle)
    return None


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    """Makes a new or removed file name durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise SpoolFull(
                f"The disk of {folder} is full, and articles wait there for MongoDB: free some "
                "room, or bring MongoDB back; the next crawl stores them first."
            ) from error
        raise SpoolUnusable(
            f"The spool folder {folder} cannot be used ({error.strerror}): make it a folder that "
            "this user may write, or set NEWSDESK_DATA_DIR to another one."
        ) from error
