"""Parquet: a folder of flat files with one schema, a folder in it for each day of Beijing.

Needs the extra `export`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from newsdesk.answers.export.arrow import batch, schema
from newsdesk.answers.export.columns import ARTICLES
from newsdesk.answers.export.formats.base import Kept, Writer, remove
from newsdesk.answers.moments import beijing
from pipelines.storage.queries import Page

GROUP = 1_000
"""Articles that are written at once: what memory has to hold."""
MOST_GROUPS = 50
"""Of a file: a day with more articles gets several files."""
UNFINISHED = ".part"


class Partitions(Writer):
    """`day=2026-03-01/000000.parquet` and so on, numbered through. Only whole files have that
    name; `kept.place` counts them."""

    def __init__(self, target: Path, kept: Kept) -> None:
        super().__init__(target, kept)
        self._schema = schema(ARTICLES)
        self._day: str | None = None
        self._waiting: list[dict[str, Any]] = []
        self._file: pq.ParquetWriter | None = None
        self._groups = 0
        self._articles = kept.articles
        self._position = kept.position
        target.mkdir(parents=True, exist_ok=True)
        remove(each for each in files_of(target) if _number(each) >= kept.place)

    def write(self, page: Page) -> None:
        for position, document in page:
            day = _day(document["published_at"])
            if day != self._day:
                self._close()
                self._day = day
            self._waiting.append(document)
            self._articles += 1
            self._position = position
            if len(self._waiting) == GROUP:
                self._write_group()

    def sync(self) -> None:
        """Nothing: a file is safe when it is whole, and not before."""

    def finish(self) -> str | None:
        self._close()
        return None

    def break_off(self, about: Mapping[str, Any]) -> None:
        try:
            if self._file is not None:
                self._file.close()
        finally:
            remove(self.target.glob(f"day=*/*{UNFINISHED}"))

    def _write_group(self) -> None:
        if self._file is None:
            self._path.parent.mkdir(exist_ok=True)
            self._file = pq.ParquetWriter(self._unfinished, self._schema, compression="zstd")
        self._file.write_batch(batch(self._waiting, ARTICLES))
        self._waiting = []
        self._groups += 1
        if self._groups == MOST_GROUPS:
            self._close()

    def _close(self) -> None:
        """Makes a whole file of what is written of the day."""
        if self._waiting:
            self._write_group()
        if self._file is None:
            return
        self._file.close()
        self._file = None
        self._groups = 0
        with self._unfinished.open("rb") as file:
            os.fsync(file.fileno())
        self._unfinished.replace(self._path)
        self.kept = Kept(
            articles=self._articles, place=self.kept.place + 1, position=self._position
        )

    @property
    def _path(self) -> Path:
        return self.target / f"day={self._day}" / f"{self.kept.place:06}.parquet"

    @property
    def _unfinished(self) -> Path:
        return self._path.with_name(self._path.name + UNFINISHED)


def files_of(target: Path) -> list[Path]:
    """The files of an export, and those that are not whole."""
    return [each for each in target.glob("day=*/*") if _is_ours(each)]


def _is_ours(path: Path) -> bool:
    number, _point, ending = path.name.partition(".")
    return number.isdecimal() and ending in {"parquet", f"parquet{UNFINISHED}"}


def _number(path: Path) -> float:
    """Returns a file's number; of one that is not whole a number above all."""
    return math.inf if path.suffix == UNFINISHED else int(path.stem)


def _day(moment: datetime) -> str:
    return beijing(moment, "%Y-%m-%d") or ""
