"""`make bench`: what a rendered page costs, what a browser holds, and what an API saves."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest
from attrs import define

from tests.benchmarks.browser_settings import READY
from tests.benchmarks.family import FamilyCost, run_family
from tests.benchmarks.measure import served, verdict
from tests.benchmarks.site import build
from tests.support.script_site import ScriptSite
from tests.support.server import running

pytestmark = [pytest.mark.bench, pytest.mark.usefixtures("browser")]

PAGES = int(os.environ.get("NEWSDESK_BENCH_RENDERED", "60"))
FEW = 6
LONG = int(os.environ.get("NEWSDESK_BENCH_RENDERED_LONG", "500"))
ROUNDS = int(os.environ.get("NEWSDESK_BENCH_ROUNDS", "3"))
SECONDS = 1800.0
LIST = 200
"""Articles of the list that is walked in three ways: twenty pages."""
SETTINGS = "tests.benchmarks.browser_settings"


@define(kw_only=True)
class Bench:
    """Renders pages of the benchmark's site, by Newsdesk and by Playwright alone."""

    browser: str
    folder: Path
    target: str
    addresses: list[str]

    def render(self, way: str, pages: int) -> FamilyCost:
        path = self.folder / f"{pages}.txt"
        urls = [self.addresses[n % len(self.addresses)] for n in range(pages)]
        path.write_text("\n".join(urls), encoding="utf-8")
        log = self.folder / f"{way}-{pages}.log"
        if way == "playwright":
            module = ["-m", "tests.benchmarks.bare_browser"]
            return run_family([*module, self.browser, self.target, READY, str(path)], {}, log)
        stats = self.folder / "stats.json"
        environment = {
            "NEWSDESK_CONCURRENCY": "2",
            "NEWSDESK_DELAY_SECONDS": "0.0001",
            "NEWSDESK_TEST_HOSTS": json.dumps({"*": self.target}),
            "NEWSDESK_DATA_DIR": str(self.folder),
            "NEWSDESK_STATS_FILE": str(stats),
            "NEWSDESK_TEST_ADDRESSES": str(path),
            "SCRAPY_SETTINGS_MODULE": SETTINGS,
        }
        cost = run_family(["-m", "scrapy", "crawl", "rendered"], environment, log, SECONDS)
        counted = json.loads(stats.read_text(encoding="utf-8"))["stats"]
        assert counted["newsdesk/looked_at"] == pages, log.read_text(encoding="utf-8")
        return cost


@pytest.fixture
def bench(browser: str, tmp_path: Path) -> Bench:
    answers = build(FEW * 4).answers
    addresses = [
        f"http://{address}"
        for address, (_kind, body) in sorted(answers.items())
        if address.startswith("www.guancha.cn/") and b'all-txt"' in body and b"<script" in body
    ]
    return Bench(browser=browser, folder=tmp_path, target="", addresses=addresses)


def test_cost_of_a_rendered_page(bench: Bench) -> None:
    per_page: dict[str, list[float]] = {"playwright": [], "newsdesk": []}
    with served(FEW * 4) as target:
        bench.target = target
        for _ in range(ROUNDS):
            for way, costs in per_page.items():
                few, many = bench.render(way, FEW), bench.render(way, PAGES)
                costs.append((many.cpu - few.cpu) / (PAGES - FEW))
    print(f"\nCPU ms per rendered page, {PAGES} pages, best of {ROUNDS}:")
    for way, costs in per_page.items():
        print(f"  {way:12} {min(costs) * 1000:7.1f}   {[round(c * 1000, 1) for c in costs]}")
    ratio = min(per_page["newsdesk"]) / min(per_page["playwright"])
    print(f"  newsdesk : playwright {verdict(ratio, 1.3)}")
    assert ratio > 0


def test_memory_over_many_pages(bench: Bench) -> None:
    with served(FEW * 4) as target:
        bench.target = target
        cost = bench.render("newsdesk", LONG)
    early, late = cost.peak(0.0, 0.3), cost.peak(0.7, 1.0)
    print(f"\nMB of crawl, driver and browser together, two pages at once, {LONG} pages:")
    print(f"  peak {cost.peak():.0f} (target 1300)")
    print(f"  first third {early:.0f}, last third {late:.0f}, growth {verdict(late / early, 1.1)}")
    assert cost.rss


async def test_rendered_against_direct(browser: str, tmp_path: Path) -> None:
    print(f"\nOne list of {LIST} articles on {LIST // 10} pages:")
    print(f"  {'way':28} {'CPU s':>6} {'requests':>8} {'seconds':>8} {'loads':>5}")
    for way, section, direct in (
        ("nothing (start alone)", "none", "0"),
        ("rendered, click by click", "clicks", "0"),
        ("rendered, then directly", "clicks", "1"),
        ("API alone", "direct", "0"),
    ):
        site, stats = ScriptSite(articles=LIST), tmp_path / "stats.json"
        async with running(site.server):
            environment = {
                "NEWSDESK_DELAY_SECONDS": "0.01",
                "NEWSDESK_TEST_HOSTS": json.dumps({"*": site.server.address}),
                "NEWSDESK_DATA_DIR": str(tmp_path),
                "NEWSDESK_STATS_FILE": str(stats),
                "NEWSDESK_TEST_DIRECT": direct,
                "SCRAPY_SETTINGS_MODULE": SETTINGS,
            }
            command = ["-m", "scrapy", "crawl", "listed", "-a", "sections=" + section]
            if section == "none":
                command = ["-m", "scrapy", "list"]
            cost = await asyncio.to_thread(run_family, command, environment, tmp_path / "log")
        counted = {}
        if section != "none":
            counted = json.loads(stats.read_text(encoding="utf-8"))["stats"]
            assert counted["newsdesk/found"] == LIST, (tmp_path / "log").read_text()
        loads = counted.get(f"newsdesk/rendered/{section}", 0)
        asked = len(site.server.hits)
        print(f"  {way:28} {cost.cpu:6.2f} {asked:8} {cost.wall:8.1f} {loads:5}", flush=True)
