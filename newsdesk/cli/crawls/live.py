"""Live progress of running crawls, on stderr; in a pipe nothing but the verdicts."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from newsdesk.answers.crawls.backfill import Backfill, reached
from newsdesk.answers.crawls.summary import short_summary
from newsdesk.cli.terminal.console import err, say_warning, shown
from pipelines.counting.stats import Stats
from schedules.job import Progress

COLUMNS = short_summary("found", "known", "requested", "new", "revised", "off_topic", "failed")
BAR_WIDTH = 30


class Board:
    """A line per site with its counters, redrawn while the crawls run.

    backfills: of the sites that are crawled back to some day; below their counters is a bar.
    """

    def __init__(
        self, sites: Sequence[str], title: str = "", backfills: Mapping[str, Backfill] | None = None
    ) -> None:
        self._title = title
        self._backfills = backfills or {}
        self._stats: dict[str, Stats] = {site: {} for site in sites}
        self._spinner = Spinner("dots", style="cyan")
        self._started = time.monotonic()
        self._note = ""
        self._live = Live(
            console=err, get_renderable=self._draw, refresh_per_second=8, transient=True
        )

    def __enter__(self) -> Self:
        if err.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if err.is_terminal:
            self._live.stop()

    def update(self, progress: Progress) -> None:
        """Takes a job's newest counters."""
        self._stats[progress.site] = progress.stats

    def note(self, text: str) -> None:
        """Shows a remark below the table."""
        self._note = text
        if not err.is_terminal:
            say_warning(text)

    def _draw(self) -> RenderableType:
        return Group(self._table(), self._bars()) if self._backfills else self._table()

    def _bars(self) -> Table:
        table = Table.grid(padding=(0, 2, 0, 2))
        for site, backfill in self._backfills.items():
            done = reached(self._stats[site], backfill)
            bar = ProgressBar(total=1.0, completed=done.share, width=BAR_WIDTH)
            table.add_row(shown(site, "bold"), bar, f"{done.share:4.0%}", shown(done.words, "dim"))
        return table

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column(self._spinner, width=2)
        table.add_column(
            Text(f"{self._title} {time.monotonic() - self._started:3.0f} s".strip(), style="dim")
        )
        for line in COLUMNS:
            table.add_column(Text(line.label, style="dim"), justify="right", vertical="bottom")
        for site, stats in self._stats.items():
            numbers = [f"{line.of(stats):,}" for line in COLUMNS]
            table.add_row("", shown(site, "bold"), *numbers)
        if self._note:
            table.caption = shown(self._note, "yellow")
            table.caption_justify = "left"
        return table
