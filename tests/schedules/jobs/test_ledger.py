"""The record of a job follows what happens to it, and survives a MongoDB that does not answer."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from pydantic import SecretStr
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.operations.jobs import JobRepository
from pipelines.storage.operations.repositories import NightStore
from schedules.exceptions import SiteBusy
from schedules.job import JobFiles, JobResult, JobSpec
from schedules.jobs.ledger import MongoLedger
from schedules.verdicts.verdict import Stop
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
async def ledger(settings: Settings, database: Jobs, said: list[str]) -> AsyncIterator[MongoLedger]:
    assert database.name == settings.database
    ledger = MongoLedger(settings, said.append)
    yield ledger
    await ledger.close()


def record(database: Jobs) -> dict[str, Any]:
    found = database["jobs"].find_one({"_id": JOB})
    assert found
    return found


async def test_from_beginning_to_end(ledger: MongoLedger, database: Jobs) -> None:
    spec = JobSpec(site="sina", arguments={"limit": "5"})
    await ledger.take_site(JOB, spec)
    await ledger.create(JOB, spec, Path("/tmp/job.log"))  # noqa: S108 - only a name
    assert (record(database)["state"], record(database)["arguments"]) == ("pending", {"limit": "5"})
    await ledger.start(JOB, 4711)
    assert (record(database)["state"], record(database)["pid"]) == ("running", 4711)
    assert await ledger.heartbeat(JOB, spec, {"newsdesk/found": 2, "log_count/INFO": 9}) is None
    assert record(database)["counts"] == {"found": 2}
    await ledger.finish(RESULT)
    end = record(database)
    assert (end["state"], end["reason"], end["exit_code"]) == ("partial", RESULT.reason, 0)
    assert end["counts"] == {"new": 3}
    assert end["stats"] == RESULT.stats
    assert end["figures"]["requests"] == 0
    assert NightStore(database).leases.held() == []


async def test_what_could_not_be_recorded_comes_at_the_end(
    ledger: MongoLedger, database: Jobs, settings: Settings, said: list[str]
) -> None:
    ledger.settings = settings.model_copy(update={"mongodb_uri": AWAY})
    await ledger.settle()
    await ledger.create(JOB, JobSpec(site="sina"), Path("/tmp/job.log"))  # noqa: S108 - a name
    await ledger.start(JOB, 4711)
    await ledger.heartbeat(JOB, JobSpec(site="sina"), {})
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
    jobs.create("sina", AT, id_=JOB, host=host or socket.gethostname())
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
    await ledger.close()


def test_a_result_without_its_fields_is_none() -> None:
    assert set(RESULT.as_dict()) == {field.name for field in attrs.fields(JobResult)}


async def test_a_site_is_held_by_one_job(
    ledger: MongoLedger, database: Jobs, settings: Settings, said: list[str]
) -> None:
    spec = JobSpec(site="sina")
    other = MongoLedger(settings, said.append)
    await ledger.take_site(JOB, spec)
    with pytest.raises(SiteBusy, match=f"by the job {JOB} on .* newsdesk jobs cancel {JOB}"):
        await other.take_site("sina-other", spec)
    await other.take_site("guancha-other", JobSpec(site="guancha"))
    await other.take_site("files-other", JobSpec(site="files", kind="import"))
    await ledger.finish(attrs.evolve(RESULT, state="ok"))
    await other.take_site("sina-other", spec)
    await other.close()


async def test_a_job_that_has_lost_its_site_stops(ledger: MongoLedger, database: Jobs) -> None:
    spec = JobSpec(site="sina")
    await ledger.take_site(JOB, spec)
    await ledger.create(JOB, spec, Path("/tmp/job.log"))  # noqa: S108 - only a name
    database["leases"].update_one({"_id": "site/sina"}, {"$set": {"until": AT}})
    assert await ledger.heartbeat(JOB, spec, {}) is None  # nobody was quicker
    database["leases"].update_one({"_id": "site/sina"}, {"$set": {"owner": "another"}})
    assert await ledger.heartbeat(JOB, spec, {}) is Stop.LEASE


async def test_a_job_hears_that_it_is_to_stop(ledger: MongoLedger, database: Jobs) -> None:
    spec = JobSpec(site="sina")
    await ledger.create(JOB, spec, Path("/tmp/job.log"))  # noqa: S108 - only a name
    await ledger.start(JOB, 4711)
    JobRepository(database).ask_to_stop(JOB, AT, "me")
    assert await ledger.heartbeat(JOB, spec, {}) is Stop.ASKED


async def test_history_is_that_of_like_runs(ledger: MongoLedger, database: Jobs) -> None:
    jobs = JobRepository(database)
    for number, arguments in enumerate([{}, {}, {"limit": "5"}]):
        id_ = jobs.create("sina", AT, id_=f"earlier-{number}", arguments=arguments)
        jobs.finish(id_, "ok", AT, counts={"found": number})
    await ledger.create(JOB, JobSpec(site="sina"), Path("/tmp/job.log"))  # noqa: S108 - a name
    history = await ledger.history(JOB, JobSpec(site="sina"))
    assert sorted(counts["found"] for counts in history.counts) == [0, 1]
    assert (history.narrowed, history.newest_at) == (False, None)
