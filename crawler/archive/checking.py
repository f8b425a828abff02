"""Goes through a file member by member and says what is not as it was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

from attrs import define, field

from crawler.archive.cdxj import Entry, sorted_lines
from crawler.archive.exceptions import Damaged
from crawler.archive.folder import index_of
from crawler.archive.members import Member, begins_own, named_end, read_member, starts_after
from crawler.archive.reading import Readable, Record, is_packed, plain_records, records_of

_MOST_TRIES = 100
"""Places in one file that look like a member and are none, after which the rest is given up:
somebody made it so."""


@define(frozen=True, kw_only=True)
class Piece:
    """A member with its records, or bytes that are none: `problem` says why. own: ours, whole."""

    offset: int
    length: int
    records: Sequence[Record] = ()
    content: bytes = field(default=b"", repr=False)
    own: bool = False
    problem: str | None = None

    @property
    def end(self) -> int:
        return self.offset + self.length


@define(kw_only=True)
class Report:
    """What a check found. notes: what is no damage, such as a file that is being written."""

    file: str
    records: int = 0
    size: int = 0
    problems: list[str] = field(factory=list)
    notes: list[str] = field(factory=list)


def pieces(path: Readable) -> Iterator[Piece]:
    """Yields all of a file in its order, the damaged parts as well.

    Raises:
        OSError: it cannot be read.
    """
    if not is_packed(path) and not path.name.endswith(".gz"):
        yield from _plain_pieces(path)
        return
    offset, ours, tries = 0, False, _MOST_TRIES
    with path.open("rb") as file:
        size = file.seek(0, SEEK_END)
        while offset < size:
            try:
                piece = _piece(read_member(file, offset))
            except Damaged as error:
                begin, tries = _next_start(file, offset, ours, tries)
                end = size if begin is None else begin
                piece = Piece(offset=offset, length=end - offset, problem=str(error))
            ours = ours or piece.own
            yield piece
            offset = piece.end


def _size(path: Readable) -> int:
    with path.open("rb") as file:
        return file.seek(0, SEEK_END)


def _piece(member: Member) -> Piece:
    return Piece(
        offset=member.offset,
        length=member.length,
        records=records_of(member),
        content=member.content,
        own=member.own,
    )


def _plain_pieces(path: Readable) -> Iterator[Piece]:
    end = 0
    try:
        for record in plain_records(path):
            yield Piece(offset=record.offset, length=record.length, records=(record,))
            end = record.offset + record.length
    except Damaged as error:
        yield Piece(offset=end, length=_size(path) - end, problem=str(error))


def _next_start(file: BinaryIO, offset: int, ours: bool, tries: int) -> tuple[int | None, int]:
    """Returns where the next whole record after a damaged one begins, and how many tries are left.

    ours: only a member that we have written can follow. Where the damaged one's header is whole,
    its end is looked at first: a page may hold an archive itself.
    """
    end = named_end(file, offset)
    if end is not None and (end == file.seek(0, SEEK_END) or _is_whole(file, end)):
        return end, tries
    for start in starts_after(file, offset + 1):
        own = begins_own(file, start)
        if ours and not own:
            continue
        if tries <= 0:
            return None, 0
        if _is_whole(file, start):
            return start, tries
        tries -= not own
    return None, tries


def _is_whole(file: BinaryIO, offset: int) -> bool:
    try:
        records_of(read_member(file, offset))
    except Damaged:
        return False
    return True


def check(
    path: Readable,
    name: str,
    *,
    indexed: bool,
    state: str = "closed",
    index: Path | None = None,
) -> Report:
    """Checks a file and its index.

    name: in the index. indexed: it must have one. index: where, if not beside the file.
    state: "writing" if a crawl appends to it just now, "killed" if the crawl that did was killed.

    Raises:
        OSError: it cannot be read.
    """
    if index is None and isinstance(path, Path):
        index = index_of(path)
    lines = index.read_bytes() if index and index.is_file() else None  # first: the file may grow
    report = Report(file=name, size=_size(path))
    entries: list[Entry] = []
    foreign, ours, torn = [], False, None
    for piece in pieces(path):
        if piece.problem is not None:
            torn = (piece.offset, piece.length, piece.problem)
            report.problems.append(f"at byte {piece.offset}: {piece.problem}")
            continue
        torn = None
        ours = ours or piece.own
        if not piece.own:
            foreign.append(piece.offset)
        for record in piece.records:
            _check_record(record, report, entries, name)
    if ours:
        report.problems += [f"at byte {place}: the member has lost its mark" for place in foreign]
    if torn is not None and state != "closed":
        report.problems.remove(f"at byte {torn[0]}: {torn[2]}")
        report.notes.append(f"{torn[1]} bytes of an unfinished record at its end")
    _check_index(report, entries, lines, indexed=indexed, state=state)
    return report


def _check_record(record: Record, report: Report, entries: list[Entry], name: str) -> None:
    report.records += 1
    for problem in record.problems():
        report.problems.append(f"at byte {record.offset}: {problem}")
    try:
        entry = record.entry(name)
    except Damaged as error:
        report.problems.append(f"at byte {record.offset}: {error}")
    else:
        entries += [entry] if entry else []


def _check_index(
    report: Report, entries: list[Entry], lines: bytes | None, *, indexed: bool, state: str
) -> None:
    """Compares the index with what it should hold: so a cut between two records shows as well."""
    if state == "writing":
        report.notes.append("a crawl writes to it just now")
        return
    expected = sorted_lines(entry.line() for entry in entries)
    if state == "killed":
        lines = lines or b""
        report.notes.append("its crawl was killed: the next crawl completes its index")
        beyond = set(lines.splitlines(keepends=True)[:-1]) - set(expected.splitlines(keepends=True))
        if beyond and not report.problems:
            report.problems.append(f"its index names {len(beyond)} records that are not there")
    elif lines is None:
        report.problems += ["its index is missing"] if indexed else []
    elif lines != expected:
        there, wanted = set(lines.splitlines()), set(expected.splitlines())
        missing, more = len(wanted - there), len(there - wanted)
        report.problems.append(
            f"its index differs: {missing} records are not in it, {more} of its lines are of none"
        )
