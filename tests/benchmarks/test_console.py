"""`make bench`: how soon the console answers with a full database, and what it takes while idle."""

from __future__ import annotations

import http.client
import os
import random
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pymongo.database import Database

from newsdesk.web.navigation import ENTRIES
from pipelines.storage.documents import Document
from pipelines.storage.queries import drop_database, opened
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.timing import clock
from tests.benchmarks.measure import verdict
from tests.benchmarks.test_schedules import cpu_of
from tests.conftest import Server
from tests.support.command import Desk
from tests.support.ports import free_port
from tests.support.samples import sample
from tests.support.shelf import put

pytestmark = pytest.mark.bench

ARTICLES = int(os.environ.get("NEWSDESK_BENCH_STORED", "100000"))
JOBS = 10_000
DAYS = 21
"""All jobs are of these days: a schedule of every six minutes."""
EDITED_BEFORE = 9 * ARTICLES // 10
"""What sites have changed stands behind so many articles: the farthest way."""
FILTERED = ("/articles?edited=1", "/articles?edited=1&site=sina", "/articles?source=none")
ASKED = 100
IDLE_SECONDS = 30.0
LONGEST_MS, MOST_PERCENT, MOST_MEGABYTES = 150.0, 1.0, 150.0


@pytest.fixture(scope="module")
def full(server: Server) -> Iterator[Desk]:
    """A desk whose database holds 10,000 jobs and 100,000 articles."""
    settings = server.settings()
    with opened(settings) as database:
        ensure_schema(database)
        fill(database)
    yield Desk(settings)
    drop_database(settings)


def fill(database: Database[Document]) -> None:
    now, dice = clock.now(), random.Random(5)
    step = timedelta(days=DAYS) / JOBS
    stats = {f"downloader/something_{number}/count": number for number in range(150)}
    jobs = [
        {
            "_id": f"sina-{number}",
            "site": ("sina", "guancha")[number % 2],
            "kind": "crawl",
            "state": dice.choices(("ok", "partial", "failed"), (90, 7, 3))[0],
            "schedule": f"{('sina', 'guancha')[number % 2]}-day",
            "arguments": {},
            "created_at": now - number * step,
            "started_at": now - number * step,
            "ended_at": now - number * step + timedelta(minutes=3),
            "counts": {"found": 90, "new": dice.randint(0, 40), "revised": 2, "failed": 1},
            "stats": stats,
        }
        for number in range(JOBS)
    ]
    database["jobs"].insert_many(jobs)
    for start in range(0, ARTICLES, 1000):
        put(
            database,
            (
                sample(
                    number,
                    site=("sina", "guancha")[number % 2],
                    published_at=now - number * timedelta(minutes=1),
                    job=f"sina-{number % JOBS}",
                )
                for number in range(start, start + 1000)
            ),
            now,
        )
    old = {"published_at": {"$lt": now - EDITED_BEFORE * timedelta(minutes=1)}}
    edited = [each["_id"] for each in database["articles"].find(old, {"_id": 1}).limit(300)]
    database["articles"].update_many({"_id": {"$in": edited}}, {"$set": {"edits": 2}})


def test_first_bytes(full: Desk) -> None:
    port = free_port()
    with full.start("web", "--port", str(port)) as console:
        wait_for(port)
        print(f"\n\nFirst byte in ms, {ARTICLES:,} articles, {JOBS:,} jobs of {DAYS} days")
        for path in (*(entry.path for entry in ENTRIES), *FILTERED):
            first = asked(port, path)
            if first is None:
                continue
            before = cpu_of(console.pid)
            times = sorted(asked(port, path) or 0.0 for _ in range(ASKED))
            cpu = (cpu_of(console.pid) - before) / ASKED * 1000
            p95 = times[int(0.95 * len(times))]
            median = statistics.median(times)
            print(
                f"{path:<30} first {first:5.0f}  cpu {cpu:3.0f}  median {median:4.0f}  "
                f"p95 {verdict(p95, LONGEST_MS)}"
            )
        console.terminate()
        console.communicate(timeout=30)


def test_idle(full: Desk) -> None:
    port = free_port()
    with full.start("web", "--port", str(port)) as console:
        wait_for(port)
        asked(port, "/")
        time.sleep(5)
        before = cpu_of(console.pid)
        time.sleep(IDLE_SECONDS)
        share = (cpu_of(console.pid) - before) / IDLE_SECONDS
        status = Path(f"/proc/{console.pid}/status").read_text(encoding="ascii")
        memory = int(status.partition("VmRSS:")[2].split()[0]) / 1024
        console.terminate()
        console.communicate(timeout=30)
    print(f"\n\nA console that nobody looks at, {IDLE_SECONDS:.0f} s")
    print(f"Percent of a core           {verdict(share * 100, MOST_PERCENT)}")
    print(f"Memory in MB                {verdict(memory, MOST_MEGABYTES)}")


def asked(port: int, path: str) -> float | None:
    """Milliseconds until the first byte of a page; None if there is no such page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "text/html"})
    answer = connection.getresponse()
    answer.read(1)
    passed = (time.perf_counter() - began) * 1000
    connection.close()
    return passed if answer.status == 200 else None


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if asked(port, "/static/icon.svg") is not None:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("the console does not answer")
