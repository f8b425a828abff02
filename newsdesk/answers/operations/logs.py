"""Logs of jobs by parts: their end, what stands before it, and the lines that hold a text.

They are read by blocks from the end, so that a long log costs no more than a short one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from attrs import define

from newsdesk.answers.operations.night import known_job, opened_night
from newsdesk.exceptions import NoLog
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from schedules.job import JobFiles
from schedules.jobs.figures import masked

BLOCK = 64 * 1024
MOST_READ = 1024 * 1024
"""Most bytes that a part is looked for in."""
MOST_SEARCHED = 64 * 1024 * 1024
MOST_HITS = 200
LONGEST_LINE = 2000
LINES = 200
AFTER = 20
"""So many lines show after one that was looked for."""


@define(frozen=True)
class LogLine:
    """A line of a log. place: where it begins, in bytes."""

    place: int
    text: str


@define(frozen=True, kw_only=True)
class LogPart:
    """Lines in the order of the log. begin: where they begin, in bytes; size: of the whole log.

    cut: of a search: there may be more that it did not come to.
    """

    lines: list[LogLine]
    begin: int
    size: int
    cut: bool = False


def log_part(
    settings: Settings, job: str, *, before: int | None = None, around: int | None = None
) -> LogPart:
    """The last lines of a job's log, or the last before a place, or those around one.

    Raises:
        NoSuchJob: there is none.
        NoLog: it is neither on this machine nor in MongoDB.
    """
    with _opened(settings, job) as file:
        size = file.seek(0, os.SEEK_END)
        end = size if before is None else min(before, size)
        if around is not None:
            end = _end_after(file, min(around, size))
        found, begin = _lines_before(file, end)
    return LogPart(lines=found, begin=begin, size=size)


def log_search(settings: Settings, job: str, text: str) -> LogPart:
    """The last lines of a job's log that hold a text, in whatever case of Latin letters.

    Raises:
        NoSuchJob: there is none.
        NoLog: it is neither on this machine nor in MongoDB.
    """
    wanted, found = text.lower(), list[LogLine]()
    needle = text.encode(errors="replace").lower()
    with _opened(settings, job) as file:
        size = begin = file.seek(0, os.SEEK_END)
        for begin, data in _blocks_before(file, size, MOST_READ, max(0, size - MOST_SEARCHED)):
            if needle in data.lower():
                # Only what shows counts, so that nobody can guess a password that is masked.
                hits = _lines(data, begin, needle)
                found[:0] = [each for each in hits if wanted in each.text.lower()]
            if len(found) > MOST_HITS:
                break
    cut = len(found) > MOST_HITS or begin > 0
    return LogPart(lines=found[-MOST_HITS:], begin=begin, size=size, cut=cut)


def read_log(settings: Settings, night: NightStore, job: str, begin: int = 0) -> bytes:
    """A job's log from a place on: its file if it is on this machine, else the copy that its
    worker made. Nothing, if there is neither."""
    path = _path(settings, job)
    if not path.is_file():
        return night.logs.read(job, begin)[1]
    with path.open("rb") as file:
        file.seek(begin)
        return file.read()


def has_log(settings: Settings, night: NightStore, job: str) -> bool:
    """Whether a job's log can be read here."""
    return _path(settings, job).is_file() or night.logs.has(job)


def no_log(settings: Settings, record: Document) -> NoLog:
    """What is said of a log that cannot be read here."""
    where = f"{record.get('log_file') or 'elsewhere'} on {record.get('host') or 'another machine'}"
    return NoLog(
        f"There is no log {_path(settings, record['_id'])} here: it was pruned, or it is {where}."
    )


@contextmanager
def _opened(settings: Settings, job: str) -> Iterator[BinaryIO]:
    """Opens a log. Raises: NoSuchJob, NoLog."""
    path = _path(settings, job)
    with opened_night(settings) as night:
        record = known_job(night, job)
        copy = b"" if path.is_file() else night.logs.read(job)[1]
    if not copy and not path.is_file():
        raise no_log(settings, record)
    with BytesIO(copy) if copy else path.open("rb") as file:
        yield file


def _path(settings: Settings, job: str) -> Path:
    """Never the path that a record names: whoever wrote it may want another file read."""
    return JobFiles.of(settings.jobs_dir, job).log


def _lines_before(file: BinaryIO, end: int) -> tuple[list[LogLine], int]:
    """Returns the last lines before a place, and where they begin."""
    found: list[LogLine] = []
    begin = end
    for begin, data in _blocks_before(file, end, BLOCK, max(0, end - MOST_READ)):
        found[:0] = _lines(data, begin)
        if len(found) >= LINES:
            break
    kept = found[-LINES:]
    return kept, kept[0].place if len(found) > LINES else begin


def _blocks_before(file: BinaryIO, end: int, size: int, least: int) -> Iterator[tuple[int, bytes]]:
    """Yields what stands before a place, backwards, with where it begins: some `size` bytes each.

    What stands before `least` is not read. Whole lines alone: of half of one, the password in it
    could not be told.
    """
    block = size
    while end > least:
        begin = max(least, end - block)
        file.seek(begin)
        data = file.read(end - begin)
        if file.read(1) and not data.endswith(b"\n"):
            data = data[: data.rfind(b"\n") + 1]
        if begin > 0:
            skipped = data.find(b"\n") + 1
            if not 0 < skipped < len(data):  # no line begins here: look further back
                if begin == least:
                    return
                block *= 2
                continue
            begin, data = begin + skipped, data[skipped:]
        yield begin, data
        end, block = begin, size


def _lines(data: bytes, begin: int, needle: bytes = b"") -> list[LogLine]:
    """Returns the lines of some bytes that hold others."""
    found, place = [], begin
    for line in data.split(b"\n"):
        if place < begin + len(data) and needle in line.lower():
            text = masked(line.decode(errors="replace").rstrip("\r"))
            more = "…" if len(text) > LONGEST_LINE else ""
            found.append(LogLine(place, text[:LONGEST_LINE] + more))
        place += len(line) + 1
    return found


def _end_after(file: BinaryIO, place: int) -> int:
    """Returns where the line at a place, and some that follow, end."""
    file.seek(place)
    data = file.read(BLOCK)
    ends = [at for at, byte in enumerate(data) if byte == 10]
    return place + (ends[AFTER] + 1 if len(ends) > AFTER else len(data))
