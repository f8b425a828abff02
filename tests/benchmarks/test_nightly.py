"""`make bench`: what a night costs that brings little or nothing, a large site, a long memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean
from urllib.request import urlopen

import pytest
from attrs import define, field

from pipelines.storage.memory.urls import UrlRepository
from pipelines.storage.server import client as clients
from tests.benchmarks.measure import ROOT, Cost, best, run, verdict
from tests.conftest import Server

pytestmark = pytest.mark.bench

ROUNDS = int(os.environ.get("NEWSDESK_BENCH_ROUNDS", "3"))
LARGE = int(os.environ.get("NEWSDESK_BENCH_LARGE", "20000"))
KNOWN = int(os.environ.get("NEWSDESK_BENCH_KNOWN", "1000000"))
ARTICLES, NEW, SOURCES = 1000, 20, ("yaowen", "toutiao")
CLOCK = datetime(2026, 3, 12, 3, 0, tzinfo=UTC)
"""Late enough that no article is due for another look."""
BATCH, ASKED = 50, 5_000


@contextmanager
def served(articles: int, new: int = 0) -> Iterator[str]:
    """The site on loopback, in a process of its own; yields "127.0.0.1:port"."""
    command = [sys.executable, "-m", "tests.benchmarks.serve_nights", str(articles), str(new)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


def ask(target: str, path: str) -> list[str]:
    with urlopen(f"http://{target}{path}", timeout=10) as answer:
        body = answer.read()
    found: list[str] = json.loads(body) if body else []
    return found


@define(kw_only=True)
class Crawls:
    """Crawls of one database."""

    server: Server
    folder: Path
    target: str
    database: str = field(init=False)

    @database.default
    def _fresh(self) -> str:
        return self.server.settings().database

    def environment(self) -> dict[str, str]:
        return {
            "NEWSDESK_TEST_HOSTS": json.dumps({"*": self.target}),
            "NEWSDESK_CONCURRENCY": "16",
            "NEWSDESK_DELAY_SECONDS": "0.0001",
            "NEWSDESK_CLOCK": CLOCK.isoformat(),
            "NEWSDESK_KEEP_UNMATCHED": "true",
            "NEWSDESK_DATA_DIR": str(self.folder),
            "NEWSDESK_DATABASE": self.database,
            "MONGODB_URI": self.server.uri,
            "SCRAPY_SETTINGS_MODULE": "tests.support.loopback_settings",
        }

    def crawl(self, *sources: str, since: str = "") -> Cost:
        command = ["-P", "-m", "crawler", "crawl", "guancha", "-a", f"sections={','.join(sources)}"]
        if since:
            command += ["-a", f"since={since}"]
        return run(command, self.environment(), self.folder / "newsdesk.log")

    def bare(self, addresses: Path) -> Cost:
        environment = {
            **self.environment(),
            "SCRAPY_SETTINGS_MODULE": "tests.benchmarks.plain_settings",
        }
        command = ["-m", "scrapy", "crawl", "bare", "-a", f"addresses={addresses}"]
        return run(command, environment, self.folder / "bare.log")

    def drop(self) -> None:
        with clients.connect(self.server.settings()) as client:
            client.drop_database(self.database)


def test_requests_and_cpu_of_a_quiet_night(server: Server, tmp_path: Path) -> None:
    with served(ARTICLES, NEW) as target:
        crawls = Crawls(server=server, folder=tmp_path, target=target)
        crawls.crawl(*SOURCES, since="2020-01-01")
        ask(target, "/_publish")
        ask(target, "/_requests")
        crawls.crawl(*SOURCES)
        found = ask(target, "/_requests")
        crawls.crawl(*SOURCES)  # what was found last, it sees once more as the top of its lists
        ask(target, "/_requests")
        bare, newsdesk = [], []
        for _round in range(ROUNDS):
            newsdesk.append(crawls.crawl(*SOURCES))
            nothing = ask(target, "/_requests")
            addresses = tmp_path / "addresses.txt"
            addresses.write_text("\n".join(nothing), encoding="utf-8")
            bare.append(crawls.bare(addresses))
            ask(target, "/_requests")
        crawls.drop()
    per_new = len(found) / NEW
    lists = [url for url in nothing if "robots.txt" not in url]
    print(f"\n\n{ARTICLES} articles in {len(SOURCES)} lists, from the server's own log")
    print(f"{NEW} new: {len(found)} requests, for each new article {verdict(per_new, 1.25)}")
    print(f"nothing new: requests for each list {verdict(len(lists) / len(SOURCES), 1.0)}")
    ratio = best(newsdesk).cpu / best(bare).cpu
    print(
        f"nothing new: CPU {best(newsdesk).cpu:.2f} s, bare Scrapy {best(bare).cpu:.2f} s, "
        f"ratio {verdict(ratio, 1.3)}"
    )
    assert per_new <= 1.25
    assert len(lists) <= len(SOURCES)


def test_a_large_site(server: Server, tmp_path: Path) -> None:
    # The small site before and after the large one: a machine's speed drifts within minutes, and
    # the best of several short runs would be faster than any long one can be.
    small = [ARTICLES] * ROUNDS
    costs = []
    for articles in (1, *small, LARGE, *small, 1):
        with served(articles) as target:
            crawls = Crawls(server=server, folder=tmp_path, target=target)
            costs.append((articles, crawls.crawl("yaowen", since="2020-01-01")))
            pages = len(ask(target, "/_requests"))
            assert pages > articles
            crawls.drop()
    start = mean(cost.cpu for articles, cost in costs if articles == 1)
    print(f"\n\n{'articles':>8} {'CPU s':>7} {'peak MB':>8} {'ms/article':>11}")
    for articles, cost in costs:
        net = (cost.cpu - start) / articles * 1000
        print(f"{articles:8} {cost.cpu:7.1f} {cost.rss:8.0f} {net:11.2f}")
    few = [cost for articles, cost in costs if articles == ARTICLES]
    many = next(cost for articles, cost in costs if articles == LARGE)
    growth = (many.rss - mean(cost.rss for cost in few)) * 1024 / (LARGE - ARTICLES)
    cpu = (many.cpu - start) / LARGE / ((mean(cost.cpu for cost in few) - start) / ARTICLES)
    print(f"Peak memory in MB     {verdict(many.rss, 160)}")
    print(f"KB for each URL       {verdict(growth, 1.0)}")
    print(f"CPU an article, large : small  {verdict(cpu, 1.1)}")


async def test_a_million_known_urls(server: Server) -> None:
    settings = server.settings()
    client = await clients.connect_async(settings)
    database = clients.database_async(client, settings)
    urls = database["urls"]
    for first in range(0, KNOWN, 10_000):
        await urls.insert_many(
            [
                {
                    "_id": f"guancha:{number}",
                    "site": "guancha",
                    "url": f"https://www.guancha.cn/politics/2026_03_01_{number}.shtml",
                    "state": "stored",
                    "attempts": 0,
                    "first_seen_at": CLOCK,
                    "last_seen_at": CLOCK,
                    "checked_at": CLOCK,
                    "next_check_at": None,
                }
                for number in range(first, min(first + 10_000, KNOWN))
            ],
            ordered=False,
        )
    repository = UrlRepository(database)
    step = KNOWN // ASKED
    ids = [f"guancha:{number}" for number in range(0, KNOWN, step)][:ASKED]
    batches = [ids[first : first + BATCH] for first in range(0, len(ids), BATCH)]
    single: list[float] = []
    seen: list[float] = []
    again: list[float] = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        for id_ in ids:
            assert await urls.find_one({"_id": id_}) is not None
        single.append((time.perf_counter() - began) / len(ids))
        # First as a run that marks them as seen again does, then as the rest of its lists.
        moment = CLOCK + (number + 1) * timedelta(hours=2)
        for times in (again, seen):
            began = time.perf_counter()
            for batch in batches:
                found = await repository.look_up("guancha", dict.fromkeys(batch, ""), moment)
                assert not found.new
            times.append((time.perf_counter() - began) / len(ids))
    await client.drop_database(settings.database)
    await client.close()
    print(
        f"\n\n{KNOWN:,} known URLs, {len(ids):,} asked for in batches of {BATCH}; best of {ROUNDS}"
    )
    print(f"one find_one each              {min(single) * 1e6:7.0f} µs a URL")
    for name, times in (("seen-check, seen this hour", seen), ("seen-check, seen again", again)):
        ratio = verdict(min(times) / min(single), 0.2)
        print(f"{name:30} {min(times) * 1e6:7.0f} µs a URL, ratio {ratio}")
