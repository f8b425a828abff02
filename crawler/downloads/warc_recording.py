"""Looks up answers in WARC files: our archive as of one night, or any file or folder of such.

Where an index lies beside a file, that is read; other files are gone through once. What is damaged
is passed over and named, and costs nothing beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

from attrs import define, evolve, field

from crawler.archive.cdxj import Entry, read_index
from crawler.archive.checking import pieces
from crawler.archive.exceptions import Damaged
from crawler.archive.folder import index_of
from crawler.archive.records import read_date
from crawler.archive.shipped.whole import Archive
from crawler.archive.surt import posted_as
from crawler.downloads.answers import Answer, ArchivedAnswers, LooseFiles
from crawler.downloads.recording import canonical_url
from crawler.exceptions import RecordingError
from pipelines.timing.beijing import ZONE

SUFFIXES = (".warc", ".warc.gz")
MOST_FILES = 20_000
MOST_PROBLEMS = 20
Asked = tuple[str, str]
"""An address, and what was posted to it as the index says it; "" for a plain request."""
_LONGEST_UNCHANGED = timedelta(days=10)
"""How far back the page of an answer that was unchanged is looked for: our archive writes a page
whole again after eight days."""
_A_DAY = timedelta(days=1)


@define(frozen=True, kw_only=True)
class Span:
    """From noon to noon, as a night counts everywhere."""

    since: datetime
    until: datetime

    @classmethod
    def night(cls, day: date) -> Span:
        """Returns the night that begins at noon of a day, Beijing's."""
        noon = datetime.combine(day, time(12), ZONE)
        return cls(since=noon, until=noon + timedelta(days=1))


@define(frozen=True)
class ArchivedPage:
    """One answer, read when it is asked for."""

    entry: Entry
    _answers: ArchivedAnswers

    def answer(self) -> Answer:
        """Reads it; blocks.

        Raises:
            Damaged: its record, or that of its page, is not whole or not there.
        """
        return self._answers.read(self.entry)


@define(frozen=True)
class WarcRecording:
    """The last answer of each address, and of each thing posted to it, of all or of one night.
    recorded_at: of the last of all.

    problems: what could not be read, a sentence each.
    """

    folder: Path
    recorded_at: datetime | None
    problems: tuple[str, ...]
    _answers: ArchivedAnswers
    _exact: Mapping[Asked, Entry] = field(repr=False)
    _canonical: Mapping[Asked, Entry] = field(repr=False)

    @classmethod
    def read(
        cls, path: Path, span: Span | None = None, archive: Archive | None = None
    ) -> WarcRecording:
        """Reads what is there of answers; they themselves are read when they are asked for.

        archive: given if the folder is ours, of which a part may have been shipped.

        Raises:
            RecordingError: no WARC file is there, or it holds no answer of that night.
        """
        problems: list[str] = []
        files = _archived(archive, span) if archive is not None else _loose(path, span)
        latest = _latest(_entries(files, problems), span)
        if not latest:
            said = f" ({problems[0]})" if problems else ""
            raise RecordingError(f"{path} holds no answer{_of(span)}{said}.")
        unchanged = {entry.url for entry in latest.values() if entry.is_revisit}
        earlier = _entries(files, []) if unchanged else ()
        bodies = {
            (entry.url, entry.digest): entry
            for entry in earlier
            if entry.url in unchanged and not entry.is_revisit
        }
        canonical: dict[Asked, Entry] = {}
        for (url, posted), entry in latest.items():
            canonical.setdefault((_comparable(url), posted), entry)
        return cls(
            path,
            max(read_date(entry.date) for entry in latest.values()),
            tuple(problems[:MOST_PROBLEMS]),
            ArchivedAnswers(archive or LooseFiles(), bodies),
            latest,
            canonical,
        )

    def find(self, url: str, posted: bytes | None = None) -> ArchivedPage | None:
        """Returns the answer for exactly this URL, else for one that differs in form only.

        posted: what is sent by POST; None for a plain request.
        """
        said = "" if posted is None else posted_as("POST", posted)
        entry = self._exact.get((url, said)) or self._canonical.get((_comparable(url), said))
        return ArchivedPage(entry, self._answers) if entry is not None else None


def holds_warc(path: Path) -> bool:
    """Whether this is a WARC file, or a folder with any."""
    return _is_warc(path) or any(_found(path))


def _is_warc(path: Path) -> bool:
    return path.name.endswith(SUFFIXES) and path.is_file()


def _found(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (each for each in path.rglob("*.warc*") if _is_warc(each))


@define(frozen=True)
class _File:
    """A WARC file. name: in entries."""

    name: str
    path: Path
    index: Path


def _archived(archive: Archive, span: Span | None) -> list[_File]:
    """Returns the files of our archive that may hold something of a night, wherever they lie."""
    files = [
        _File(str(name), archive.folder.root / str(name), archive.index(name))
        for name in archive.refreshed().names()
    ]
    return [each for each in files if span is None or _may_hold(each.index, span)]


def _loose(path: Path, span: Span | None) -> list[_File]:
    """Returns the files that may hold something of a night, in the order of their names."""
    files = []
    for each in [path] if _is_warc(path) else _found(path):
        index = index_of(each)
        if span is None or _is_warc(path) or _may_hold(index, span):
            files.append(_File(str(each.absolute()), each, index))
        if len(files) > MOST_FILES:
            raise RecordingError(
                f"{path} holds more than {MOST_FILES:,} WARC files: give a folder below it."
            )
    return sorted(files, key=lambda file: file.path)


def _may_hold(index: Path, span: Span) -> bool:
    """Whether a file may hold what is wanted: no file of ours spans more than a day."""
    first = next(read_index(index), None)
    if first is None:
        return True
    return span.since - _LONGEST_UNCHANGED <= read_date(first.date) <= span.until + _A_DAY


def _entries(files: Iterable[_File], problems: list[str]) -> Iterator[Entry]:
    for file in files:
        indexed = False
        for entry in read_index(file.index):
            indexed = True
            yield evolve(entry, file=file.name)
        if not indexed and file.path.is_file():
            yield from _scanned(file.path, file.name, problems)


def _scanned(path: Path, whole: str, problems: list[str]) -> Iterator[Entry]:
    """Yields the answers of a file without an index."""
    for piece in pieces(path):
        if piece.problem is not None:
            problems.append(f"{path}, byte {piece.offset}: {piece.problem}")
        for record in piece.records:
            try:
                entry = record.entry(whole)
                if entry is not None:
                    read_date(entry.date)
                    yield entry
            except (Damaged, ValueError) as error:
                problems.append(f"{path}, byte {record.offset}: {error}")


def _latest(entries: Iterable[Entry], span: Span | None) -> dict[Asked, Entry]:
    latest: dict[Asked, Entry] = {}
    for entry in entries:
        if span is not None and not span.since <= read_date(entry.date) < span.until:
            continue
        known = latest.get((entry.url, entry.posted))
        if known is None or read_date(known.date) <= read_date(entry.date):
            latest[entry.url, entry.posted] = entry
    return latest


def _comparable(url: str) -> str:
    try:
        return canonical_url(url)
    except ValueError:
        return url


def _of(span: Span | None) -> str:
    if span is None:
        return ""
    return f" from {span.since:%Y-%m-%d %H:%M} to {span.until:%Y-%m-%d %H:%M} (Beijing)"
