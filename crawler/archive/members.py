"""Gzip members: each holds one record, and can be read without the others.

Every reader of gzip reads ours, but theirs say too little about damage: the time stamp, the unused
bits at a block's end and the member's place are covered by no checksum of gzip. So the extra field
of our headers, a place that all readers pass over, holds the member's length and a checksum of all
that follows the header, and the rest of the header never varies. Any changed byte shows, and a
scan for the next member after damage cannot be led astray.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from attrs import define

from crawler.archive.exceptions import Damaged

MAGIC = b"\x1f\x8b\x08"
_FIXED = MAGIC + b"\x04\0\0\0\0\0\xff\x0c\0NW\x08\0"
"""A header with an extra field of twelve bytes that holds the subfield NW of eight."""
_MARK = struct.Struct("<II")
_TRAILER = struct.Struct("<II")
HEADER_BYTES = len(_FIXED) + _MARK.size
_BLOCK = struct.Struct("<BHH")
_MOST_IN_BLOCK = 0xFFFF
_CHUNK = 64 * 1024
LARGEST = 64 * 1024 * 1024
"""Of what a member unpacks to, in bytes. Ours hold a page of 8 MB at most."""


@define(frozen=True)
class Member:
    """A member as it was read. own: written by us, so its checksum was looked at."""

    offset: int
    length: int
    content: bytes
    own: bool


def pack(content: bytes, *, stored: bool) -> bytes:
    """Returns a member. stored: nothing is compressed, for what is compressed already."""
    if stored:
        packed = _stored(content, -(-len(content) // _MOST_IN_BLOCK) or 1)
    else:
        stream = zlib.compressobj(1, zlib.DEFLATED, -15)
        packed = stream.compress(content) + stream.flush()
    return _framed(packed, content)


def padded(content: bytes, length: int) -> bytes:
    """Returns a member of exactly `length` bytes; `content` of `room_in(length)` bytes fits it."""
    return _framed(_stored(content, _blocks_in(length)), content)


def room_in(length: int) -> int:
    """Returns how many bytes a stored member of `length` bytes holds; negative: it is too short."""
    return length - HEADER_BYTES - _TRAILER.size - _BLOCK.size * _blocks_in(length)


def _blocks_in(length: int) -> int:
    inner = length - HEADER_BYTES - _TRAILER.size
    return max(1, -(-inner // (_MOST_IN_BLOCK + _BLOCK.size)))


def _stored(content: bytes, blocks: int) -> bytes:
    parts = []
    for number in range(blocks):
        part = content[number * _MOST_IN_BLOCK : (number + 1) * _MOST_IN_BLOCK]
        last = number == blocks - 1
        parts += [_BLOCK.pack(last, len(part), len(part) ^ _MOST_IN_BLOCK), part]
    return b"".join(parts)


def _framed(packed: bytes, content: bytes) -> bytes:
    trailer = _TRAILER.pack(zlib.crc32(content), len(content) & 0xFFFFFFFF)
    check = zlib.adler32(trailer, zlib.adler32(packed))
    length = HEADER_BYTES + len(packed) + len(trailer)
    return b"".join((_FIXED, _MARK.pack(length, check), packed, trailer))


def read_member(file: BinaryIO, offset: int, limit: int = LARGEST) -> Member:
    """Returns the member that begins at `offset`.

    Raises:
        Damaged: there is none, it is cut off or changed, or unpacks to more than `limit` bytes.
    """
    file.seek(offset)
    head = file.read(HEADER_BYTES)
    if head.startswith(_FIXED) and len(head) == HEADER_BYTES:
        return _own_member(file, offset, head, limit)
    if not head.startswith(MAGIC):
        cut = bool(head) and (MAGIC.startswith(head[:3]) or _FIXED.startswith(head))
        raise Damaged("no record begins there", "cut" if cut else "broken")
    return _foreign_member(file, offset, limit)


def _own_member(file: BinaryIO, offset: int, head: bytes, limit: int) -> Member:
    length, check = _MARK.unpack_from(head, len(_FIXED))
    if not HEADER_BYTES < length <= limit:
        raise Damaged(f"its header names a length of {length} bytes")
    rest = file.read(length - HEADER_BYTES)
    if len(rest) < length - HEADER_BYTES:
        raise Damaged(f"{len(head) + len(rest)} of its {length} bytes are there", "cut")
    if zlib.adler32(rest) != check:
        raise Damaged("its bytes are not those that were written")
    stream = zlib.decompressobj(-15)
    try:
        content = stream.decompress(rest, limit + 1)
    except zlib.error as error:
        raise Damaged(f"it cannot be unpacked: {error}") from error
    if len(content) > limit:
        raise Damaged(f"it unpacks to more than {limit} bytes", "too_large")
    trailer = _TRAILER.pack(zlib.crc32(content), len(content) & 0xFFFFFFFF)
    if not stream.eof or stream.unused_data != trailer:
        raise Damaged("its checksum is not that of its content")
    return Member(offset, length, content, own=True)


def _foreign_member(file: BinaryIO, offset: int, limit: int) -> Member:
    stream = zlib.decompressobj(31)
    parts, size, length = [], 0, 0
    file.seek(offset)
    while not stream.eof:
        data = file.read(_CHUNK)
        if not data:
            raise Damaged(f"it is cut off after {length} bytes", "cut")
        length += len(data)
        try:
            parts.append(stream.decompress(data, limit - size + 1))
        except zlib.error as error:
            raise Damaged(f"it cannot be unpacked: {error}") from error
        size += len(parts[-1])
        if size > limit:
            raise Damaged(f"it unpacks to more than {limit} bytes", "too_large")
    return Member(offset, length - len(stream.unused_data), b"".join(parts), own=False)


def begins_own(file: BinaryIO, offset: int) -> bool:
    """Whether a member of ours begins at `offset`, whole or not."""
    file.seek(offset)
    return file.read(len(_FIXED)) == _FIXED


def named_end(file: BinaryIO, offset: int) -> int | None:
    """Returns where a member of ours ends by its header, though its content may be damaged."""
    file.seek(offset)
    head = file.read(HEADER_BYTES)
    if not head.startswith(_FIXED) or len(head) < HEADER_BYTES:
        return None
    length: int = _MARK.unpack_from(head, len(_FIXED))[0]
    return offset + length


def starts_after(file: BinaryIO, offset: int) -> Iterator[int]:
    """Yields each place from `offset` on at which a member may begin; reads on as it is asked."""
    kept, position = b"", offset
    while True:
        file.seek(position)
        data = file.read(_CHUNK)
        if not data:
            return
        window = kept + data
        base = position - len(kept)
        found = window.find(MAGIC)
        while found >= 0:
            yield base + found
            found = window.find(MAGIC, found + 1)
        kept = window[-(len(MAGIC) - 1) :]
        position += len(data)
