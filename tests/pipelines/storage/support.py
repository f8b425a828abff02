"""Embedded servers that a test may kill, and processes that use them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from pipelines.config import Settings
from pipelines.storage.server.data_folder import DataFolder

CUT_CONNECTIONS = [
    pytest.mark.usefixtures("_cut_connections"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]
"""For modules whose tests kill a server under an async client."""

ENSURE = """
import json, sys
from pathlib import Path
from pipelines.config import Settings
from pipelines.storage.server import embedded
settings = Settings(data_dir=Path(sys.argv[1]), db_port=int(sys.argv[2]))
uri = embedded.ensure_running(settings)
print(json.dumps([uri, embedded.status(settings).pid]), flush=True)
"""


def start_in_process(settings: Settings, *, then: str = "") -> subprocess.Popen[str]:
    """A command of its own session that ensures the server, prints [uri, pid], does `then`."""
    return subprocess.Popen(
        [
            sys.executable,
            "-P",
            "-c",
            ENSURE + then,
            str(settings.data_dir),
            str(settings.db_port),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def answer(process: subprocess.Popen[str]) -> tuple[str, int]:
    """The URI and the pid that the command printed before it ended."""
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    uri, pid = json.loads(output)
    return uri, pid


def kill_server(settings: Settings) -> None:
    """kill -9 the folder's mongod, if it runs, and wait until it is gone."""
    folder = DataFolder.of(settings)
    process = folder.process()
    if process is None:
        return
    process.kill()
    for _attempt in range(1000):
        if not folder.owns(process):
            return
        psutil.wait_procs([process], timeout=0.02)
    raise AssertionError(f"mongod {process.pid} outlived kill -9")


def write_program(path: Path, script: str) -> Path:
    """A program in mongod's place that says what a broken machine would make it say."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return path
