"""`make bench`: what a page costs with bare Scrapy, with parsel, and with all of Newsdesk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from attrs import define, field

from pipelines.storage.server import client as clients
from tests.benchmarks.measure import ROOT, Cost, best, run, served, verdict
from tests.benchmarks.site import SITES
from tests.conftest import Server

pytestmark = pytest.mark.bench

ARTICLES = int(os.environ.get("NEWSDESK_BENCH_ARTICLES", "1000"))
"""Articles of each site; every way also fetches the same lists."""
ROUNDS = int(os.environ.get("NEWSDESK_BENCH_ROUNDS", "3"))
WAYS = ("bare", "parsel", "newsdesk", "without MongoDB")
PACE = {"NEWSDESK_CONCURRENCY": "16", "NEWSDESK_DELAY_SECONDS": "0.0001"}
_NO_STORE = {
    "ITEM_PIPELINES": {
        "pipelines.clean.CleanPipeline": 100,
        "tests.benchmarks.spiders.FileTopics": 200,
        "pipelines.dedup.DedupPipeline": 300,
    },
    "EXTENSIONS": {
        "crawler.extensions.garbage.GarbageExtension": 800,
        "crawler.extensions.jobstats.JobStatsExtension": 900,
    },
}


@define(kw_only=True)
class Bench:
    """Starts crawls against a served site. addresses: what Newsdesk asks for, per site."""

    server: Server
    folder: Path
    addresses: dict[tuple[str, str], Path] = field(factory=dict)
    mongod_cpu: float = 0.0

    def crawl(self, way: str, site: str, target: str) -> Cost:
        log = self.folder / f"{way.replace(' ', '-')}-{site}.log"
        environment = {
            **PACE,
            "NEWSDESK_TEST_HOSTS": json.dumps({"*": target}),
            "NEWSDESK_CLOCK": "2026-03-02T03:00:00+08:00",
            "NEWSDESK_DATA_DIR": str(self.folder),
            "SCRAPY_SETTINGS_MODULE": "tests.support.loopback_settings",
        }
        if way in {"bare", "parsel"}:
            environment["SCRAPY_SETTINGS_MODULE"] = "tests.benchmarks.plain_settings"
            addresses = self.addresses[site, target]
            return run(
                ["-m", "scrapy", "crawl", way, "-a", f"addresses={addresses}"], environment, log
            )
        if way == "newsdesk":
            return self._with_store(["-P", "-m", "crawler", "crawl", site], environment, log)
        settings = [
            part
            for name, value in _NO_STORE.items()
            for part in ("-s", f"{name}={json.dumps(value)}")
        ]
        settings += ["-s", "NEWSDESK_MEMORY=crawler.spiders.memory.NothingKnown"]
        return run(["-P", "-m", "crawler", "crawl", site, *settings], environment, log)

    def _with_store(self, command: list[str], environment: Mapping[str, str], log: Path) -> Cost:
        settings = self.server.settings()
        own = {"MONGODB_URI": self.server.uri, "NEWSDESK_DATABASE": settings.database}
        with clients.connect(settings) as client:
            mongod = psutil.Process(client.admin.command("serverStatus")["pid"])
            before = sum(mongod.cpu_times()[:2])
            cost = run(command, {**environment, **own}, log)
            self.mongod_cpu += sum(mongod.cpu_times()[:2]) - before
            client.drop_database(settings.database)
        return cost

    def text_cost(self) -> dict[str, float]:
        """CPU milliseconds an article of cleaning, keywords and dedup, in a process of its own."""
        command = [sys.executable, "-m", "tests.benchmarks.text_cost", str(ARTICLES)]
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=300)
        found: dict[str, float] = json.loads(answer.stdout)
        return found

    def learn_addresses(self, target: str) -> None:
        """Crawl each site once with Newsdesk and note what it asked for."""
        for site in SITES:
            asked_for(target)
            self.crawl("newsdesk", site, target)
            path = self.folder / f"{site}-{target.rpartition(':')[2]}.txt"
            path.write_text("\n".join(asked_for(target)), encoding="utf-8")
            self.addresses[site, target] = path


def asked_for(target: str) -> list[str]:
    """What the server was asked for since the last look."""
    with urlopen(f"http://{target}/_requests", timeout=10) as answer:
        found: list[str] = json.load(answer)
    return found


@pytest.mark.parametrize("own", [True, False], ids=["sentences of their own", "the same few"])
def test_cost_of_a_page(own: bool, server: Server, tmp_path: Path) -> None:
    bench = Bench(server=server, folder=tmp_path)
    with served(ARTICLES, own=own) as full, served(1, own=own) as tiny:
        bench.learn_addresses(full)
        bench.learn_addresses(tiny)
        started: dict[tuple[str, str], list[Cost]] = {}
        crawled: dict[tuple[str, str], list[Cost]] = {}
        texts = []
        bench.mongod_cpu = 0.0
        for number in range(ROUNDS):
            texts.append(bench.text_cost())
            for way in (*WAYS[number % 4 :], *WAYS[: number % 4]):
                for site in SITES:
                    started.setdefault((way, site), []).append(bench.crawl(way, site, tiny))
                    crawled.setdefault((way, site), []).append(bench.crawl(way, site, full))
    pages: dict[str, int] = {
        site: count_lines(bench.addresses[site, full]) - count_lines(bench.addresses[site, tiny])
        for site in SITES
    }
    rows = {way: row(pages, started, crawled, way) for way in WAYS}
    print(f"\n\nArticles of {'sentences of their own' if own else 'the same few sentences'}")
    report(rows, sum(pages.values()), bench.mongod_cpu / ROUNDS)
    report_text(min(texts, key=lambda text: sum(text.values())), rows["bare"].ms)


Costs = Mapping[tuple[str, str], list[Cost]]
"""Per way and site, the cost of each round."""


def count_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").split())


@define(frozen=True, kw_only=True)
class Row:
    """A line of the table: CPU milliseconds a page over both sites, and for each."""

    ms: float
    each: dict[str, float]
    pages_per_second: float
    start: float
    rss: float


def row(pages: Mapping[str, int], started: Costs, crawled: Costs, way: str) -> Row:
    """The best of the rounds, net of what starting costs."""
    full = {site: best(crawled[way, site]) for site in pages}
    start = {site: best(started[way, site]) for site in pages}
    cpu = {site: full[site].cpu - start[site].cpu for site in pages}
    wall = sum(full[site].wall - start[site].wall for site in pages)
    total = sum(pages.values())
    return Row(
        ms=sum(cpu.values()) / total * 1000,
        each={site: cpu[site] / pages[site] * 1000 for site in pages},
        pages_per_second=total / wall,
        start=max(cost.cpu for cost in start.values()),
        rss=max(cost.rss for cost in full.values()),
    )


def report(rows: Mapping[str, Row], pages: int, mongod_seconds: float) -> None:
    """Print the table and what became of the targets."""
    bare, newsdesk = rows["bare"].ms, rows["newsdesk"]
    print(f"\n\n{pages} pages of two sites; best of {ROUNDS} rounds, CPU net of start-up\n")
    print("                 ms/page  ratio  guancha    sina  pages/s  start s  RSS MB")
    for way, found in rows.items():
        print(
            f"{way:16} {found.ms:7.2f} {found.ms / bare:6.2f} {found.each['guancha']:8.2f} "
            f"{found.each['sina']:7.2f} {found.pages_per_second:8.0f} {found.start:8.2f} "
            f"{found.rss:7.0f}"
        )
    mongo = (newsdesk.ms - rows["without MongoDB"].ms) / rows["parsel"].ms
    print(f"\nNewsdesk : bare Scrapy      {verdict(newsdesk.ms / bare, 1.8)}, stretch 1.50")
    print(f"MongoDB : parse-only crawl  {verdict(mongo, 0.15)}")
    print(f"Peak memory in MB           {verdict(newsdesk.rss, 160)}")
    print(f"mongod itself               {mongod_seconds / pages * 1000:.2f} ms/page")


def report_text(text: Mapping[str, float], bare: float) -> None:
    """Print what the text pipelines cost an article."""
    parts = ", ".join(f"{name} {cost:.2f}" for name, cost in text.items())
    print(f"Text pipelines : bare       {verdict(sum(text.values()) / bare, 0.3)}; ms: {parts}")
