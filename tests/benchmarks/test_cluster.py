"""Jobs on workers: how many an hour, what the way over a broker costs, how 10,000 drain."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import pytest
from pydantic import SecretStr
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.timing import clock
from schedules.engines.cluster import AHEAD
from schedules.engines.sender import Sender
from schedules.service.service import Service
from schedules.timetable.catalogue import Catalogue
from tests.support.brokers import Broker, broker
from tests.support.cluster import Cluster
from tests.support.growing_sites import MOMENT, GrowingSites
from tests.support.loopback import CRAWLER
from tests.support.rounds import rounds
from tests.support.server import running
from tests.support.stand_in import WELL, program

SITES = [f"site{number}" for number in range(100)]
JOB = 'open({diary!r}, "a").write(os.environ["NEWSDESK_JOB"] + "\\n")\n' + WELL
PAGES = 60
MOST_OVERHEAD = 0.05
LONGEST_SECONDS = 3000.0

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module", params=["rabbitmq", "valkey"])
def real_broker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    with broker(request.param, tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture
def cluster(
    settings: Settings, database: Database[dict[str, Any]], real_broker: Broker, tmp_path: Path
) -> Iterator[Cluster]:
    changes = {"engine": "celery", "broker_url": SecretStr(real_broker.url), "service_port": 0}
    found = Cluster(settings.model_copy(update=changes), database, real_broker, tmp_path, SITES)
    try:
        yield found
    finally:
        found.stop()


async def drained(cluster: Cluster, number: int) -> list[int]:
    """Wait until so many jobs have ended; returns how many waited at the broker each second."""
    sender, queue = Sender(cluster.settings), f"newsdesk.{cluster.settings.database}.any.plain"
    seen, end = [], time.monotonic() + LONGEST_SECONDS
    jobs = cluster.database["jobs"]
    while time.monotonic() < end:
        await asyncio.sleep(1)
        with sender.connected() as connection:
            seen.append(sender.waiting(connection, [queue])[queue])
        if jobs.count_documents({"ended_at": {"$ne": None}}) == number:
            return seen
    raise AssertionError(cluster.said())


async def test_ten_thousand_jobs_drain(cluster: Cluster, tmp_path: Path) -> None:
    number, diary = 1000 * rounds(10), tmp_path / "diary"
    cluster.database["jobs"].insert_many(
        {"_id": f"job-{n:05}", "site": SITES[n % len(SITES)], "kind": "crawl", "state": "pending",
         "arguments": {}, "created_at": clock.now()}
        for n in range(number)
    )  # fmt: skip
    async with cluster.service():
        for _ in range(2):
            cluster.start_worker(program=program(JOB.format(diary=str(diary))), processes=4)
        await cluster.ready(2)
        began = time.monotonic()
        processes = [psutil.Process(worker.pid) for worker in cluster.workers]
        await asyncio.sleep(20)
        before = [process.memory_info().rss for process in processes]
        waiting = await drained(cluster, number)
        took = time.monotonic() - began
        after = [process.memory_info().rss for process in processes]
    grown = max(b - a for a, b in zip(before, after, strict=True)) / 1e6
    ran = Counter(diary.read_text().split())
    states = Counter(each["state"] for each in cluster.database["jobs"].find({}, {"state": 1}))
    print(f"\n{cluster.broker.kind}: {number} jobs in {took:.0f} s, {number / took * 3600:.0f} an "
          f"hour; at the broker {max(waiting)} at most; a worker holds {max(after) / 1e6:.0f} MB, "
          f"{grown:+.1f} MB since the first 20 s")  # fmt: skip
    assert (len(ran), set(ran.values()), states) == (number, {1}, {"ok": number})
    assert max(waiting) <= 8 + AHEAD
    assert grown < 30


async def test_jobs_an_hour_by_workers(cluster: Cluster, tmp_path: Path) -> None:
    """Real crawls of a few pages, as fast as they go; the cores are full with a few workers."""
    folder, found = tmp_path / "sites", {}
    folder.mkdir()
    sites = GrowingSites(folder, SITES[:16])
    changes = {"site_folders": str(folder), "keep_unmatched": True, "delay_seconds": 0.001,
               "archive": False}  # fmt: skip
    cluster.settings = cluster.settings.model_copy(update=changes)
    async with running(sites.server), cluster.service():
        hosts = json.dumps({"*": sites.server.address})
        cluster.environment = {"NEWSDESK_TEST_HOSTS": hosts}
        done = 0
        for workers in (1, 2, 4):
            while len(cluster.workers) < workers:
                command = ["env", f"NEWSDESK_CLOCK={MOMENT}", *CRAWLER]
                cluster.start_worker(program=command, processes=1)
            await cluster.ready(workers)
            began = time.monotonic()
            for site in SITES[:16]:
                cluster.ask_for(site)
            done += 16
            await drained(cluster, done)
            found[workers] = 16 / (time.monotonic() - began) * 3600
    told = ", ".join(f"{workers}: {rate:.0f}" for workers, rate in found.items())
    print(f"\n{cluster.broker.kind}: crawls an hour by workers of one place: {told}")
    assert found[2] > found[1]


async def test_what_the_way_over_a_broker_costs(cluster: Cluster, tmp_path: Path) -> None:
    """From the wish to the begin of a job, and from its end to the record, beside the local way."""
    script = program('report("running")\ntime.sleep(0.2)\n' + WELL)
    local = cluster.settings.model_copy(update={"engine": "local"})

    async def measured() -> list[float]:
        taken = []
        for number in range(15):
            began = time.monotonic()
            job = cluster.ask_for(SITES[number])
            await cluster.ended(job)
            taken.append(time.monotonic() - began)
        return taken

    service = Service.of(local, Catalogue.of(local, SITES), drain_seconds=0.0)
    service.runner.program = script
    task = asyncio.create_task(service.run())
    cluster.ask_for(SITES[99])
    await drained(cluster, 1)
    own = median(await measured())
    service.press()
    await task
    async with cluster.service():
        cluster.start_worker(program=script)
        await cluster.ready(1)
        over = median(await measured())
    share = max(0.0, over - own) / PAGES  # a page a second, as sites are asked
    print(f"\n{cluster.broker.kind}: a job takes {own:.2f} s by the service, {over:.2f} s by "
          f"a worker: {share:.1%} of a crawl of {PAGES} pages at a page a second")  # fmt: skip
    assert share < MOST_OVERHEAD
