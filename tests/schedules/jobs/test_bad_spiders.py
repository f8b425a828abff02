"""Each way in which a spider goes wrong ends within its deadline, with the right state and why."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import psutil
import pytest

from pipelines.config import JOB_VARIABLE, Settings
from schedules.job import JobResult, JobSpec
from schedules.jobs import process
from schedules.jobs.runner import Runner
from tests.support.crawling import ROOT
from tests.support.no_ledger import NoLedger

DEADLINE_SECONDS = 12.0
SOAK = pytest.mark.soak


async def run(spider: str, folder: Path, **bounds: float) -> JobResult:
    runner = Runner(
        settings=Settings(data_dir=folder),
        ledger=NoLedger(),
        program=[sys.executable, "-m", "tests.support.bad_spiders"],
    )
    spec = JobSpec(
        site=spider,
        environment={"PYTHONPATH": str(ROOT), "NEWSDESK_DELAY_SECONDS": "0.01"},
        deadline_seconds=bounds.get("deadline_seconds", DEADLINE_SECONDS),
        memory_bytes=int(bounds.get("memory_bytes", 1 << 30)),
        grace_seconds=0.5,
    )
    return await runner.run(spec)


def left_over(job: str) -> list[int]:
    """Processes of this machine that the job has started and that still run."""
    found = []
    for each in psutil.process_iter():
        try:
            if each.environ().get(JOB_VARIABLE) == job and each.pid != os.getpid():
                found.append(each.pid)
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize(
    ("spider", "state", "kind", "says"),
    [
        pytest.param("hung", "failed", "deadline", "ran past its deadline", marks=SOAK),
        pytest.param("forking", "failed", "deadline", "ran past its deadline", marks=SOAK),
        pytest.param("eating", "failed", "memory", "held too much memory", marks=SOAK),
        ("failing", "failed", "network", "None of the 4 pages asked for could be had"),
    ],
)
async def test_it_ends(
    spider: str, state: str, kind: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LOOK_SECONDS", 0.5)
    began = time.monotonic()
    bounds = {"deadline_seconds": 300.0, "memory_bytes": 400 << 20} if spider == "eating" else {}
    if spider == "failing":
        bounds = {"deadline_seconds": 300.0}
    result = await run(spider, tmp_path, **bounds)
    took = time.monotonic() - began
    print(f"{spider}: {result.state} ({kind}), exit {result.exit_code}, {took:.1f} s")
    assert (result.state, [each.kind for each in result.problems][:1]) == (state, [kind])
    assert says in result.reason
    assert left_over(result.job) == []
    if spider == "failing":
        assert result.exit_code == 0
