"""`make bench`: what waiting, starting and watching cost the service."""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.config import Settings
from schedules.job import JobSpec
from schedules.jobs.ledger import MongoLedger
from schedules.jobs.runner import Runner
from tests.benchmarks.measure import ROOT, Cost, best, run, served, verdict
from tests.conftest import Server
from tests.support.command import Desk
from tests.support.loopback import CRAWLER
from tests.support.stand_in import program

pytestmark = pytest.mark.bench

SCHEDULES = 500
IDLE_SECONDS = 60.0
WATCHED_SECONDS = 60.0
ROUNDS = 5
WATCHED = """
until = time.monotonic() + {seconds}
while time.monotonic() < until:
    report("running", found=30, requested=30, new=1)
    time.sleep(0.5)
report("finished", "finished", found=30, requested=30, new=30)
"""


def cpu_of(pid: int) -> float:
    """User and system seconds of a process, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def test_what_an_idle_service_takes(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "schedules.toml"
    file.write_text(
        "\n".join(
            f'[schedules.s{n}]\nsite = "sina"\ncron = "{n % 60} 2 29 2 *"'  # next in 2028
            for n in range(SCHEDULES)
        )
    )
    changes = {"schedules": file, "service_port": 0}
    desk = Desk(server.settings().model_copy(update=changes))
    with desk.start("up") as service:
        time.sleep(20)
        before = cpu_of(service.pid)
        time.sleep(IDLE_SECONDS)
        share = (cpu_of(service.pid) - before) / IDLE_SECONDS
        status = Path(f"/proc/{service.pid}/status").read_text(encoding="ascii")
        memory = int(status.partition("VmRSS:")[2].split()[0]) / 1024
        service.terminate()
        service.communicate(timeout=60)
    print(f"\n\n{SCHEDULES} schedules, nothing due, {IDLE_SECONDS:.0f} s")
    print(f"Percent of a core           {verdict(share * 100, 1.0)}")
    print(f"Memory in MB                {verdict(memory, 120)}")


def test_what_starting_a_job_takes(server: Server, tmp_path: Path) -> None:
    """One page each: plain Scrapy, Newsdesk's spider, and the same as a job of a runner."""
    costs: dict[str, list[Cost]] = {"bare": [], "job": []}
    with served(1) as target:
        pace = {
            "NEWSDESK_CONCURRENCY": "16",
            "NEWSDESK_DELAY_SECONDS": "0.0001",
            "NEWSDESK_TEST_HOSTS": json.dumps({"*": target}),
            "NEWSDESK_CLOCK": "2026-03-02T03:00:00+08:00",
        }
        address = tmp_path / "one.txt"
        address.write_text("https://www.guancha.cn/")
        for _ in range(ROUNDS):
            costs["bare"].append(
                run(
                    ["-m", "scrapy", "crawl", "bare", "-a", f"addresses={address}"],
                    {**pace, "SCRAPY_SETTINGS_MODULE": "tests.benchmarks.plain_settings"},
                    tmp_path / "bare.log",
                )
            )
            costs["job"].append(asyncio.run(job(server.settings(), pace)))
    bare, started = (best(costs[way]).cpu for way in ("bare", "job"))
    print(f"\n\nOne page, best of {ROUNDS} rounds, CPU seconds")
    print(f"bare {bare:.2f}, job {started:.2f} (crawl and supervision)")
    print(f"Job : bare Scrapy           {verdict(started / bare, 1.3)}")


async def job(settings: Settings, environment: dict[str, str]) -> Cost:
    """Run one crawl of one page as a job; what it and its supervision take."""

    def used() -> float:
        both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(each.ru_utime + each.ru_stime for each in both)

    began, before = time.monotonic(), used()
    ledger = MongoLedger(settings, print)
    spec = JobSpec(
        site="guancha", arguments={"limit": "1", "sections": "home"}, environment=environment
    )
    result = await Runner(settings=settings, ledger=ledger, program=CRAWLER).run(spec)
    await ledger.close()
    assert result.exit_code == 0, result.reason
    return Cost(cpu=used() - before, wall=time.monotonic() - began, rss=0.0)


def test_what_watching_a_job_takes(server: Server, tmp_path: Path) -> None:
    """A process that watches one job for a while, as the share of a core."""
    command = [sys.executable, "-m", "tests.benchmarks.test_schedules", server.uri, str(tmp_path)]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True
    )
    share = float(ended.stdout) / WATCHED_SECONDS
    print(f"\n\nOne job watched for {WATCHED_SECONDS:.0f} s, with its record in MongoDB")
    print(f"Percent of a core           {verdict(share * 100, 1.0)}")


async def watch(uri: str, folder: Path) -> float:
    """CPU seconds of this process alone while it watches a job."""
    settings = Settings.model_validate(
        {"mongodb_uri": uri, "data_dir": folder, "database": "test_bench_watch"}
    )
    ledger = MongoLedger(settings, print)
    command = program(WATCHED.format(seconds=WATCHED_SECONDS))
    runner = Runner(settings=settings, ledger=ledger, program=command)
    await ledger.settle()  # connected, and the schema is there
    before = time.process_time()
    result = await runner.run(JobSpec(site="sina"))
    took = time.process_time() - before
    await ledger.close()
    assert result.state == "ok", result.reason
    return took


if __name__ == "__main__":
    print(asyncio.run(watch(sys.argv[1], Path(sys.argv[2]))))
