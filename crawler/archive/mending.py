"""Mends files: cuts off what a killed crawl left, and saves all whole records of a damaged one.

Records keep their places, since `articles.archive` names them: where bytes are lost, a record that
says so takes exactly their room.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from attrs import define, evolve

from crawler.archive.cdxj import Entry, write_index
from crawler.archive.checking import Piece, pieces
from crawler.archive.exceptions import ArchiveError, Damaged
from crawler.archive.folder import ArchiveFolder, WarcName, damaged_of, index_of, locked_file
from crawler.archive.members import pack, padded, read_member, room_in
from crawler.archive.records import VERSION, new_id, warc_date
from pipelines.timing.clock import now

FILLER = "metadata"
"""Type of the record in a lost one's place; crawls write none of this type."""


@define(frozen=True, kw_only=True)
class Mended:
    """saved: records that are whole. lost: places without one. cut: bytes taken off at the end."""

    file: str
    saved: int = 0
    lost: int = 0
    cut: int = 0


def completed(folder: ArchiveFolder) -> Iterator[Mended]:
    """Completes the files that killed crawls have left, one after the other.

    Raises:
        OSError: the disk is full or broken.
    """
    for name in folder.marked_open():
        mended = None
        with suppress(FileNotFoundError), locked_file(folder.root / str(name)) as free:
            if not free:
                continue
            mended = recover(folder, name)
        folder.mark_closed(name)
        if mended is not None:
            yield mended


def recover(folder: ArchiveFolder, name: WarcName) -> Mended:
    """Cuts off the unfinished record of a killed crawl and writes the index anew.

    The caller holds the file's lock. Damage in its middle stays as it is, for `repair`.

    Raises:
        OSError: the disk is full or broken.
    """
    path = folder.root / str(name)
    size, end, saved = path.stat().st_size, 0, 0
    entries: list[Entry] = []
    for piece in pieces(path):
        if piece.problem is None:
            end = piece.end
            saved += len(piece.records)
            entries += _entries(piece, str(name))
    if end < size:
        os.truncate(path, end)
    write_index(index_of(path), entries)
    return Mended(file=str(name), saved=saved, cut=size - end)


def repair(path: Path, name: str) -> Mended:
    """Writes a damaged file anew with all its whole records; the damaged one stays beside it.

    A file without damage gets a new index and stays. The caller holds the file's lock.

    Raises:
        ArchiveError: no record can be saved.
        OSError: the disk is full or broken.
    """
    parts = [_bare(piece) for piece in pieces(path)]
    if not any(piece.records for piece in parts):
        raise ArchiveError(f"{path} holds no whole record: nothing can be saved")
    ours = any(piece.own for piece in parts)
    cut = parts.pop().length if parts[-1].problem is not None else 0
    lost = 0
    if cut or not all(piece.problem is None and piece.own in (True, ours) for piece in parts):
        lost = _rewrite(path, parts, ours=ours)
    entries: list[Entry] = []
    saved = 0
    for piece in pieces(path):
        entries += _entries(piece, name)
        saved += sum(record.type != FILLER for record in piece.records)
    write_index(index_of(path), entries)
    return Mended(file=name, saved=saved, lost=lost + bool(cut), cut=cut)


def _bare(piece: Piece) -> Piece:
    """Returns a piece without what its records hold: all of a file may be more than memory."""
    records = [evolve(each, fields={}, block=b"") for each in piece.records]
    return evolve(piece, records=records)


def _rewrite(path: Path, parts: Iterable[Piece], *, ours: bool) -> int:
    """Writes all parts of a file anew; returns how many of them are lost."""
    draft = path.with_name(path.name + ".part")
    lost = 0
    with path.open("rb") as old, draft.open("wb") as new:
        for piece in parts:
            data = _whole(piece, old, ours=ours)
            if data is None:
                lost += 1
                data = filler(piece.length) if ours else b""
            new.write(data)
        new.flush()
        os.fsync(new.fileno())
    path.replace(damaged_of(path))
    draft.replace(path)
    return lost


def _whole(piece: Piece, file: BinaryIO, *, ours: bool) -> bytes | None:
    """Returns a piece's bytes; None if they are lost. A mark that a member of ours lost is made
    anew, if the member has its length with it."""
    if piece.problem is not None:
        return None
    if ours and not piece.own:
        content = read_member(file, piece.offset).content
        remade = (pack(content, stored=stored) for stored in (True, False))
        return next((each for each in remade if len(each) == piece.length), None)
    file.seek(piece.offset)
    return file.read(piece.length)


def filler(length: int) -> bytes:
    """Returns a member of exactly `length` bytes with a record that says what stood there.

    Nothing, if so few bytes hold no record: somebody has put them in.
    """
    room = room_in(length)
    head = (
        f"{VERSION}\r\nWARC-Type: {FILLER}\r\nWARC-Record-ID: {new_id()}\r\n"
        f"WARC-Date: {warc_date(now())}\r\nContent-Type: text/plain\r\n"
    )
    left = room - len(head) - len("Content-Length: 0000000000\r\n\r\n") - len("\r\n\r\n")
    if left < 0:
        return b""
    text = b"A damaged record stood here."[:left].ljust(left)
    content = f"{head}Content-Length: {left:010d}\r\n\r\n".encode("ascii") + text + b"\r\n\r\n"
    return padded(content, length)


def _entries(piece: Piece, name: str) -> list[Entry]:
    found = []
    for record in piece.records:
        try:
            entry = record.entry(name)
        except Damaged:  # whole, but no HTTP: `verify` says so
            continue
        found += [entry] if entry else []
    return found
