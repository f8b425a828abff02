"""Engines without a broker: who may take what, what is alarmed, what is said without the extra."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from pipelines.written.of_sites import SiteSettings
from schedules.engines.cluster import LINE, STALLED, _idle
from schedules.engines.job_queue import take_job
from schedules.engines.queues import Needs, needs_of, places_of, queues_of, shown_broker
from schedules.job import JobFiles, JobSpec
from schedules.jobs.runner import job_environment
from tests.support.command import Desk


@pytest.fixture
def night(database: Database[dict[str, Any]]) -> NightStore:
    return NightStore(database)


def test_each_need_has_a_queue_that_able_workers_take_from() -> None:
    settings = Settings(sites={"sina": SiteSettings(region="cn")})
    needs = {site: needs_of(site, settings, {"sina", "qq"}) for site in ("sina", "qq", "gov")}
    assert needs["sina"] == Needs(browser=True, region="cn")
    able = queues_of("db", browser=True, regions=["cn"])
    plain = queues_of("db", browser=False, regions=[])
    assert all(each.queue("db") in able for each in needs.values())
    assert [site for site, each in needs.items() if each.queue("db") in plain] == ["gov"]
    offers = [{"places": 2, "queues": able}, {"places": 3, "queues": plain}]
    places = places_of([{"offers": each} for each in offers] + [{"offers": None}])
    assert (places[needs["gov"].queue("db")], places[needs["sina"].queue("db")]) == (5, 2)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("amqp://user:p%40ss@host.example:5672//", "amqp://host.example:5672"),
        ("redis://:hush@127.0.0.1/0?password=hush", "redis://127.0.0.1"),
        ("rediss://[::1]:6380/0", "rediss://[::1]:6380"),
        ("amqp://a:b c@@d e/", "amqp://***"),
    ],
)
def test_no_secret_of_a_broker_shows(address: str, shown: str) -> None:
    assert shown_broker(address) == shown
    assert "hush" not in repr(Settings(broker_url=SecretStr(address)))


def test_what_is_no_broker_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(broker_url=SecretStr("mongodb://user:hush@host/"))
    assert "amqp://user:password@host" in str(refused.value)
    assert "hush" not in str(refused.value)


def test_no_crawl_gets_to_know_the_broker(settings: Settings) -> None:
    changes = {"engine": "celery", "broker_url": SecretStr("redis://:hush@127.0.0.1/0")}
    own = Settings(**{**settings.model_dump(exclude_unset=True), **changes})
    files = JobFiles.of(own.jobs_dir, "sina-1")
    found = job_environment(JobSpec(site="sina"), own, "sina-1", files)
    assert found["NEWSDESK_ENGINE"] == "celery"
    assert not [name for name, value in found.items() if "hush" in value]


def test_a_second_claim_leaves_the_site_to_the_first(night: NightStore) -> None:
    now = clock.now()
    job = night.jobs.get(night.jobs.create("sina", now)) or {}
    other = night.jobs.get(night.jobs.create("sina", now)) or {}
    assert take_job(night, job, now, "one")
    assert not take_job(night, job, now, "two")
    assert not take_job(night, other, now, "two")
    assert [lease["owner"] for lease in night.leases.held("site/")] == [job["_id"]]
    night.jobs.finish(job["_id"], "ok", now)
    night.leases.give_back_all(job["_id"])
    assert not take_job(night, job, now, "two")
    assert night.leases.held("site/") == []


def test_a_job_is_marked_by_one_service_alone(night: NightStore) -> None:
    now = clock.now()
    job = night.jobs.get(night.jobs.create("sina", now)) or {}
    assert night.jobs.note_sent(job, now, "q")
    assert not night.jobs.note_sent(job, now, "q")
    assert night.jobs.first_in_line(now, now - timedelta(seconds=60), [], LINE) == []
    later = now + timedelta(seconds=61)
    assert len(night.jobs.first_in_line(later, later - timedelta(seconds=60), [], LINE)) == 1
    night.jobs.unsend(job["_id"])
    assert len(night.jobs.first_in_line(now, now, [], LINE)) == 1
    assert night.jobs.first_in_line(now, now, ["sina"], LINE) == []


def test_a_worker_that_lives_and_takes_nothing_is_named(night: NightStore) -> None:
    long_ago = clock.now() - STALLED - timedelta(seconds=1)
    offers = {"places": 1, "queues": ["q"]}
    night.leases.take("worker/host:1:1", "host:1:1", 60, "on host", offers=offers)
    job = night.jobs.get(night.jobs.create("sina", long_ago)) or {}
    night.jobs.note_sent(job, clock.now(), "q")
    assert list(_idle(night, night.leases.held("worker/"))) == []
    night.jobs.update(job["_id"], sent_at=long_ago)
    (said,) = _idle(night, night.leases.held("worker/"))
    assert said == "Jobs wait at the broker while workers have places: restart host:1:1."
    busy = night.jobs.create("guancha", long_ago)
    night.jobs.claim(busy, clock.now(), "host:1:1", "host")
    assert list(_idle(night, night.leases.held("worker/"))) == []


def test_ten_thousand_jobs_wait_behind_an_index(night: NightStore) -> None:
    now = clock.now()
    night.database["jobs"].insert_many(
        {"_id": f"j{n}", "site": f"site{n % 100}", "kind": "crawl", "state": "pending",
         "created_at": now, "priority": n % 3, "arguments": {}}
        for n in range(10_000)
    )  # fmt: skip
    ready = {"state": "pending", "kind": "crawl", "site": {"$nin": ["site1"]}}
    order = [("priority", -1), ("created_at", 1), ("_id", 1)]
    plan = night.database["jobs"].find(ready).sort(order).limit(LINE).explain()
    stats = plan["executionStats"]
    assert "SORT" not in str(plan["queryPlanner"]["winningPlan"])
    assert stats["totalDocsExamined"] <= LINE
    assert night.jobs.first_in_line(now, now, ["site1"], 5)[0]["priority"] == 2


def test_without_the_extra_the_service_says_what_to_install(settings: Settings) -> None:
    program = (
        "import sys; sys.modules['celery'] = None; from newsdesk.__main__ import main;"
        "sys.argv = ['newsdesk', *sys.argv[1:]]; main()"
    )
    for command in (["up", "--port", "0"], ["worker"], ["doctor"]):
        said = subprocess.run(
            [sys.executable, "-c", program, *command],
            env=Desk(settings).environment(NEWSDESK_ENGINE="celery"),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert said.returncode == 1
        assert "pip install 'newsdesk[cluster]'" in " ".join((said.stdout + said.stderr).split())
        assert "Traceback" not in said.stderr


def test_a_worker_that_nobody_sends_jobs_says_what_to_set(settings: Settings) -> None:
    said = Desk(settings).call("worker")
    assert said.code == 1
    assert "NEWSDESK_ENGINE=celery" in said.err
    assert "NEWSDESK_BROKER_URL" in said.err
