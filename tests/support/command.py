"""The command `newsdesk`, run as people run it: a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from attrs import define

from newsdesk.cli.app import main
from pipelines.config import Settings, load_settings
from schedules.jobs.runner import settings_environment

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


def _call_main() -> int:
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@define(frozen=True)
class Desk:
    """Runs commands with the given settings."""

    settings: Settings

    def environment(self, **changes: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "NEWSDESK_CLOCK"}
        return {**kept, **settings_environment(self.settings), "PYTHONPATH": str(ROOT), **changes}

    def run(
        self,
        *arguments: str | Path,
        env: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> Said:
        ended = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            env=self.environment(**(env or {})),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return Said(ended.returncode, ended.stdout, ended.stderr)

    def call(self, *arguments: str | Path, env: Mapping[str, str] | None = None) -> Said:
        """The same within this process: quicker, for commands that only read."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name, value in {**settings_environment(self.settings), **(env or {})}.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["newsdesk", *map(str, arguments)])
            load_settings.cache_clear()
            code = _call_main()
        load_settings.cache_clear()
        return Said(code, out.getvalue(), err.getvalue())

    def start(
        self, *arguments: str | Path, env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """The same, not waited for."""
        return subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            env=self.environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def started(
        self, *arguments: str | Path, env: Mapping[str, str] | None = None
    ) -> Iterator[subprocess.Popen[str]]:
        """The same for as long as the block lasts, then stopped by SIGTERM."""
        process = self.start(*arguments, env=env)
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=60)


@define(frozen=True)
class Crawled:
    """A desk whose database holds a recorded night, and what the crawl said."""

    desk: Desk
    said: Said
