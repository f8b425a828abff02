"""Jobs on workers: a real service, real brokers, workers in processes of their own."""

from __future__ import annotations

import asyncio
import pickle
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from newsdesk.answers.operations.jobs import job_file, log_of, stop_job
from newsdesk.answers.operations.logs import log_part, log_search
from newsdesk.answers.operations.status import status_of
from newsdesk.answers.operations.tonight import tonight_of
from pipelines.config import Settings
from pipelines.timing import clock
from pipelines.written.of_sites import SiteSettings
from schedules.engines.cluster import CeleryEngine
from schedules.engines.sender import Sender
from schedules.service.web import MetricsPage
from schedules.timetable.schedule import slot_id
from tests.support.brokers import Broker, Kind, broker
from tests.support.cluster import Cluster, needing_a_browser
from tests.support.command import Desk
from tests.support.loopback import CRAWLER
from tests.support.restless_site import MOMENTS, server_of
from tests.support.server import running
from tests.support.stand_in import WELL, program
from tests.support.up_process import QUICK
from tests.support.waiting import until

SITES = ("guancha", "sina", *(f"site-{number}" for number in range(20)))
DIARY = """
with open({diary!r}, "a") as diary:
    diary.write(os.environ["NEWSDESK_JOB"] + "\\n")
"""
LONG = """
print("it begins at mongodb://somebody:secret-word@host/", flush=True)
def stop(*_):
    report("finished", "shutdown", found=1)
    print("it was stopped", flush=True)
    sys.exit(0)
signal.signal(signal.SIGINT, stop)
while True:
    report("running", found=1)
    end_with_the_runner()
    time.sleep(0.05)
"""


@pytest.fixture(scope="module", params=["rabbitmq", "valkey"])
def real_broker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    kind: Kind = request.param
    with broker(kind, tmp_path_factory.mktemp(kind)) as found:
        yield found


@pytest.fixture(autouse=True)
def _quick_pulse(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {**QUICK, "schedules.service.duties.ENGINE_SECONDS": 0.5}.items():
        monkeypatch.setattr(name, seconds)


@pytest.fixture
def cluster(
    settings: Settings, database: Database[dict[str, Any]], real_broker: Broker, tmp_path: Path
) -> Iterator[Cluster]:
    with Cluster.over(real_broker, settings, database, tmp_path, SITES) as found:
        yield found


async def test_a_real_crawl_runs_on_a_worker(cluster: Cluster) -> None:
    sites = server_of(1, 62)
    async with running(sites), cluster.service():
        cluster.environment = {
            "NEWSDESK_TEST_HOSTS": f'{{"*": "{sites.address}"}}',
            "NEWSDESK_DELAY_SECONDS": "0.0001",
            "NEWSDESK_CONCURRENCY": "8",
        }
        cluster.start_worker(program=["env", f"NEWSDESK_CLOCK={MOMENTS[1].isoformat()}", *CRAWLER])
        jobs = [cluster.ask_for(site) for site in ("guancha", "sina")]
        for job in jobs:
            record = await cluster.ended(job)
            assert record["state"] == "ok", (record["reason"], cluster.said())
            assert record["queue"].endswith(".any.plain")
            assert record["figures"]["requests"] > 10
            assert job_file(cluster.settings, job).has_log
            assert "Spider closed" in "".join(log_of(cluster.settings, job, follow=False))
    assert cluster.database["articles"].count_documents({"job": {"$in": jobs}}) > 10


def noting(diary: Path, script: str = WELL) -> list[str]:
    """A program that notes its job before it does something else."""
    return program(DIARY.format(diary=str(diary)) + script)


def noted(diary: Path) -> list[str]:
    return diary.read_text().split() if diary.exists() else []


async def test_a_message_that_comes_several_times_runs_its_job_once(
    cluster: Cluster, tmp_path: Path
) -> None:
    diary = tmp_path / "diary"
    cluster.start_worker(program=noting(diary, "time.sleep(0.5)\n" + WELL), processes=4)
    await cluster.ready(1)
    job = cluster.ask_for("site-1")
    sender, queue = Sender(cluster.settings), f"newsdesk.{cluster.settings.database}.any.plain"
    with sender.connected() as connection:
        for _ in range(5):
            sender.send(connection, job, queue, 0, clock.now())
        sender.send(connection, "no-such-job", queue, 0, clock.now())
    assert (await cluster.ended(job))["state"] == "ok"
    with sender.connected() as connection:
        sender.send(connection, job, queue, 0, clock.now())
        last = cluster.ask_for("site-2")
        sender.send(connection, last, queue, 0, clock.now())
        await cluster.ended(last)
        assert sender.waiting(connection, [queue]) == {queue: 0}
    assert noted(diary) == [job, last]
    assert cluster.night.leases.held("site/") == []


async def test_what_is_no_message_of_ours_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    diary, trap = tmp_path / "diary", tmp_path / "trap"
    cluster.start_worker(program=noting(diary))
    await cluster.ready(1)
    sender, queue = Sender(cluster.settings), f"newsdesk.{cluster.settings.database}.any.plain"
    with sender.connected() as connection:
        sender.waiting(connection, [queue])
        producer = connection.Producer(routing_key=queue)
        headers = {"task": "newsdesk.run_job", "id": "1", "lang": "py", "root_id": "1"}
        code = pickle.dumps(Trap(str(trap)))
        producer.publish(code, headers=headers, content_type="application/x-python-serialize",
                         content_encoding="binary")  # fmt: skip
        producer.publish({"task": "os.system", "id": "2", "args": ["true"]}, serializer="json")
        producer.publish(b"\xff no JSON", headers=headers, content_type="application/json",
                         content_encoding="utf-8")  # fmt: skip
        job = cluster.ask_for("site-1")
        sender.send(connection, job, queue, 0, clock.now())
        assert (await cluster.ended(job))["state"] == "ok"
    assert not trap.exists()


class Trap:
    """Leaves a file behind if it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (self.path, "w")


async def test_a_cancel_comes_at_once_and_the_log_is_there_for_others(cluster: Cluster) -> None:
    async with cluster.service():
        cluster.start_worker(program=program(LONG), drain=30)
        job = cluster.ask_for("site-1")
        await reported(cluster, job)
        part = log_part(cluster.settings, job)  # the console does not wait for the job's end
        assert [line.text for line in part.lines] == ["it begins at mongodb://somebody:***@host/"]
        took = [await seconds_to_cancel(cluster, job)]
        while min(took) > 3 and len(took) < 5:  # the machine may be busy at one time, not always
            other = cluster.ask_for("site-1")
            await reported(cluster, other)
            took.append(await seconds_to_cancel(cluster, other))
        assert min(took) < 3, "a heartbeat would take five"
    said = "".join(log_of(cluster.settings, job, follow=True))
    assert "secret-word" not in said
    assert said.endswith("it was stopped\n")
    assert len(log_search(cluster.settings, job, "STOPPED").lines) == 1
    waiting = cluster.ask_for("site-2")
    await asyncio.to_thread(stop_job, cluster.settings, waiting)
    assert cluster.job(waiting)["state"] == "cancelled"


async def reported(cluster: Cluster, job: str) -> None:
    await until(lambda: cluster.job(job).get("counts", {}).get("found"))


async def seconds_to_cancel(cluster: Cluster, job: str) -> float:
    began = time.monotonic()
    await asyncio.to_thread(stop_job, cluster.settings, job)
    record = await cluster.ended(job)
    assert record["state"] == "cancelled"
    return time.monotonic() - began


async def test_jobs_wait_while_the_broker_is_away(cluster: Cluster, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    async with cluster.service() as service:
        cluster.start_worker(program=noting(diary))
        assert (await cluster.ended(cluster.ask_for("site-1")))["state"] == "ok"
        cluster.broker.kill()
        jobs = [cluster.ask_for(f"site-{number}") for number in range(2, 8)]
        await until(lambda: "is away" in str(service.state().engine_troubles))
        assert "guest" not in str(service.trouble())
        assert [cluster.job(job)["state"] for job in jobs] == ["pending"] * 6
        await asyncio.to_thread(cluster.broker.start)
        for job in jobs:
            assert (await cluster.ended(job, 90))["state"] == "ok"
        assert sorted(noted(diary)[1:]) == sorted(jobs)
        await until(lambda: not any((service.state().engine_troubles or {"": "?"}).values()))


@pytest.mark.parametrize("real_broker", ["rabbitmq"], indirect=True)
async def test_jobs_go_where_they_can_be_run(cluster: Cluster, tmp_path: Path) -> None:
    regions = {"site-2": SiteSettings(region="cn"), "site-3": SiteSettings(region="cn")}
    cluster.settings = cluster.settings.model_copy(update={"sites": regions})
    cluster.browser_sites = needing_a_browser("site-1", "site-3")
    plain, able = tmp_path / "plain", tmp_path / "able"
    async with cluster.service() as service:
        cluster.start_worker(program=noting(plain))
        await cluster.ready(1)
        jobs = [cluster.ask_for(f"site-{number}") for number in range(1, 5)]
        assert (await cluster.ended(jobs[3]))["state"] == "ok"
        assert [cluster.job(job).get("sent_at") for job in jobs[:3]] == [None] * 3
        engine = service.engine
        assert isinstance(engine, CeleryEngine)
        await engine.look()
        engine._lacking = dict.fromkeys(engine._lacking, 0.0)  # for so long nobody could
        await engine.look()
        for needs in ("worker --browser.", "worker --region cn.", "worker --browser --region cn."):
            assert needs in str(engine.troubles["workers"])
        cluster.start_worker(program=noting(able), browser=True, regions=["cn"])
        for job in jobs[:3]:
            assert (await cluster.ended(job))["state"] == "ok"
        await engine.look()
        assert engine.troubles["workers"] is None
    assert noted(plain) == [jobs[3]]
    assert sorted(noted(able)) == sorted(jobs[:3])


@pytest.mark.parametrize("real_broker", ["rabbitmq"], indirect=True)
async def test_two_services_and_two_workers_run_each_job_once(
    cluster: Cluster, tmp_path: Path
) -> None:
    diary = tmp_path / "diary"
    async with cluster.service("one"), cluster.service("two"):
        for _ in range(2):
            cluster.start_worker(program=noting(diary))
        # Four of each site: a site is never crawled twice at once.
        jobs = [cluster.ask_for(f"site-{number % 5}", priority=number % 3) for number in range(20)]
        ended = [await cluster.ended(job) for job in jobs]
    assert {each["state"] for each in ended} == {"ok"}
    assert sorted(noted(diary)) == sorted(jobs)
    assert len({each["runner"] for each in ended}) == 2
    for site in {each["site"] for each in ended}:
        spans = sorted(
            (each["started_at"], each["ended_at"]) for each in ended if each["site"] == site
        )
        assert all(first[1] <= second[0] for first, second in pairwise(spans))


@pytest.mark.parametrize("real_broker", ["rabbitmq"], indirect=True)
async def test_a_killed_worker_s_job_is_run_again_by_another(
    cluster: Cluster, tmp_path: Path
) -> None:
    diary = tmp_path / "diary"
    file = tmp_path / "schedules.toml"
    file.write_text('[schedules.s1]\nsite = "site-1"\ninterval = "366 days"\n')
    async with cluster.service(file=file):
        first = cluster.start_worker(program=noting(diary, LONG))
        await cluster.ready(1)
        now = clock.now()
        slot = slot_id("s1", now)
        cluster.night.slots.add(
            [{"_id": slot, "schedule": "s1", "due_at": now, "state": "pending"}]
        )
        await until(lambda: noted(diary))
        first.kill()
        first.wait()
        cluster.start_worker(program=noting(diary))
        await until(lambda: (cluster.night.slots.get(slot) or {})["state"] == "done")
    states = [cluster.job(job)["state"] for job in noted(diary)]
    assert states == ["lost", "ok"]


@pytest.mark.parametrize("real_broker", ["rabbitmq"], indirect=True)
async def test_a_stopped_worker_hands_its_job_back(cluster: Cluster) -> None:
    async with cluster.service():
        worker = cluster.start_worker(program=program(LONG), drain=0)
        job = cluster.ask_for("site-1")
        await until(lambda: cluster.job(job).get("pid"))
        worker.terminate()
        assert await asyncio.to_thread(worker.wait, 60) == 0
    record = cluster.job(job)
    assert (record["state"], record["problems"][0]["kind"]) == ("lost", "lost")
    assert "the next one runs it again" in record["reason"]
    assert cluster.night.leases.held("worker/") == []
    assert cluster.night.leases.held("site/") == []


@pytest.mark.parametrize("real_broker", ["rabbitmq"], indirect=True)
async def test_the_command_shows_itself_wherever_people_look(cluster: Cluster) -> None:
    desk = Desk(cluster.settings)
    async with cluster.service() as service:
        worker = desk.start("worker", "--browser", "--region", "cn", "--processes", "3")
        try:
            await cluster.ready(1)
            (lease,) = cluster.night.leases.held("worker/")
            assert lease["offers"]["places"] == 3
            assert len(lease["offers"]["queues"]) == 4
            found = status_of(cluster.settings)
            assert [each["at_work"] for each in found["workers"]] == [0]
            tonight = tonight_of(cluster.settings)
            assert (tonight.by_workers, tonight.places, tonight.places_taken) == (True, 3, 0)
            page = MetricsPage(service.connection.ask, service.state, cluster.settings)
            text = (await page.text()).decode()
            assert "newsdesk_workers 1.0" in text
            assert 'any.browser"} 3.0' in text
            for command in ("status", "doctor"):
                said = await asyncio.to_thread(desk.run, command)
                assert "3 at once, browser, cn" in " ".join(said.out.split())
                assert "guest" not in said.out + said.err
        finally:
            worker.terminate()
            out, err = await asyncio.to_thread(worker.communicate, timeout=60)
    assert worker.returncode == 0, err
    assert "guest:guest" not in out + err
