"""The records of jobs, from creation to their end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import WriteError

from pipelines.records import JobState
from pipelines.storage.operations.jobs import JobRepository
from tests.support.samples import MORNING

Document = dict[str, Any]
HOUR = timedelta(hours=1)


def test_the_life_of_a_job(database: Database[Document]) -> None:
    jobs = JobRepository(database)
    first = jobs.create("guancha", MORNING, arguments={"limit": 10}, command=["crawl", "guancha"])
    second = jobs.create(None, MORNING + HOUR, kind="import")
    assert first.startswith("guancha-20260302T013000-")
    jobs.start(first, MORNING, pid=1234, host="desk")
    jobs.update(first, counts={"found": 3, "excluded/video": 1}, updated_at=MORNING + HOUR)
    assert [job["_id"] for job in jobs.list(states=["running"])] == [first]
    stats = {"downloader/response_status_count/200": 3, "a.b$c": 1, "elapsed": 0.5}
    jobs.finish(first, "partial", MORNING + 2 * HOUR, reason="a list failed", stats=stats)
    jobs.update(first, state="running")
    jobs.finish(first, "lost", MORNING + 3 * HOUR)
    found = jobs.get(first)
    assert found is not None
    assert (found["state"], found["ended_at"]) == ("partial", MORNING + 2 * HOUR)
    assert (found["counts"], found["stats"]) == ({"found": 3, "excluded/video": 1}, stats)
    assert [job["_id"] for job in jobs.list()] == [second, first]
    assert [job["_id"] for job in jobs.list(site="guancha")] == [first]
    assert jobs.get("nothing") is None


def test_a_job_record_takes_no_unknown_field(database: Database[Document]) -> None:
    with pytest.raises(WriteError, match="failed validation"):
        JobRepository(database).create("guancha", MORNING, bogus=1)


@pytest.mark.parametrize(
    ("kind", "state", "counts", "is_night"),
    [
        ("crawl", "ok", {}, True),
        ("crawl", "partial", {"found": 3}, True),
        ("crawl", "partial", {"list_not_modified": 1}, True),
        ("crawl", "partial", {"found": 0}, False),
        ("crawl", "failed", {"found": 3}, False),
        ("crawl", "cancelled", {"found": 3}, False),
        ("replay", "ok", {"found": 3}, False),
        ("import", "ok", {"found": 3}, False),
    ],
)
def test_which_jobs_were_a_night(
    database: Database[Document],
    kind: str,
    state: JobState,
    counts: dict[str, int],
    is_night: bool,
) -> None:
    jobs = JobRepository(database)
    job = jobs.create("sina", MORNING, kind=kind, schedule="night")
    jobs.finish(job, state, MORNING, counts=counts)
    assert jobs.ever_collected() == is_night
    assert jobs.collected("night", MORNING - HOUR, MORNING) == is_night
    assert not jobs.collected("night", MORNING + HOUR, MORNING + 2 * HOUR)
    assert not jobs.collected("day", MORNING - HOUR, MORNING)
