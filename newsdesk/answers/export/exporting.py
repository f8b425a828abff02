"""Exports articles into files, however many they are, and says truly how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from attrs import define

from newsdesk.answers.export import extra
from newsdesk.answers.export.formats.base import STDOUT, Kept, Writer
from newsdesk.answers.export.record import COMPLETE, CUT_OFF, Record, with_state
from newsdesk.answers.export.selection import Chosen
from pipelines.config import Settings
from pipelines.storage.exceptions import StorageError

SYNC_SECONDS = 0.5
SYNC_ARTICLES = 2_000
"""How much work a kill may cost: whichever comes first."""
Told = Callable[[int, int | None, datetime | None], None]
"""Is told how many articles are written, of how many, and when the last one was published."""


@define(frozen=True, kw_only=True)
class Outcome:
    """How an export ended. kept: what is safe. error: what cut it off; None: it is complete."""

    form: str
    kept: Kept
    error: BaseException | None = None
    remark: str | None = None


@define(frozen=True, kw_only=True)
class Export:
    """An export that can begin, or go on."""

    settings: Settings
    target: Path
    record: Record
    chosen: Chosen

    def run(self, told: Told) -> Outcome:
        """Writes what is missing.

        Raises:
            MissingExtra: the format needs packages that are not installed.
            OSError: the target cannot be written at all.
        """
        if self.record.state == COMPLETE:
            return Outcome(form=self.record.form, kept=self.record.kept)
        writer_class = writer_of(self.record.form)
        self._save(self.record)
        writer = writer_class(self.target, self.record.kept)
        remark = None
        try:
            self._write(writer, told)
            remark = writer.finish()
        except (StorageError, OSError, KeyboardInterrupt) as error:
            self._break_off(writer, error)
            return Outcome(form=self.record.form, kept=writer.kept, error=error)
        self._save(with_state(self.record, COMPLETE, writer.kept))
        return Outcome(form=self.record.form, kept=writer.kept, remark=remark)

    def _write(self, writer: Writer, told: Told) -> None:
        kept = self.record.kept
        total = self.chosen.total(self.settings, kept.position, kept.articles)
        done = safe = kept.articles
        synced = time.monotonic()
        told(done, total, None)
        for page in self.chosen.pages(self.settings, kept.position, kept.articles):
            writer.write(page)
            done += len(page)
            told(done, total, page[-1][0].at)
            if done - safe >= SYNC_ARTICLES or time.monotonic() - synced >= SYNC_SECONDS:
                writer.sync()
                self._save(with_state(self.record, self.record.state, writer.kept))
                safe, synced = done, time.monotonic()
        writer.sync()

    def _break_off(self, writer: Writer, error: BaseException) -> None:
        """Says in the export and beside it that it was cut off. A full disk may not take that; the
        record of before stays right, and whoever asked is told `error` in any case."""
        with suppress(OSError):
            writer.sync()
        reason = str(error) or type(error).__name__
        record = with_state(self.record, CUT_OFF, writer.kept, reason)
        with suppress(OSError):
            writer.break_off(record.about())
        with suppress(OSError):
            self._save(record)

    def _save(self, record: Record) -> None:
        if self.target != STDOUT:
            record.save(self.target)


def writer_of(form: str) -> type[Writer]:
    """The writer of a format; only its own packages are loaded.

    Raises:
        MissingExtra: it needs packages that are not installed.
    """
    match form:
        case "jsonl":
            from newsdesk.answers.export.formats.lines import JsonLines

            return JsonLines
        case "csv":
            from newsdesk.answers.export.formats.delimited import Csv

            return Csv
        case "xlsx":
            with extra.explained():
                from newsdesk.answers.export.formats.workbook import Workbook
            return Workbook
        case _:
            with extra.explained():
                from newsdesk.answers.export.formats.partitions import Partitions
            return Partitions
