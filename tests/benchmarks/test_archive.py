"""`make bench`: what archiving costs a page, beside other writers, and its share of a crawl."""

from __future__ import annotations

import gzip
import io
import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.records import Exchange
from pipelines.storage.server import client as clients
from tests.benchmarks.measure import Cost, best, run, served, verdict
from tests.benchmarks.site import SITES, build
from tests.conftest import Server
from tests.support.archives import HTML, PACKED, exchange, write

pytestmark = [
    pytest.mark.bench,
    pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile"),
]
ARTICLES = int(os.environ.get("NEWSDESK_BENCH_ARTICLES", "1000"))
ROUNDS = int(os.environ.get("NEWSDESK_BENCH_ROUNDS", "3"))
PAGES = 2_000
WAYS = ("with", "without")


def bodies() -> list[bytes]:
    """Articles' pages of the benchmark's site, about 130 KB each as real portals' are."""
    found = [body for kind, body in build(60).answers.values() if "html" in kind]
    return [(body * (130_000 // len(body) + 1))[:130_000] for body in found]


def by_ourselves(root: Path, exchanges: Sequence[Exchange]) -> None:
    write(root, exchanges, most_waiting=1 << 40)


def by_warcio(root: Path, exchanges: Sequence[Exchange]) -> None:
    with (root / "x.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for each in exchanges:
            named = [(name.decode(), value.decode()) for name, value in each.response_headers]
            asked = [(name.decode(), value.decode()) for name, value in each.request_headers]
            answer = writer.create_warc_record(
                each.url,
                "response",
                io.BytesIO(each.body),
                http_headers=StatusAndHeaders("200 OK", named, protocol="HTTP/1.1"),
            )
            request = writer.create_warc_record(
                each.url,
                "request",
                http_headers=StatusAndHeaders("GET / HTTP/1.1", asked, is_http_request=True),
            )
            writer.write_request_response_pair(request, answer)


def test_cost_of_a_page(tmp_path: Path) -> None:
    pages = bodies()
    packed = [gzip.compress(body, 6) for body in pages]
    print(f"\n\n{PAGES} pages of 130 KB, request and answer; best of {ROUNDS} rounds\n")
    print("                  ms/page  as sent (gzip)   unpacked")
    ours = 0.0
    for name, writer in (("newsdesk", by_ourselves), ("warcio", by_warcio)):
        costs = []
        for number, (kind, headers) in enumerate(((packed, (HTML, PACKED)), (pages, (HTML,)))):
            made = [
                exchange(page, body=kind[page % len(kind)], response_headers=headers)
                for page in range(PAGES)
            ]
            costs.append(cheapest(writer, tmp_path / f"{name}-{number}", made))
        print(f"{name:24} {costs[0]:14.3f} {costs[1]:10.3f}")
        ours = ours or costs[0]
    print(f"\nCPU ms a page as sent  {verdict(ours, 0.2)}")


def cheapest(
    writer: Callable[[Path, Sequence[Exchange]], None], root: Path, exchanges: Sequence[Exchange]
) -> float:
    """CPU milliseconds a page, of all threads."""
    found = []
    for number in range(ROUNDS):
        folder = root / str(number)
        folder.mkdir(parents=True)
        before = time.process_time()
        writer(folder, exchanges)
        found.append((time.process_time() - before) / len(exchanges) * 1000)
    return min(found)


def test_share_of_a_crawl(server: Server, tmp_path: Path) -> None:
    costs: dict[tuple[str, str, bool], list[Cost]] = {}
    with served(ARTICLES, packed=True) as full, served(1, packed=True) as tiny:
        for number in range(ROUNDS):
            for way in WAYS if number % 2 else reversed(WAYS):
                for site in SITES:
                    for target in (full, tiny):
                        cost = crawl(server, way, site, target, tmp_path / f"{number}")
                        costs.setdefault((way, site, target == full), []).append(cost)
    print(f"\n\n{ARTICLES} articles of two sites each, sent packed; best of {ROUNDS} rounds\n")
    print("                  CPU s  net of start   wall s   RSS MB")
    net = {}
    for way in WAYS:
        full_cost = [best(costs[way, site, True]) for site in SITES]
        start = [best(costs[way, site, False]) for site in SITES]
        net[way] = sum(a.cpu - b.cpu for a, b in zip(full_cost, start, strict=True))
        cpu, wall = (sum(getattr(each, what) for each in full_cost) for what in ("cpu", "wall"))
        rss = max(each.rss for each in full_cost)
        print(f"{way:17} {cpu:6.2f} {net[way]:13.2f} {wall:8.1f} {rss:8.0f}")
    print(f"\nWith : without         {verdict(net[WAYS[0]] / net[WAYS[1]], 1.1)}")


def crawl(server: Server, way: str, site: str, target: str, folder: Path) -> Cost:
    """A crawl into a database of its own; each round has an archive of its own."""
    folder.mkdir(exist_ok=True)
    settings = server.settings()
    environment = {
        "NEWSDESK_CONCURRENCY": "16",
        "NEWSDESK_DELAY_SECONDS": "0.0001",
        "NEWSDESK_TEST_HOSTS": json.dumps({"*": target}),
        "NEWSDESK_CLOCK": "2026-03-02T03:00:00+08:00",
        "NEWSDESK_DATA_DIR": str(folder),
        "NEWSDESK_ARCHIVE": str(way == WAYS[0]),
        "MONGODB_URI": server.uri,
        "NEWSDESK_DATABASE": settings.database,
        "SCRAPY_SETTINGS_MODULE": "tests.support.loopback_settings",
    }
    command = ["-P", "-m", "crawler", "crawl", site]
    cost = run(command, environment, folder / f"{way}-{site}.log")
    with clients.connect(settings) as client:
        client.drop_database(settings.database)
    return cost
