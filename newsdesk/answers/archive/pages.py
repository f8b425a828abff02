"""An archived page as it can be read, and as a file for others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from attrs import define, field
from scrapy import Request
from scrapy.http import Headers, Response, TextResponse
from scrapy.responsetypes import responsetypes

from crawler.archive.cdxj import Entry, read_index
from crawler.archive.exceptions import Damaged
from crawler.archive.members import LARGEST, Member, read_member
from crawler.archive.reading import Record, records_of
from crawler.archive.wacz import Exported, write_wacz
from crawler.archive_settings import archive_of
from crawler.middlewares.decompression import DecompressionMiddleware
from crawler.network.exceptions import Refused
from newsdesk.answers.archive.holdings import answer_meant
from newsdesk.exceptions import BadExport, NotArchived
from pipelines.config import Settings
from pipelines.timing.clock import now

_LOOKED_AT = 1024
"""Bytes in which no text has a zero: what has no type is taken for text by its first bytes."""


@define(frozen=True, kw_only=True)
class ArchivedPage:
    """An answer with its body unpacked as a crawl does it. text: None if it is no text."""

    entry: Entry
    record: Record = field(repr=False)
    headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    body: bytes = field(repr=False)
    text: str | None = field(repr=False)


def page_of(settings: Settings, name: str, at: datetime | None) -> ArchivedPage:
    """The archived page of an article or address.

    Raises:
        NotArchived: there is none, or it cannot be unpacked.
        Damaged: its record is not whole.
        NotThere, TargetAway: its file was removed, or lies at a target that does not answer.
    """
    entry = answer_meant(settings, name, at)
    record = archive_of(settings).record(entry)
    http = record.http()
    response = _unpacked(entry, http.status, http.headers, http.body)
    is_text = isinstance(response, TextResponse) and b"\0" not in response.body[:_LOOKED_AT]
    text = response.text if is_text else None
    return ArchivedPage(
        entry=entry, record=record, headers=http.headers, body=response.body, text=text
    )


def _unpacked(
    entry: Entry, status: int, headers: tuple[tuple[bytes, bytes], ...], body: bytes
) -> Response:
    named = Headers()
    for name, value in headers:
        named.appendlist(name, value)
    kind = responsetypes.from_args(headers=named, url=entry.url, body=body)
    response = kind(url=entry.url, status=status, headers=named, body=body)
    try:
        return DecompressionMiddleware(LARGEST).process_response(Request(entry.url), response)
    except Refused as error:
        raise NotArchived(f"{entry.url} cannot be unpacked: {error}") from error


def export_page(settings: Settings, name: str, at: datetime | None, target: Path) -> Entry:
    """Writes the archived page of an article or address, and its request, as a WACZ.

    Raises:
        NotArchived: there is none.
        Damaged: its record is not whole.
        BadExport: the file is there already, or has another ending than viewers look for.
    """
    if target.suffix != ".wacz":
        raise BadExport(f"{target} is no name for it: viewers open what ends in .wacz.")
    if target.exists():
        raise BadExport(f"{target} is there already: name another file, or remove it first.")
    page = page_of(settings, name, at)
    with archive_of(settings).open(page.entry.file) as file:
        file.seek(page.entry.offset)
        member = file.read(page.entry.length)
    exported = Exported(entry=page.entry, member=member, asked=_asked(settings, page))
    software = f"Newsdesk/{version('newsdesk')}"
    write_wacz(target, [exported], title=_title(page), software=software, at=now())
    return page.entry


def _title(page: ArchivedPage) -> str:
    if page.text is not None:
        found = TextResponse(page.entry.url, body=page.text, encoding="utf-8")
        for title in found.css("title::text").getall()[:1] if "<" in page.text[:2000] else ():
            if title.strip():
                return " ".join(title.split())
    return page.entry.url


def _asked(settings: Settings, page: ArchivedPage) -> bytes:
    """Returns the member with the page's request, which stands before it."""
    wanted = page.record.fields.get("warc-record-id")
    with archive_of(settings).open(page.entry.file) as file:
        for member, record in _before(file, _end_before(settings, page.entry), page.entry):
            if record.type == "request" and record.fields.get("warc-concurrent-to") == wanted:
                file.seek(member.offset)
                return file.read(member.length)
    return b""


def _before(file: BinaryIO, begin: int, entry: Entry) -> Iterator[tuple[Member, Record]]:
    while begin < entry.offset:
        try:
            member = read_member(file, begin)
            record = records_of(member)[0]
        except Damaged:
            return
        yield member, record
        begin += member.length


def _end_before(settings: Settings, entry: Entry) -> int:
    """Returns where the answer before this one ends, by the file's index."""
    index = archive_of(settings).index(entry.file)
    ends = (each.offset + each.length for each in read_index(index))
    return max((end for end in ends if end <= entry.offset), default=0)
