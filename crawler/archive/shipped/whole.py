"""The archive as its readers see it: the local folder first, then what lies at the target."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Literal

from attrs import define, evolve, field

from crawler.archive.cdxj import Entry
from crawler.archive.exceptions import Damaged, NotThere, TargetAway
from crawler.archive.folder import ArchiveFolder, WarcName, index_of, read_name
from crawler.archive.members import LARGEST, read_member
from crawler.archive.reading import Record, records_of
from crawler.archive.records import Kind
from crawler.archive.shipped.mirror import Mirror
from crawler.archive.shipped.target import STREAM_BYTES, Target

MOST_AHEAD = 64 * 1024 * 1024
"""Bytes of records that are fetched at once."""
logger = logging.getLogger(__name__)


@define(frozen=True)
class Archive:
    """The archive of one database. target: None if nothing is shipped."""

    folder: ArchiveFolder
    target: Target | None = None
    _ahead: dict[tuple[str, int], bytes] = field(factory=dict, repr=False)

    @property
    def mirror(self) -> Mirror | None:
        """Returns what is known of the target; None if there is none."""
        return Mirror(self.folder, self.target) if self.target is not None else None

    def refreshed(self) -> Archive:
        """Returns the archive, with what other machines have shipped up to a moment ago.

        While the target is away, what was known of it before stands.
        """
        mirror = self.mirror
        if mirror is not None and not mirror.is_fresh() and not mirror.target.is_away():
            try:
                mirror.refresh()
            except TargetAway as error:
                logger.warning("%s. What was seen of it before is shown.", error)
        return self

    def names(self, kind: Kind | None = None, group: str | None = None) -> list[WarcName]:
        """Returns the files, in the order in which they were begun."""
        afar = self.mirror.sizes() if self.mirror is not None else {}
        wanted = (
            name for name in afar if kind in (None, name.kind) and group in (None, name.group)
        )
        return sorted({*self.folder.names(kind, group), *wanted}, key=lambda name: name.order)

    def shipped_sizes(self) -> dict[WarcName, int]:
        """Returns what is known to lie at the target, with its bytes."""
        return self.mirror.sizes() if self.mirror is not None else {}

    def is_here(self, name: WarcName | str) -> bool:
        """Whether a file lies in the local folder."""
        return (self.folder.root / str(name)).is_file()

    def index(self, name: WarcName | str) -> Path:
        """Returns the path of a file's index; where there is none, none is there."""
        path = index_of(self.folder.root / str(name))
        if self.mirror is not None and not self.is_here(name):
            with suppress(NotThere):
                return self.mirror.index(str(name))
        return path

    def indexes(self) -> list[Path]:
        """Returns the paths of all indexes."""
        return [self.index(name) for name in self.names()]

    def open(self, name: str) -> BinaryIO:
        """Opens a file, wherever it lies; of one at the target only what is read is fetched.

        Raises:
            NotThere: it is no file of the archive, or it was removed.
            TargetAway: it lies at the target, which does not answer.
        """
        if read_name(name) is not None:
            with suppress(FileNotFoundError):
                return (self.folder.root / name).open("rb")
            if self.target is not None:
                return self.target.open(name)
        return self.folder.path(name).open("rb")

    def record(self, entry: Entry) -> Record:
        """Returns the record of an index's line: of a file at the target, its bytes alone.

        Raises:
            Damaged: it is not whole.
            NotThere, TargetAway: its file cannot be had.
        """
        fetched = self._ahead.get((entry.file, entry.offset))
        if fetched is None and self._is_afar(entry) and self.target is not None:
            fetched = self.target.ranges([_range(entry)])[0]
        if fetched is not None:
            member = evolve(read_member(io.BytesIO(fetched), 0), offset=entry.offset)
        else:
            with self.open(entry.file) as file:
                member = read_member(file, entry.offset)
        found = records_of(member)
        return next((each for each in found if each.url == entry.url), found[0])

    def fetch_ahead(self, entries: Iterable[Entry]) -> None:
        """Fetches the records of many lines at once, as far as they lie at the target.

        What was fetched before is forgotten.
        """
        self._ahead.clear()
        room, wanted = MOST_AHEAD, []
        for entry in entries:
            if self._is_afar(entry) and _is_sane(entry) and entry.length <= room:
                room -= entry.length
                wanted.append(entry)
        if wanted and self.target is not None:
            found = self.target.ranges([_range(entry) for entry in wanted])
            self._ahead.update(
                {
                    (entry.file, entry.offset): data
                    for entry, data in zip(wanted, found, strict=True)
                    if data is not None
                }
            )

    def _is_afar(self, entry: Entry) -> bool:
        return self.target is not None and not self.is_here(entry.file)


@define(frozen=True)
class ShippedFile:
    """A file at the target as a check reads it: from its begin to its end, in large parts."""

    target: Target
    name: str

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """Opens it for reading."""
        return self.target.open(self.name, STREAM_BYTES)


def _is_sane(entry: Entry) -> bool:
    """Whether a line can be one of ours: an index is read from wherever it was shipped to."""
    known = read_name(entry.file) is not None
    return known and 0 < entry.length <= LARGEST and entry.offset >= 0


def _range(entry: Entry) -> tuple[str, int, int]:
    if not _is_sane(entry):
        raise Damaged(f"its index names {entry.length} bytes at {entry.offset} of {entry.file!r}")
    return entry.file, entry.offset, entry.offset + entry.length
