"""The processes of a browser: measured, and killed without leaving one behind."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
from attrs import define, field

MARK = "NEWSDESK_BROWSER_SESSION"
"""Environment variable that marks the processes of one session, whoever their parent is."""
_PROFILE = "--user-data-dir="
_PIPE = "--remote-debugging-pipe"
_SHELLS = frozenset({"sh", "bash", "dash"})
MOST_PROCESSES = 500
_PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


@define(kw_only=True)
class ProcessTree:
    """The processes of one browser session. driver: Playwright's; browser: Chromium's first."""

    mark: str
    driver: psutil.Process | None = None
    browser: psutil.Process | None = None
    profile: Path | None = None
    _known: dict[int, psutil.Process] = field(factory=dict)

    def note_driver(self, before: set[int]) -> None:
        """Takes the child process that was not there before for the driver."""
        self.driver = next(
            (each for each in psutil.Process().children() if each.pid not in before), None
        )

    def note_browser(self) -> None:
        """Finds the driver's descendant that carries our mark, and the folder of its profile.

        Passes over the shell script by which some systems start it, and children that were just
        forked: both have the same command line.
        """
        for process in self.driver.children(recursive=True) if self.driver else []:
            with suppress(psutil.Error):
                words = process.cmdline()
                if _PIPE not in words or process.name() in _SHELLS:
                    continue
                if process.environ().get(MARK) == self.mark:
                    self.browser = process
                    profile = next((w for w in words if w.startswith(_PROFILE)), None)
                    self.profile = Path(profile.removeprefix(_PROFILE)) if profile else None
                    return

    @property
    def alive(self) -> bool:
        """Whether both driver and browser run."""
        return all(
            process is not None and _runs(process) for process in (self.driver, self.browser)
        )

    def sizes(self) -> dict[int, int]:
        """Returns the bytes that each known process holds now, by its id."""
        found: dict[int, int] = {}
        for pid in self._known:
            with suppress(OSError, ValueError, IndexError):
                pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
                found[pid] = int(pages) * _PAGE_SIZE
        return found

    def recount(self) -> None:
        """Looks which processes have started and ended since the last time."""
        found: dict[int, psutil.Process] = {}
        for process in (self.driver, self.browser):
            with suppress(psutil.Error, OSError):
                for pid in [] if process is None else _below(process):
                    found[pid] = self._known.get(pid) or psutil.Process(pid)
        self._known = found

    def kill(self) -> None:
        """Kills them all, also those that have lost their parent."""
        known = self._known
        self.recount()
        for process in [*known.values(), *self._known.values(), *marked(self.mark)]:
            with suppress(psutil.Error):
                process.kill()  # by id and start time: never a later process with its number

    def delete_profile(self) -> None:
        """Deletes the browser's profile, which a killed driver leaves behind."""
        if self.profile is not None:
            shutil.rmtree(self.profile, ignore_errors=True)


def _below(process: psutil.Process) -> list[int]:
    """Returns the ids of a process and its descendants.

    Where the system lists the children of each thread, asking for these costs a hundredth of
    looking through all processes. Only the browser itself starts processes from several threads.
    """
    if not Path(f"/proc/self/task/{os.getpid()}/children").exists():
        return [process.pid, *(each.pid for each in process.children(recursive=True))]
    found = [process.pid]
    for pid in found:  # grows while it is walked
        tasks = Path(f"/proc/{pid}/task")
        threads = [each.name for each in tasks.iterdir()] if pid == process.pid else [str(pid)]
        for thread in threads:
            with suppress(OSError):  # the process has ended
                children = (tasks / thread / "children").read_text(encoding="ascii")
                found += [int(child) for child in children.split() if len(found) < MOST_PROCESSES]
    return found


def marked(mark: str) -> Iterator[psutil.Process]:
    """Yields every process of this user with a session's mark in its environment."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(MARK) == mark and _runs(process):
                yield process


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
