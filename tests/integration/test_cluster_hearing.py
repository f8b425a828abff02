"""Workers whose broker, or the way to it, breaks in ways that Celery may not notice."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo.database import Database

from pipelines.config import Settings
from schedules.engines.celery_app import create_app
from tests.support.brokers import Broker, Kind, broker
from tests.support.cluster import Cluster
from tests.support.stand_in import WELL, program
from tests.support.waiting import until
from tests.support.wire import Wire, wire_to

SITES = [f"site-{number}" for number in range(12)]
LONGEST_SECONDS = 240.0
"""On a machine with a lot to do; seconds on any other."""
ONE_WAITS = """
while "site-0" in sys.argv and not os.path.exists({end!r}):
    time.sleep(0.05)
"""


@pytest.fixture(scope="module", params=["rabbitmq", "valkey"])
def real_broker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    kind: Kind = request.param
    with broker(kind, tmp_path_factory.mktemp(kind)) as found:
        yield found


@pytest.fixture
def cluster(
    settings: Settings, database: Database[dict[str, Any]], real_broker: Broker, tmp_path: Path
) -> Iterator[Cluster]:
    with Cluster.over(real_broker, settings, database, tmp_path, SITES) as found:
        yield found


@asynccontextmanager
async def wired(cluster: Cluster) -> AsyncIterator[Wire]:
    """A service at the broker itself; workers that start within are led there over a wire."""
    async with cluster.service(), wire_to(cluster.broker.port) as wire:
        address = cluster.broker.url.replace(f":{wire.target}", f":{wire.port}")
        own = {"broker_url": SecretStr(address)}
        cluster.settings = cluster.settings.model_copy(update=own)
        yield wire


async def supervise(cluster: Cluster) -> None:
    """Start a worker, and another whenever it has ended, as systemd does."""
    while True:
        worker = cluster.start_worker(program=program(WELL))
        await until(lambda: cluster.workers[-1].poll() is not None, 10 * LONGEST_SECONDS)
        assert worker.returncode == 1
        assert "to start it again" in cluster.said()


async def all_ended(cluster: Cluster, jobs: list[str]) -> float:
    """Wait for the jobs to end well; returns after how long."""
    began = time.monotonic()
    for job in jobs:
        left = began + LONGEST_SECONDS - time.monotonic()
        assert (await cluster.ended(job, left))["state"] == "ok", cluster.said()
    return time.monotonic() - began


@pytest.mark.parametrize("real_broker", ["valkey"], indirect=True)
async def test_a_worker_that_lives_and_takes_nothing_begins_anew(
    cluster: Cluster, tmp_path: Path
) -> None:
    """Celery is told to take from no queue: it lives, is connected, answers, and takes nothing."""
    end = tmp_path / "end"
    async with cluster.service():
        script = ONE_WAITS.format(end=str(end)) + WELL
        cluster.start_worker(program=program(script), look_seconds=0.5)
        await cluster.ready(1)
        long = cluster.ask_for("site-0")
        await until(lambda: cluster.job(long).get("pid"))
        (lease,) = cluster.night.leases.held("worker/")
        queue, name = lease["offers"]["queues"][0], f"newsdesk@{lease['owner']}"
        control = create_app(cluster.settings).control
        answer = await asyncio.to_thread(
            control.cancel_consumer, queue, destination=[name], reply=True, timeout=60
        )
        assert "no longer consuming" in str(answer)
        await all_ended(cluster, [cluster.ask_for("site-1")])
        assert "Celery hears none" in cluster.said()
        assert cluster.job(long)["state"] == "running"
        end.touch()
        await all_ended(cluster, [long])


def cut(wire: Wire, _broker: Broker) -> None:
    wire.cut()


def forget(wire: Wire, _broker: Broker) -> None:
    wire.forget()


def kill(_wire: Wire, broker: Broker) -> None:
    broker.kill()
    broker.start()


def freeze(_wire: Wire, broker: Broker) -> None:
    """For longer than any timeout of Celery's."""
    assert broker.process is not None
    os.killpg(broker.process.pid, signal.SIGSTOP)
    time.sleep(50)
    os.killpg(broker.process.pid, signal.SIGCONT)


def cut_often(wire: Wire, _broker: Broker) -> None:
    """Also while Celery is about to connect again."""
    for _ in range(40):
        time.sleep(0.1)
        wire.cut()


@pytest.mark.soak
@pytest.mark.parametrize("fault", [cut, cut_often, forget, kill, freeze])
async def test_whatever_breaks_jobs_are_taken_again(
    cluster: Cluster, fault: Callable[[Wire, Broker], None]
) -> None:
    async with wired(cluster) as wire:
        supervisor = asyncio.create_task(supervise(cluster))
        try:
            await all_ended(cluster, [cluster.ask_for("site-0")])
            for number in range(1, 3):
                if fault in (cut, forget):
                    fault(wire, cluster.broker)
                else:
                    await asyncio.to_thread(fault, wire, cluster.broker)
                jobs = [cluster.ask_for(site) for site in SITES[number * 3 : number * 3 + 3]]
                took = await all_ended(cluster, jobs)
                print(f"\n{cluster.broker.kind}, {fault.__name__}: taken after {took:.1f} s")
            assert not supervisor.done(), supervisor.exception()
        finally:
            supervisor.cancel()
