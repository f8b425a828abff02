"""Backups that are taken and restored by a process that can be killed at a known place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from pipelines.config import Settings

SCRIPT = """
import sys
from pathlib import Path
from pipelines.config import Settings
from pipelines.storage.backup import dumping, restoring
from pipelines.storage.backup import taking_over
dumping.MEMBER_BYTES = 20_000
taking_over.SMALLEST = 1_000
restoring._BATCH = 100
what, halts, data_dir, port, database, folder = sys.argv[1:]
settings = Settings(data_dir=Path(data_dir), db_port=int(port), database=database)
def told(what, done, total):
    if halts and what.startswith(halts):
        print(done, flush=True)
        sys.stdin.readline()
if what == "take":
    dumping.take_backup(settings, Path(folder), told)
else:
    restoring.restore_backup(settings, Path(folder), told)
"""


class BackupProcess:
    """Takes or restores a backup in small parts. halts: what it is doing whenever it waits; "":
    it never waits."""

    def __init__(
        self, what: Literal["take", "restore"], settings: Settings, folder: Path, halts: str = ""
    ) -> None:
        where = [str(settings.data_dir), str(settings.db_port), settings.database, str(folder)]
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", SCRIPT, what, halts, *where],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()

    def halted(self) -> int:
        """Wait until it halts; how much of what it does is done by then."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        return int(line)

    def go_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self) -> None:
        """Let it end without another halt."""
        _, errors = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, errors
