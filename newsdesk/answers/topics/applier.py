"""Applies topics in a process of its own, so that no page waits for it. Blocks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from threading import Lock

from attrs import define, field

from newsdesk.answers.topics.applying import applied_last, note_application
from newsdesk.exceptions import NotNow
from pipelines.config import Settings
from schedules.jobs.runner import settings_environment

COMMAND = (sys.executable, "-m", "newsdesk.answers.topics.apply_process")
LONGEST_ERROR = 2_000
END_SECONDS = 5.0


@define(eq=False)
class Applier:
    """One run at a time. Made for many threads."""

    _process: subprocess.Popen[str] | None = None
    _failed: str = ""
    _lock: Lock = field(factory=Lock)

    def begin(self, settings: Settings, names: Sequence[str]) -> None:
        """Begins to apply these topics, or all, and notes who asked for it.

        Raises:
            NotNow: topics are being applied already, here or elsewhere.
        """
        with self._lock:
            self._look()
            if self._process is not None or applied_last(settings).state == "running":
                raise NotNow("Topics are being applied already: wait until that is done.")
            note_application(settings, names)
            self._failed = ""
            self._process = subprocess.Popen(  # noqa: S603 - our own command, names are checked
                [*COMMAND, *names],
                env={**os.environ, **settings_environment(settings)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )

    @property
    def is_at_work(self) -> bool:
        """Whether a run that was begun here goes on."""
        with self._lock:
            self._look()
            return self._process is not None

    @property
    def failed(self) -> str:
        """What ended the last run that was begun here, if it did not end well."""
        with self._lock:
            self._look()
            return self._failed

    def close(self) -> None:
        """Ends it; the next run goes on where it was."""
        with self._lock:
            self._look()
            if self._process is not None:
                self._process.terminate()
                self._process.communicate(timeout=END_SECONDS)

    def _look(self) -> None:
        """Takes note of a process that has ended."""
        if self._process is not None and self._process.poll() is not None:
            _output, said = self._process.communicate()
            if self._process.returncode > 0:
                self._failed = said.strip()[-LONGEST_ERROR:]
            self._process = None
