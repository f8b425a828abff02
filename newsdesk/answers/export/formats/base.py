"""What all writers of exports have in common."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from attrs import define

from newsdesk.answers.articles.choosing import cursor_of
from pipelines.storage.queries import Page, Position

STDOUT = Path("-")


@define(frozen=True, kw_only=True)
class Kept:
    """How much of an export is safe on its disk.

    place: where in its file, in bytes, or among its files. position: of the last article.
    """

    articles: int = 0
    place: int = 0
    position: Position | None = None

    @property
    def cursor(self) -> str | None:
        """By which one goes on behind it."""
        return cursor_of(self.position) if self.position else None


class Writer(ABC):
    """Writes articles in their order. kept: what another process can go on behind."""

    def __init__(self, target: Path, kept: Kept) -> None:
        self.target = target
        self.kept = kept

    @abstractmethod
    def write(self, page: Page) -> None:
        """Takes articles."""

    @abstractmethod
    def sync(self) -> None:
        """Brings `kept` as far as can be."""

    @abstractmethod
    def finish(self) -> str | None:
        """All has been written. Returns a remark for people."""

    @abstractmethod
    def break_off(self, about: Mapping[str, Any]) -> None:
        """No more will come. about: why, for those forms that can hold it."""


class FileWriter(Writer):
    """A file that grows at its end, or the standard output."""

    head = b""

    def __init__(self, target: Path, kept: Kept) -> None:
        super().__init__(target, kept)
        self._written = kept
        self._file = self._open(target)
        if target != STDOUT:
            self._file.truncate(kept.place)
            self._file.seek(kept.place)
        if not kept.place:
            self._file.write(self.head)
            self._written = Kept(place=len(self.head), position=kept.position)

    def write(self, page: Page) -> None:
        data = self.lines([document for _position, document in page])
        self._file.write(data)
        # At once, whatever interrupts: a place that fits another position would lose or double.
        self._written = Kept(
            articles=self._written.articles + len(page),
            place=self._written.place + len(data),
            position=page[-1][0],
        )

    @classmethod
    @abstractmethod
    def lines(cls, documents: list[dict[str, Any]]) -> bytes:
        """Returns articles as they stand in the file."""

    @classmethod
    def last_line(cls, about: Mapping[str, Any]) -> bytes:
        """Returns what the file itself says of its end."""
        return b""

    def sync(self) -> None:
        if self._file.closed:
            return
        self._file.flush()
        if self.target != STDOUT:
            os.fsync(self._file.fileno())
        self.kept = self._written

    def finish(self) -> str | None:
        self._end({"state": "complete", "articles": self._written.articles})
        return None

    def break_off(self, about: Mapping[str, Any]) -> None:
        if self._file.closed:
            return
        if self.target != STDOUT:
            self._file.seek(self._written.place)  # a full disk may have taken part of a page
            self._file.truncate()
        self._end(about)

    def _end(self, about: Mapping[str, Any]) -> None:
        try:
            self._file.write(self.last_line(about))
            self._file.flush()
            if self.target != STDOUT:
                os.fsync(self._file.fileno())
        finally:
            self._file.close()

    @staticmethod
    def _open(target: Path) -> BinaryIO:
        if target == STDOUT:
            return os.fdopen(os.dup(1), "wb")
        return target.open("r+b" if target.exists() else "w+b")


def rows_file(target: Path) -> Path:
    """Where the rows of a workbook wait."""
    return target.with_name(f"{target.name}.rows")


def remove(paths: Iterable[Path]) -> None:
    """Removes files that may be gone already."""
    for path in paths:
        path.unlink(missing_ok=True)
