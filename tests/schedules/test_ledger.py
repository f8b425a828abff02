"""The record of a job follows what happens to it, and survives a MongoDB that does not answer."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from pydantic import SecretStr
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.jobs import JobRepository
from schedules.job import JobFiles, JobResult, JobSpec
from schedules.ledger import MongoLedger
from tests.conftest import Server

JOB = "sina-20260302T030000-abcdef"
AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
AWAY = SecretStr("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100")
RESULT = JobResult(
    job=JOB,
    site="sina",
    state="partial",
    reason="Something is missing.",
    stats={"newsdesk/new": 3, "downloader/exception_type_count/a.b.C": 1, "finish_reason": "x"},
    started_at=AT,
    finished_at=AT,
    exit_code=0,
    log=Path("/tmp/job.log"),  # noqa: S108 - only a name
)

Jobs = Database[dict[str, Any]]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def ledger(settings: Settings, database: Jobs, said: list[str]) -> MongoLedger:
    assert database.name == settings.database
    return MongoLedger(settings, said.append)


def record(database: Jobs) -> dict[str, Any]:
    found = database["jobs"].find_one({"_id": JOB})
    assert found
    return found


async def test_from_beginning_to_end(ledger: MongoLedger, database: Jobs) -> None:
    spec = JobSpec(site="sina", arguments={"limit": "5"})
    await ledger.create(JOB, spec, Path("/tmp/job.log"))  # noqa: S108 - only a name
    assert (record(database)["state"], record(database)["arguments"]) == ("pending", {"limit": "5"})
    await ledger.start(JOB, 4711)
    assert (record(database)["state"], record(database)["pid"]) == ("running", 4711)
    await ledger.beat(JOB, {"newsdesk/found": 2, "log_count/INFO": 9})
    assert record(database)["counts"] == {"found": 2}
    await ledger.finish(RESULT)
    end = record(database)
    assert (end["state"], end["reason"], end["exit_code"]) == ("partial", RESULT.reason, 0)
    assert end["counts"] == {"new": 3}
    assert end["stats"] == RESULT.stats


async def test_what_could_not_be_recorded_comes_at_the_end(
    ledger: MongoLedger, database: Jobs, settings: Settings, said: list[str]
) -> None:
    ledger.settings = settings.model_copy(update={"mongodb_uri": AWAY})
    await ledger.settle()
    await ledger.create(JOB, JobSpec(site="sina"), Path("/tmp/job.log"))  # noqa: S108 - a name
    await ledger.start(JOB, 4711)
    await ledger.beat(JOB, {})
    ledger.settings = settings
    await ledger.finish(RESULT)
    assert record(database)["state"] == "partial"
    assert [sentence.count("does not answer") for sentence in said] == [1]


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    """A living process that says it is the job."""
    script = "print(flush=True); import time; time.sleep(600)"
    environment = {"NEWSDESK_JOB": JOB}
    command = [sys.executable, "-S", "-c", script, "crawl", "sina"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as running:
        assert running.stdout
        running.stdout.readline()
        yield running
        running.kill()


def begin(database: Jobs, pid: int, host: str | None = None) -> None:
    jobs = JobRepository(database)
    jobs.create("sina", AT, _id=JOB, host=host or socket.gethostname())
    jobs.start(JOB, AT, pid=pid)


async def test_a_job_whose_process_is_gone_is_lost(
    ledger: MongoLedger, database: Jobs, process: subprocess.Popen[bytes]
) -> None:
    begin(database, process.pid)
    await ledger.settle()
    assert record(database)["state"] == "running"
    process.kill()
    process.wait()
    await ledger.settle()
    assert record(database)["state"] == "lost"


async def test_a_later_process_with_the_same_number_is_not_the_job(
    ledger: MongoLedger, database: Jobs
) -> None:
    begin(database, 1)
    await ledger.settle()
    assert record(database)["state"] == "lost"


async def test_other_machines_judge_their_own(ledger: MongoLedger, database: Jobs) -> None:
    begin(database, 2**22 + 1, host="elsewhere")
    await ledger.settle()
    assert record(database)["state"] == "running"


async def test_a_crawl_that_outlived_its_runner_is_judged(
    server: Server, settings: Settings, database: Jobs, tmp_path: Path
) -> None:
    changes = {"data_dir": tmp_path, "mongodb_uri": SecretStr(server.uri)}
    ledger = MongoLedger(settings.model_copy(update=changes), print)
    begin(database, 2**22 + 1)
    folder = ledger.settings.jobs_dir
    folder.mkdir()
    stats = {"newsdesk/found": 2, "newsdesk/requested": 2, "newsdesk/new": 2}
    report = {"state": "finished", "finish_reason": "finished", "stats": stats}
    JobFiles.of(folder, JOB).stats.write_text(json.dumps(report))
    await ledger.settle()
    assert record(database)["state"] == "ok"


def test_a_result_without_its_fields_is_none() -> None:
    assert set(RESULT.as_dict()) == {field.name for field in attrs.fields(JobResult)}
