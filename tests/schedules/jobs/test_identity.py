"""A runner is told apart from a later process of its number, whatever the clock does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from schedules.job import JobFiles
from schedules.jobs.identity import end_processes_of, host, memory_of, runner_lives, runner_name


def test_this_process_lives() -> None:
    assert runner_lives(runner_name()) is True
    assert runner_lives(f"{host()}:{os.getpid()}:1") is False
    assert runner_lives("elsewhere:1:2") is None
    assert runner_lives(None) is None
    assert runner_lives("nonsense") is None


def test_a_corrected_clock_makes_no_other_process_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    name = runner_name()
    monkeypatch.setattr(psutil, "boot_time", lambda: 1.0)
    monkeypatch.setattr(psutil.Process, "create_time", lambda _process: 1.0)
    assert runner_lives(name) is True


def test_one_that_has_ended_does_not_live() -> None:
    script = (
        "from schedules.jobs.identity import runner_name; print(runner_name(), flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        name = process.stdout.readline().strip()
        assert runner_lives(name) is True
        assert memory_of(process.pid) > 1_000_000
        process.kill()
        process.wait()
    assert runner_lives(name) is False
    assert memory_of(process.pid) == 0


def test_processes_of_a_job_are_found_and_not_those_of_a_namesake(tmp_path: Path) -> None:
    """A job of another database, with the same schedules, bears the same id."""
    one, other = (JobFiles.of(tmp_path / name, "job-1").stats for name in ("one", "other"))
    command = [sys.executable, "-S", "-c", "print(flush=True); import time; time.sleep(600)"]
    environment = {**os.environ, "NEWSDESK_JOB": "job-1", "NEWSDESK_STATS_FILE": str(one)}
    with subprocess.Popen(
        command, env=environment, start_new_session=True, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()  # only now others are sure to see its environment
        assert end_processes_of(other) == 0
        assert end_processes_of(one) == 1
        assert process.wait(60) == -9
