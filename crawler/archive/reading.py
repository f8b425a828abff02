"""Reads records: of our own files and of other writers', which may lie in any way.

A file is read a member at a time, each within a bound. Files without gzip, and members that hold
several records, are read as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from attrs import define, field

from crawler.archive.cdxj import REVISIT, Entry
from crawler.archive.exceptions import Damaged
from crawler.archive.members import LARGEST, MAGIC, Member, read_member
from crawler.archive.records import POSTED, UNKNOWN, digest_of, media_type

_LONGEST_HEAD = 64 * 1024
_ASKED_FOR = frozenset({"response", "resource", "revisit"})


class Readable(Protocol):
    """A file, wherever it lies: a path is one."""

    @property
    def name(self) -> str: ...

    def open(self, mode: Literal["rb"]) -> BinaryIO: ...


@define(frozen=True, kw_only=True)
class Record:
    """A record as it stands in a file. offset, length: of its member.

    fields: by lower-case name. block: all that follows the record's own header.
    """

    offset: int
    length: int
    fields: Mapping[str, str]
    block: bytes = field(repr=False)

    @property
    def type(self) -> str:
        return self.fields.get("warc-type", "")

    @property
    def url(self) -> str:
        return self.fields.get("warc-target-uri", "").strip("<>")

    @property
    def is_http(self) -> bool:
        return self.fields.get("content-type", "").startswith("application/http")

    def http(self) -> Http:
        """Returns the answer that the block holds; of a `resource` the body alone.

        Raises:
            Damaged: it is no HTTP.
        """
        if not self.is_http:
            kind = self.fields.get("content-type", "").encode("latin-1", "replace")
            return Http(status=200, headers=((b"Content-Type", kind),), body=self.block)
        return read_http(self.block)

    def entry(self, file: str) -> Entry | None:
        """Returns the line of the index for this record; None if nobody asks for such."""
        if self.type not in _ASKED_FOR:
            return None
        http = self.http()
        return Entry(
            url=self.url,
            date=self.fields.get("warc-date", ""),
            mime=REVISIT if self.type == "revisit" else media_type(http.headers) or UNKNOWN,
            status=http.status,
            digest=self.fields.get("warc-payload-digest", ""),
            offset=self.offset,
            length=self.length,
            file=file,
            posted=self.fields.get(POSTED.lower(), ""),
        )

    def problems(self) -> Iterator[str]:
        """Yields what is wrong with the record though its bytes are whole."""
        declared = self.fields.get("warc-block-digest", "")
        if (
            declared.lower().startswith("sha1:")
            and digest_of(self.block).lower() != declared.lower()
        ):
            yield "its block is not the one that its digest names"
        payload = self.fields.get("warc-payload-digest", "")
        if self.type not in {"response", "resource"} or not payload.lower().startswith("sha1:"):
            return
        try:
            body = self.http().body
        except Damaged as error:
            yield str(error)
            return
        if digest_of(body).lower() != payload.lower():
            yield "its body is not the one that its digest names"


@define(frozen=True, kw_only=True)
class Http:
    """An answer as it came; the body may be packed."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = field(repr=False)


def read_record(file: BinaryIO, offset: int) -> Record:
    """Returns the record at a place that an index, or an article, names.

    Raises:
        Damaged: none stands there, or it is not whole.
    """
    return records_of(read_member(file, offset))[0]


def records_at(path: Path, offset: int) -> list[Record]:
    """Returns the records at a place in a file, packed or not: mostly one.

    Raises:
        Damaged: none stands there, or it is not whole.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        file.seek(offset)
        if file.read(5) != b"WARC/":
            return records_of(read_member(file, offset))
        return [_plain_record(file, offset)[0]]


def records_of(member: Member) -> list[Record]:
    """Returns the records of a member, mostly one.

    Raises:
        Damaged: it holds something else, or a record is cut off.
    """
    found = []
    place = 0
    while place < len(member.content):
        record, place = _parsed(member.content, place, member.offset, member.length)
        found.append(record)
    if not found:
        raise Damaged("it is empty")
    return found


def plain_records(path: Readable) -> Iterator[Record]:
    """Yields the records of a file without gzip.

    Raises:
        Damaged: from some place on it holds something else.
    """
    with path.open("rb") as file:
        offset = 0
        size = file.seek(0, SEEK_END)
        while offset < size:
            record, offset = _plain_record(file, offset)
            yield record


def is_packed(path: Readable) -> bool:
    """Whether a file consists of gzip members."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _plain_record(file: BinaryIO, offset: int) -> tuple[Record, int]:
    """Returns the record that begins at a place of a file without gzip, and where it ends."""
    file.seek(offset)
    size, begin = _size_of_block(file.read(_LONGEST_HEAD))
    file.seek(offset)
    record, length = _parsed(file.read(begin + size + 4), 0, offset, begin + size + 4)
    return record, offset + length


def _size_of_block(data: bytes) -> tuple[int, int]:
    fields, begin = _fields(data, 0)
    size = _length(fields)
    if size > LARGEST:
        raise Damaged(f"a record of {size} bytes is larger than {LARGEST}", "too_large")
    return size, begin


def _parsed(data: bytes, place: int, offset: int, length: int) -> tuple[Record, int]:
    fields, begin = _fields(data, place)
    size = _length(fields)
    block = data[begin : begin + size]
    if len(block) < size:
        raise Damaged(f"{len(block)} of the {size} bytes that it names are there", "cut")
    end = begin + size
    closing = data[end : end + 4]
    if closing != b"\r\n\r\n" and closing[:2] != b"\n\n":
        raise Damaged("it does not end where its length says")
    end += 4 if closing == b"\r\n\r\n" else 2
    return Record(offset=offset, length=length, fields=fields, block=block), end


def _fields(data: bytes, place: int) -> tuple[dict[str, str], int]:
    """Returns the header of the record at `place`, and where its block begins."""
    if not data.startswith(b"WARC/", place):
        raise Damaged("it is no WARC record")
    window = data[place : place + _LONGEST_HEAD]
    ends = [(window.find(mark), len(mark)) for mark in (b"\r\n\r\n", b"\n\n")]
    found = min((end for end in ends if end[0] >= 0), default=None)
    if found is None:
        raise Damaged("its header does not end", "cut")
    lines = window[: found[0]].decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    fields = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            raise Damaged(f"a line of its header is none: {line[:100]!r}")
        fields[name.strip().lower()] = value.strip()
    return fields, place + found[0] + found[1]


def _length(fields: Mapping[str, str]) -> int:
    text = fields.get("content-length", "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Damaged(f"its Content-Length is {text[:40]!r}")
    return int(text)


def read_http(block: bytes) -> Http:
    """Returns the answer in a block.

    Raises:
        Damaged: it is no HTTP.
    """
    head, separator, body = block.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    words = lines[0].split(b" ", 2)
    if not separator or len(words) < 2 or not words[0].startswith(b"HTTP/"):
        raise Damaged("it holds no HTTP answer")
    if not (words[1].isdigit() and len(words[1]) == 3):
        raise Damaged(f"its HTTP status is {words[1][:20]!r}")
    headers = []
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        headers.append((name.strip(), value.strip()))
    return Http(status=int(words[1]), headers=tuple(headers), body=body)
