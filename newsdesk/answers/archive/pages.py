"""An archived page as it can be read, and as a file for others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from attrs import define, field

from crawler.archive.cdxj import Entry, read_index
from crawler.archive.exceptions import Damaged
from crawler.archive.members import Member, read_member
from crawler.archive.reading import Record, records_of
from crawler.archive.wacz import Exported, write_wacz
from crawler.archive_settings import archive_of
from newsdesk.answers.archive.holdings import answer_meant
from newsdesk.exceptions import BadExport
from pipelines.config import Settings
from pipelines.timing.clock import now


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
    from newsdesk.answers.archive.unpacking import unpacked

    entry = answer_meant(settings, name, at)
    record = archive_of(settings).record(entry)
    http = record.http()
    body, text = unpacked(entry.url, http.status, http.headers, http.body)
    return ArchivedPage(entry=entry, record=record, headers=http.headers, body=body, text=text)


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
    from newsdesk.answers.archive.unpacking import title_in

    return (page.text and title_in(page.text)) or page.entry.url


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
