"""Jobs on workers: how many an hour, what the way over a broker costs, how 10,000 drain."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import pytest
from attrs import define, field
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
from tests.support.server import running
from tests.support.stand_in import WELL, program

NUMBER = int(os.environ.get("NEWSDESK_BENCH_JOBS", "10000"))
"""Jobs that wait. Ten thousand take half an hour."""
SITES = [f"site{number}" for number in range(100)]
JOB = 'open({diary!r}, "a").write(os.environ["NEWSDESK_JOB"] + "\\n")\n' + WELL
PAGES = 60
MOST_OVERHEAD = 0.05
LONGEST_SECONDS = 3000.0
BEGIN_SECONDS = 20
"""By then a process has loaded all that it works with."""
MOST_GROWTH = 30.0
"""Megabytes."""

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
    with Cluster.over(real_broker, settings, database, tmp_path, SITES) as found:
        yield found


@define
class Watched:
    """A process, and what it held and had open each second."""

    name: str
    process: psutil.Process
    began: float = 0.0
    megabytes: list[float] = field(factory=list)
    handles: list[int] = field(factory=list)

    @classmethod
    def of(cls, name: str, pid: int) -> Watched:
        found = cls(name, psutil.Process(pid))
        found.began = found._cpu_seconds()
        return found

    def look(self) -> None:
        self.megabytes.append(self.process.memory_info().rss / 1e6)
        self.handles.append(self.process.num_fds())

    @property
    def settled(self) -> list[float]:
        """Megabytes since the begin."""
        return self.megabytes[BEGIN_SECONDS:] or self.megabytes

    @property
    def grown(self) -> float:
        return self.settled[-1] - self.settled[0]

    def told(self, jobs: int) -> str:
        """Its memory after the begin, at each quarter and at the end; its own CPU time a job."""
        last = len(self.settled) - 1
        quarters = "; ".join(f"{self.settled[last * part // 4]:.1f}" for part in range(5))
        cpu = (self._cpu_seconds() - self.began) / jobs * 1000
        return f"{self.name}: {quarters} MB, {max(self.handles)} handles, {cpu:.1f} CPU ms a job"

    def _cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system


async def drained(cluster: Cluster, number: int, watched: Sequence[Watched] = ()) -> list[int]:
    """Wait until so many jobs have ended; returns how many waited at the broker each second."""
    sender, queue = Sender(cluster.settings), f"newsdesk.{cluster.settings.database}.any.plain"
    jobs, seen, began = cluster.database["jobs"], list[int](), time.monotonic()

    def look() -> int:
        """In a thread: the service runs in this process."""
        with sender.connected() as connection:
            seen.append(sender.waiting(connection, [queue])[queue])
        return jobs.count_documents({"ended_at": {"$ne": None}})

    while time.monotonic() < began + LONGEST_SECONDS:
        await asyncio.sleep(1)
        ended = await asyncio.to_thread(look)
        for each in watched:
            each.look()
        if ended == number:
            return seen
    raise AssertionError(cluster.said())


async def test_ten_thousand_jobs_drain(cluster: Cluster, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    cluster.database["jobs"].insert_many(
        {"_id": f"job-{n:05}", "site": SITES[n % len(SITES)], "kind": "crawl", "state": "pending",
         "arguments": {}, "created_at": clock.now()}
        for n in range(NUMBER)
    )  # fmt: skip
    async with cluster.service():
        for _ in range(2):
            cluster.start_worker(program=program(JOB.format(diary=str(diary))), processes=4)
        await cluster.ready(2)
        began = time.monotonic()
        workers = [Watched.of("a worker", worker.pid) for worker in cluster.workers]
        service = Watched.of("the service, with this test in it", os.getpid())
        waiting = await drained(cluster, NUMBER, [*workers, service])
        took = time.monotonic() - began
        told = [each.told(NUMBER) for each in (*workers, service)]
    ran = Counter(diary.read_text().split())
    states = Counter(each["state"] for each in cluster.database["jobs"].find({}, {"state": 1}))
    print(f"\n{cluster.broker.kind}: {NUMBER} jobs in {took:.0f} s, {NUMBER / took * 3600:.0f} an "
          f"hour; at the broker {max(waiting)} at most", *told, sep="\n  ")  # fmt: skip
    assert (len(ran), set(ran.values()), states) == (NUMBER, {1}, {"ok": NUMBER})
    assert max(waiting) <= 8 + AHEAD
    assert max(each.grown for each in (*workers, service)) < MOST_GROWTH


async def test_jobs_an_hour_by_workers(cluster: Cluster, tmp_path: Path) -> None:
    """Real crawls of a few pages, as fast as they go; the cores are full with a few workers. By
    CPU time, a crawl costs the same whoever runs it, and however busy the machine is."""
    folder, told, rates, costs = tmp_path / "sites", [], {}, {}
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
            began, before = time.monotonic(), spent(cluster)
            for site in SITES[:16]:
                cluster.ask_for(site)
            done += 16
            await drained(cluster, done)
            rates[workers] = 16 / (time.monotonic() - began) * 3600
            costs[workers] = (spent(cluster) - before) / 16
            told.append(f"{workers}: {rates[workers]:.0f}, {costs[workers]:.2f} CPU s each")
    print(f"\n{cluster.broker.kind}: crawls an hour by workers of one place:", *told, sep="\n  ")
    assert rates[2] > rates[1]
    assert costs[4] < 1.3 * costs[1]


def spent(cluster: Cluster) -> float:
    """CPU seconds of all workers and of the crawls that they have ended, in user and system."""
    times = (psutil.Process(worker.pid).cpu_times() for worker in cluster.workers)
    return sum(sum(each[:4]) for each in times)


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
