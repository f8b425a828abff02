"""`make bench`: what waiting, starting and watching cost the service."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import psutil
import pytest

from pipelines.config import Settings
from pipelines.counting import counters
from schedules.job import JobSpec
from schedules.jobs.ledger import MongoLedger
from schedules.jobs.runner import Runner
from schedules.jobs.starting import Starter
from tests.benchmarks.measure import ROOT, Cost, run, served, verdict
from tests.conftest import Server
from tests.support.command import Desk
from tests.support.loopback import CRAWLER
from tests.support.stand_in import program

pytestmark = pytest.mark.bench

SCHEDULES = 500
IDLE_SECONDS = 60.0
WATCHED_SECONDS = 60.0
ROUNDS = int(os.environ.get("NEWSDESK_BENCH_ROUNDS", "9"))
PAGES = 60
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
    """One page each: plain Scrapy, a job of a runner, the same by a starter."""
    costs: dict[str, list[float]] = {"bare": [], "anew": [], "warm": []}
    starter = Starter()
    with served(1) as target:
        pace = pace_of(target)
        address = tmp_path / "one.txt"
        address.write_text("https://www.guancha.cn/")
        loading = asyncio.run(job(server.settings(), pace, starter)).cpu
        for number in range(ROUNDS):
            for way in (*costs, *costs)[number % 3 : number % 3 + 3]:
                if way == "bare":
                    cost = run(
                        ["-m", "scrapy", "crawl", "bare", "-a", f"addresses={address}"],
                        {**pace, "SCRAPY_SETTINGS_MODULE": "tests.benchmarks.plain_settings"},
                        tmp_path / "bare.log",
                    )
                else:
                    by = starter if way == "warm" else None
                    cost = asyncio.run(job(server.settings(), pace, by))
                costs[way].append(cost.cpu)
    starter.close()
    bare, anew, warm = (median(each) for each in costs.values())
    print(f"\n\nOne page, median of {ROUNDS} rounds, CPU seconds with supervision\n")
    print(f"{'way':24} {'median':>7} {'least':>7} {'jobs an hour and core':>22}")
    for way, each in costs.items():
        print(f"{way:24} {median(each):7.2f} {min(each):7.2f} {3600 / median(each):22,.0f}")
    print(f"\nthe starter and its first job, once: {loading:.2f}")
    print(f"Job : bare Scrapy           {verdict(anew / bare, 1.3)}")
    print(f"Job by a starter : bare     {verdict(warm / bare, 0.35)}")


def test_what_a_small_crawl_takes(server: Server) -> None:
    """Sixty pages, all of them new: as a job of a runner, and by a starter."""
    costs: dict[str, list[float]] = {"anew": [], "warm": []}
    starter = Starter()
    with served(PAGES) as target:
        asyncio.run(job(server.settings(), pace_of(target), starter))
        for number in range(ROUNDS):
            for way in (*costs, *costs)[number % 2 : number % 2 + 2]:
                by = starter if way == "warm" else None
                crawl = job(server.settings(), pace_of(target), by, limit=PAGES)
                costs[way].append(asyncio.run(crawl).cpu)
    starter.close()
    anew, warm = (median(each) for each in costs.values())
    print(f"\n\n{PAGES} pages, median of {ROUNDS} rounds, CPU seconds with supervision")
    print(f"anew {anew:.2f}, by a starter {warm:.2f}")
    print(f"By a starter : anew         {verdict(warm / anew, 0.8)}")


def pace_of(target: str) -> dict[str, str]:
    return {
        "NEWSDESK_CONCURRENCY": "16",
        "NEWSDESK_DELAY_SECONDS": "0.0001",
        "NEWSDESK_TEST_HOSTS": json.dumps({"*": target}),
        "NEWSDESK_CLOCK": "2026-03-02T03:00:00+08:00",
        "NEWSDESK_KEEP_UNMATCHED": "true",
    }


async def job(
    settings: Settings, environment: dict[str, str], starter: Starter | None, limit: int = 1
) -> Cost:
    """Run one crawl as a job; what it and its supervision take."""

    def used() -> float:
        both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        process = starter._process if starter is not None else None
        beside = sum(psutil.Process(process.pid).cpu_times()[:4]) if process is not None else 0.0
        return beside + sum(each.ru_utime + each.ru_stime for each in both)

    began, before = time.monotonic(), used()
    ledger = MongoLedger(settings, print)
    arguments = {"limit": "1", "sections": "home"} if limit == 1 else {"limit": str(limit)}
    spec = JobSpec(site="guancha", arguments=arguments, environment=environment)
    runner = Runner(settings=settings, ledger=ledger, program=CRAWLER, starter=starter)
    result = await runner.run(spec)
    await ledger.close()
    assert result.exit_code == 0, result.reason
    assert starter is None or starter._failed_at is None
    assert counters.NEW.of(result.stats) == limit, result.stats
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
