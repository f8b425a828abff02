"""The command `newsdesk`, run as people run it: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import define

from pipelines.config import Settings
from schedules.runner import settings_environment

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = ROOT / "fixtures" / "recordings"
COMMAND = (sys.executable, "-m", "newsdesk")


@define(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@define(frozen=True)
class Desk:
    """Runs commands with the given settings."""

    settings: Settings

    def environment(self, **changes: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "NEWSDESK_CLOCK"}
        return {**kept, **settings_environment(self.settings), "PYTHONPATH": str(ROOT), **changes}

    def run(self, *arguments: str | Path, env: Mapping[str, str] | None = None) -> Said:
        ended = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            env=self.environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return Said(ended.returncode, ended.stdout, ended.stderr)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """The same, not waited for."""
        return subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
