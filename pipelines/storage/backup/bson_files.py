"""Files of BSON documents one after the other, packed by gzip; and digests of documents."""

from __future__ import annotations

import hashlib
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Final

import bson
from attrs import define, field
from bson.codec_options import CodecOptions
from bson.errors import InvalidBSON
from bson.raw_bson import RawBSONDocument

from pipelines.storage.backup.manifest import private
from pipelines.storage.exceptions import BackupDamaged

RAW: Final[CodecOptions[RawBSONDocument]] = CodecOptions(
    document_class=RawBSONDocument, tz_aware=True, tzinfo=UTC
)
MEMBER_BYTES: Final = 16 * 1024 * 1024
"""Bytes of documents that are packed together: so much is done again after a kill."""
LARGEST: Final = 17 * 1024 * 1024
"""Bytes of a document: MongoDB's 16 MB, and what the oplog says around it."""
_LEVEL = 3  # a third of the time of the usual 6, a tenth more bytes
_READ = 1024 * 1024
_GZIP = 31
Seen = Callable[[int], None]
"""Called with the number of packed bytes that were read."""


def append_member(path: Path, size: int, documents: Iterable[RawBSONDocument]) -> int:
    """Writes documents behind the first `size` bytes of a file, as one gzip member; returns its
    size then. What stood behind is cut off: a process was killed while it wrote that.

    With a size of 0 it is another file, since other backups may have the one of before.
    """
    if size == 0:
        path.unlink(missing_ok=True)
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    with open(path, "ab", opener=private) as file:
        file.truncate(size)
        file.seek(size)
        for document in documents:
            file.write(packer.compress(document.raw))
        file.write(packer.flush())
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


@define
class Reading:
    """One file, or a part of it, as it is read: its size and the digest of its bytes are known at
    the end."""

    path: Path
    seen: Seen = lambda _bytes: None
    start: int = 0
    end: int = sys.maxsize
    size: int = 0
    _digest: hashlib._Hash = field(factory=hashlib.sha256, init=False)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def pieces(self) -> Iterator[bytes]:
        """Yields the file piece by piece."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            while piece := file.read(min(_READ, self.end - self.start - self.size)):
                self.size += len(piece)
                self._digest.update(piece)
                self.seen(len(piece))
                yield piece

    def documents(self) -> Iterator[RawBSONDocument]:
        """Yields the documents that a packed file holds.

        Raises:
            BackupDamaged: it holds something else, or ends within a document.
        """
        waiting = bytearray()
        for piece in self._unpacked():
            waiting += piece
            place = 0
            while (end := self._end(waiting, place)) is not None:
                yield self._document(bytes(waiting[place:end]))
                place = end
            del waiting[:place]
        if waiting:
            raise BackupDamaged(f"{self.path} ends within a document.")

    def _document(self, data: bytes) -> RawBSONDocument:
        try:
            return RawBSONDocument(data, RAW)
        except InvalidBSON as error:
            raise BackupDamaged(f"{self.path} holds no document of MongoDB: {error}.") from None

    def _end(self, waiting: bytearray, place: int) -> int | None:
        """Where the document at `place` ends; None if not all of it has come."""
        if len(waiting) < place + 4:
            return None
        size = int.from_bytes(waiting[place : place + 4], "little")
        if not 5 <= size <= LARGEST:
            raise BackupDamaged(f"{self.path} holds something that is no document.")
        return place + size if len(waiting) >= place + size else None

    def _unpacked(self) -> Iterator[bytes]:
        unpacker = zlib.decompressobj(_GZIP)
        is_within = False
        try:
            for piece in self.pieces():
                rest = piece
                while rest:
                    if found := unpacker.decompress(rest, _READ):
                        yield found
                    rest, is_within = unpacker.unconsumed_tail, True
                    if unpacker.eof:  # another member may follow
                        rest, is_within = unpacker.unused_data, False
                        unpacker = zlib.decompressobj(_GZIP)
        except zlib.error as error:
            raise BackupDamaged(f"{self.path} is damaged: {error}.") from None
        if is_within:
            raise BackupDamaged(f"{self.path} is cut off.")


@define
class Sum:
    """Count and digest of documents in any order: SHA-256 of each, added up."""

    documents: int = 0
    bytes: int = 0
    _sum: int = 0

    def add(self, document: RawBSONDocument) -> None:
        """Counts a document."""
        self.documents += 1
        self.bytes += len(document.raw)
        self._sum += int.from_bytes(hashlib.sha256(document.raw).digest(), "big")

    def plus(self, other: Sum) -> Sum:
        """Returns both together."""
        return Sum(
            self.documents + other.documents, self.bytes + other.bytes, self._sum + other._sum
        )

    @property
    def digest(self) -> str:
        return f"{self._sum % 2**256:064x}"


def sum_of(documents: Iterable[RawBSONDocument]) -> Sum:
    """Returns count and digest of documents."""
    found = Sum()
    for document in documents:
        found.add(document)
    return found


def key_of(id_: object) -> bytes:
    """Returns an `_id` of any type in a form that can be looked up."""
    return bson.encode({"_id": id_})
