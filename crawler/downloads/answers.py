"""Answers out of WARC files: whole, as a page was sent, whatever writer has kept it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from attrs import define, evolve, field

from crawler.archive.cdxj import Entry
from crawler.archive.exceptions import Damaged, NotThere
from crawler.archive.reading import Record, records_at
from crawler.archive.records import read_date

Headers = tuple[tuple[bytes, bytes], ...]
Bodies = Mapping[tuple[str, str], Entry]
"""By address and digest: the record that holds the body of a `revisit`."""

_CHUNK_HEAD = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]{0,9}(?:;[^\r\n]{0,99})?\r\n")
_OF_THE_WAY = frozenset({b"transfer-encoding", b"content-length"})
"""Headers of how an answer came over the line; it is whole here."""


@define(frozen=True, kw_only=True)
class Answer:
    """What a site sent. body: may be packed. at: when, if that is known. cut: the connection ended
    before the body did."""

    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    at: datetime | None = None
    cut: bool = False

    def header(self, name: bytes) -> bytes | None:
        """Returns the first header of that name."""
        wanted = name.lower()
        return next((value for each, value in self.headers if each.lower() == wanted), None)


class Records(Protocol):
    """What gives the record of an index's line: an archive, or files anywhere."""

    def record(self, entry: Entry) -> Record: ...


class LooseFiles:
    """WARC files of any writer, which the lines of indexes name by their whole paths."""

    def record(self, entry: Entry) -> Record:
        """Returns the record of a line.

        Raises:
            Damaged: it is not whole.
            NotThere: its file is gone.
        """
        try:
            found = records_at(Path(entry.file), entry.offset)
        except FileNotFoundError:
            raise NotThere(f"{entry.file} is not there any more") from None
        same = (each for each in found if each.url == entry.url)
        return next(same, found[0])


@define(frozen=True)
class ArchivedAnswers:
    """Reads answers by the lines of indexes."""

    records: Records
    bodies: Bodies

    def read(self, entry: Entry) -> Answer:
        """Returns an answer; of one that was unchanged, the page as it was.

        Raises:
            Damaged: the record, or that of its page, is not whole or not there.
        """
        answer = self._answer(entry)
        if not entry.is_revisit:
            return answer
        whole = self._answer(self.place(entry))
        if answer.status != 304:  # the same bytes once more, with headers of their own
            return evolve(answer, body=whole.body)
        dated = [each for each in answer.headers if each[0].lower() == b"date"]
        kept = [each for each in whole.headers if each[0].lower() != b"date"]
        return evolve(whole, headers=(*kept, *dated), at=answer.at)

    def place(self, entry: Entry) -> Entry:
        """Returns the record in which the body of an answer stands.

        Raises:
            Damaged: it is not there.
        """
        if not entry.is_revisit:
            return entry
        whole = self.bodies.get((entry.url, entry.digest))
        if whole is None:
            raise Damaged(
                f"{entry.url} was unchanged on {entry.date}, and the record with its page is not "
                "there: it was removed, or lies in another file"
            )
        return whole

    def _answer(self, entry: Entry) -> Answer:
        try:
            return _plain(self.records.record(entry))
        except NotThere as error:
            raise Damaged(str(error)) from None
        except Damaged as error:
            raise Damaged(f"{entry.file}, byte {entry.offset}: {error}", error.kind) from error


def _plain(record: Record) -> Answer:
    http = record.http()
    body = http.body
    if any(
        name.lower() == b"transfer-encoding" and b"chunked" in value.lower()
        for name, value in http.headers
    ):
        body = unchunked(body)
    try:
        at = read_date(record.fields.get("warc-date", ""))
    except ValueError:
        at = None
    return Answer(
        status=http.status,
        headers=tuple(each for each in http.headers if each[0].lower() not in _OF_THE_WAY),
        body=body,
        at=at,
        cut="warc-truncated" in record.fields,
    )


def unchunked(body: bytes) -> bytes:
    """Returns a body without the lengths between its chunks; one that has none as it is.

    Writers differ: many keep the header and take the lengths out.
    """
    parts: list[bytes] = []
    place = 0
    while head := _CHUNK_HEAD.match(body, place):
        size = int(head[1], 16)
        end = head.end() + size
        if size == 0:
            return b"".join(parts)
        if body[end : end + 2] != b"\r\n":
            return body
        parts.append(body[head.end() : end])
        place = end + 2
    return body
