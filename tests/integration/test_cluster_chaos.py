"""kill -9 of workers, broker and mongod while many crawls run: each is done in the end, once.

Real crawls of real sites over loopback: two hundred, a fifth of it with NEWSDESK_SOAK_ROUNDS=1; or
as many as come in NEWSDESK_CHAOS_MINUTES (pytest --timeout has to allow for them).
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo.errors import PyMongoError

from pipelines.config import Settings
from pipelines.storage.exceptions import StorageError
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.server import client as clients
from pipelines.storage.server import embedded
from pipelines.timing import clock
from schedules.engines.sender import Sender
from schedules.service.slots import dispatcher
from schedules.timetable.schedule import slot_id
from tests.pipelines.storage.support import kill_server
from tests.support.brokers import Broker, Kind, broker
from tests.support.cluster import Cluster
from tests.support.growing_sites import MOMENT, GrowingSites
from tests.support.loopback import CRAWLER
from tests.support.ports import free_port
from tests.support.rounds import rounds
from tests.support.server import running

SITES = [f"site{number}" for number in range(8)]
WORKERS, PROCESSES = 4, 2
TIMES = 5
"""Due times of each site in a round: forty crawls."""
MINUTES = float(os.environ.get("NEWSDESK_CHAOS_MINUTES", "0"))
DELAY_SECONDS = 0.15
SOME = 10
"""Requests over which the rate is judged."""
SLOWEST_SECONDS = 120.0
"""Until the next one is killed even if nothing is done."""
LONGEST_SECONDS = 1500.0
"""For all that is due at the end."""
SCHEDULE = '[schedules.{0}]\nsite = "{0}"\ninterval = "366 days"\noverlap = "queue"\nretries = 10\n'
VICTIMS = ("worker", "worker", "worker", "broker", "mongod")


@pytest.fixture(params=["rabbitmq", "valkey"])
def own_broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    kind: Kind = request.param
    with broker(kind, tmp_path / kind) as found:
        yield found


@pytest.fixture
def own_mongod(tmp_path: Path) -> Iterator[Settings]:
    """A server that this test may kill."""
    settings = Settings(data_dir=tmp_path / "service", db_port=free_port(), database="chaos")
    embedded.ensure_running(settings)
    yield settings
    kill_server(settings)


def plan(cluster: Cluster, times: int) -> None:
    """Due times of all sites, all of them now."""
    now = clock.now()
    slots = [
        {"_id": slot_id(site, due), "schedule": site, "due_at": due, "state": "pending"}
        for site in SITES
        for due in (now - timedelta(seconds=number) for number in range(times))
    ]
    cluster.night.schedules.planned(dict.fromkeys(SITES, now), now)
    cluster.night.slots.add(slots)


async def plan_more(cluster: Cluster) -> None:
    """More due times whenever few are left, for so many minutes."""
    end = time.monotonic() + MINUTES * 60
    while time.monotonic() < end:
        await asyncio.sleep(TIMES)  # so that no due time comes twice
        with suppress(PyMongoError, StorageError):  # it was killed just now
            if await asyncio.to_thread(left, cluster) < TIMES * len(SITES):
                await asyncio.to_thread(plan, cluster, TIMES)


async def havoc(
    cluster: Cluster, settings: Settings, dice: random.Random, told: Counter[str]
) -> None:
    """Kill somebody every few seconds, and let them come back; on a slow machine as seldom as
    something is done in between."""
    while True:
        await asyncio.sleep(dice.uniform(8, 20))
        await something_done(cluster)
        victim = dice.choice(VICTIMS)
        told[victim] += 1
        if victim == "worker":
            living = [each for each in cluster.workers if each.poll() is None]
            dice.choice(living).kill()
            await asyncio.sleep(dice.uniform(0, 3))
            start(cluster)
        elif victim == "broker":
            cluster.broker.kill()
            await asyncio.sleep(dice.uniform(0, 6))
            await asyncio.to_thread(cluster.broker.start)
        else:
            await asyncio.to_thread(kill_server, settings)
            await asyncio.sleep(dice.uniform(0, 4))
            await asyncio.to_thread(embedded.ensure_running, settings)


async def something_done(cluster: Cluster) -> None:
    """Wait for one more to be done, but not for ever."""
    before, end = None, time.monotonic() + SLOWEST_SECONDS
    while time.monotonic() < end:
        with suppress(PyMongoError):
            now = await asyncio.to_thread(done, cluster)
            if before is not None and now > before:
                return
            before = now
        await asyncio.sleep(0.5)


def start(cluster: Cluster) -> None:
    program = ["env", f"NEWSDESK_CLOCK={MOMENT}", *CRAWLER]
    cluster.start_worker(program=program, processes=PROCESSES, site_seconds=10.0)


@pytest.mark.soak
async def test_whoever_is_killed_each_crawl_is_done_once(
    own_broker: Broker, own_mongod: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "FIRST_PAUSE_SECONDS", 2.0)
    dice, told, began = random.Random(7), Counter[str](), time.monotonic()
    folder = tmp_path / "sites"
    folder.mkdir()
    sites = GrowingSites(folder, SITES)
    changes = {
        "engine": "celery", "broker_url": SecretStr(own_broker.url), "service_port": 0,
        "site_folders": str(folder), "keep_unmatched": True, "delay_seconds": DELAY_SECONDS,
        "concurrency": 1, "archive": False,
    }  # fmt: skip
    settings = own_mongod.model_copy(update=changes)
    with clients.connect(own_mongod) as client:
        database = clients.database(client, own_mongod)
        ensure_schema(database)
        cluster = Cluster(settings, database, own_broker, tmp_path, SITES)
        file = tmp_path / "schedules.toml"
        file.write_text("\n".join(SCHEDULE.format(site) for site in SITES))
        plan(cluster, TIMES * rounds(5))
        try:
            async with running(sites.server), cluster.service(file=file):
                cluster.environment = {
                    "NEWSDESK_TEST_HOSTS": json.dumps({"*": sites.server.address})
                }
                for _ in range(WORKERS):
                    start(cluster)
                killing = asyncio.create_task(havoc(cluster, own_mongod, dice, told))
                try:
                    await plan_more(cluster)
                    await all_done(cluster)
                finally:
                    killing.cancel()
                    await asyncio.gather(killing, return_exceptions=True)
                embedded.ensure_running(own_mongod)
                if not own_broker.lives:
                    own_broker.start()
                number = await all_done(cluster)
                jobs = judge(cluster, sites, number)
        finally:
            cluster.stop()
        print(f"\n{own_broker.kind}: {number} crawls in {time.monotonic() - began:.0f} s, killed: "
              f"{dict(told)}, jobs: {dict(Counter(each['state'] for each in jobs))}")  # fmt: skip


async def all_done(cluster: Cluster) -> int:
    """Wait until all that is due is done; returns how many due times that were."""
    number, end = -1, time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < end:
        await asyncio.sleep(2)
        with suppress(PyMongoError):
            number = await asyncio.to_thread(left, cluster)
            if number == 0:
                return cluster.database["slots"].count_documents({})
    raise AssertionError(f"{number} are not done\n{cluster.said()}")


def done(cluster: Cluster) -> int:
    return cluster.database["slots"].count_documents({"state": "done"})


def left(cluster: Cluster) -> int:
    """Due times that are not done."""
    return cluster.database["slots"].count_documents({"state": {"$ne": "done"}})


def judge(cluster: Cluster, sites: GrowingSites, number: int) -> list[dict[str, Any]]:
    """Each due time ended well, once; nothing is missing, nothing doubled, no site was hurried."""
    jobs = list(cluster.database["jobs"].find())
    well = Counter(job["slot"] for job in jobs if job["state"] == "ok")
    last = {slot["job"] for slot in cluster.database["slots"].find()}
    unwell = [job for job in jobs if job["_id"] in last and job["state"] != "ok"]
    assert not unwell, [(job["_id"], job["state"], job["reason"]) for job in unwell]
    assert (len(well), set(well.values())) == (number, {1})
    assert all(job["ended_at"] for job in jobs)
    stored = sorted(each["_id"] for each in cluster.database["articles"].find({}, {"_id": 1}))
    assert stored == sites.articles()
    for site in SITES:
        at = sorted(hit.at for hit in sites.server.hits if hit.host == f"www.{site}.test")
        # A busy machine notes some requests late and the next in time; two crawls at once would
        # halve all pauses of a while.
        pauses = [after - before for before, after in zip(at, at[SOME:], strict=False)]
        assert min(pauses) > 0.7 * SOME * DELAY_SECONDS, (site, min(pauses))
        spans = sorted((job["started_at"], job["ended_at"]) for job in jobs
                       if job["site"] == site and job["state"] == "ok")  # fmt: skip
        assert all(first[1] <= second[0] for first, second in pairwise(spans))
    sender = Sender(cluster.settings)
    with sender.connected() as connection:
        queue = f"newsdesk.{cluster.settings.database}.any.plain"
        assert sender.waiting(connection, [queue]) == {queue: 0}
    assert cluster.night.leases.held("site/") == []
    return jobs
