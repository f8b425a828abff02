"""`make bench`: what near copies and searches cost, and how right stories are on real texts."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from random import Random
from statistics import median
from typing import Any

import pytest
import rjieba
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database
from rensa import RMinHash

from pipelines.items import Article
from pipelines.storage.documents import Document
from pipelines.storage.news.near import near, shown
from pipelines.storage.queries import Filters
from pipelines.storage.search.blocks import gather
from pipelines.storage.search.search import search_database
from pipelines.text.finding.article_traces import traces
from pipelines.text.finding.similarity import WINDOW, Profile, bands, bare, likeness
from pipelines.text.query.parser import parse_query
from tests.benchmarks import archive
from tests.benchmarks.measure import verdict
from tests.conftest import Server

pytestmark = pytest.mark.bench

ARCHIVE = int(os.environ.get("NEWSDESK_BENCH_ARCHIVE", "20000"))
"""Articles; 1,000,000 take forty minutes and 8 GB."""
SAMPLE = 1000
ROUNDS = 5
ASKED = 60
COMMON = ("发展", "中国", "经济", "工作", "企业", "国家", "今年", "建设")
ABSENT = ("量子鲸鱼", "雪山电报局", "openworm", "第七十三号渡口")


def cpu_ms(work: Callable[[], object], count: int) -> float:
    """The least CPU milliseconds of several rounds, for one of `count`."""
    costs = []
    for _round in range(ROUNDS):
        began = time.process_time_ns()
        work()
        costs.append(time.process_time_ns() - began)
    return min(costs) / count / 1e6


async def test_cost_of_a_fingerprint(
    server: Server, async_database: AsyncDatabase[Document], database: Database[Document]
) -> None:
    archive.fill(server.uri, database.name, 5 * SAMPLE)
    found = list(archive.articles(range(10 * SAMPLE, 11 * SAMPLE), newest=11 * SAMPLE))
    for article in found:
        article.published_at = archive.NEWEST - timedelta(days=3)
        article.traces = traces(article)
    texts = [article.body for article in found]
    plain = [bare(text) for text in texts]

    def minhash() -> None:
        for text in plain:
            digest = RMinHash(num_perm=128, seed=42)
            digest.update([text[start : start + 4] for start in range(len(text) - 3)])
            digest.digest()

    bare_ms = cpu_ms(minhash, SAMPLE)
    bands_ms = cpu_ms(lambda: [bands(text) for text in texts], SAMPLE)
    traces_ms = cpu_ms(lambda: [traces(article) for article in found], SAMPLE)
    costs, walls = [], []
    for _round in range(ROUNDS):
        began = time.process_time_ns()
        for start in range(0, SAMPLE, 100):
            at = time.monotonic()
            await near(async_database, shown(found[start : start + 100]), {})
            walls.append(time.monotonic() - at)
        costs.append(time.process_time_ns() - began)
    decision_ms = min(costs) / SAMPLE / 1e6
    print(f"\n\nCPU ms an article of {sum(map(len, texts)) / SAMPLE:.0f} characters")
    print(f"rensa's MinHash of the same shingles   {bare_ms:.3f}")
    print(f"folding, shingles, MinHash, bands      {bands_ms:.3f}")
    print(f"the same and all grams for search      {traces_ms:.3f}")
    print(f"looking for copies, batches of 100     {decision_ms:.3f}")
    print(f"one round trip for a batch             {median(walls) * 1000:.1f} ms of wall time")
    print(
        f"Fingerprint and decision : rensa       {verdict((bands_ms + decision_ms) / bare_ms, 2)}"
    )


async def test_an_archive(
    server: Server, async_database: AsyncDatabase[Document], database: Database[Document]
) -> None:
    began = time.monotonic()
    archive.fill(server.uri, database.name, ARCHIVE)
    filled = time.monotonic()
    blocks = await gather(async_database)
    print(f"\n\n{ARCHIVE:,} articles: stored in {filled - began:.0f} s, {blocks} blocks gathered")
    print(
        f"in {time.monotonic() - filled:.0f} s; load {os.getloadavg()[0]:.0f} on {os.cpu_count()}"
    )
    sizes(database)
    probes = list(archive.articles(range(2 * ARCHIVE, 2 * ARCHIVE + ASKED), newest=ARCHIVE))
    for article in probes:
        article.published_at = archive.NEWEST - timedelta(days=3)
    times = []
    for article in probes:
        article.traces = traces(article)
        at = time.monotonic()
        await near(async_database, shown([article]), {})
        times.append(time.monotonic() - at)
    report("Story lookup", times, 10)
    for name, queries in (
        ("common terms", COMMON),
        ("rare words", rare_words(probes)),
        ("any five characters", five_characters(probes)),
        ("absent", ABSENT),
    ):
        report(f"Search, {name}", [ask(database, query) for query in queries], 300)


def sizes(database: Database[Document]) -> None:
    """Print what is kept to find articles by."""
    for name in ("articles", "traces", "blocks", "postings"):
        stats: Any = database.command("collStats", name)
        indexes = ", ".join(
            f"{index} {size / 1e6:.1f}" for index, size in sorted(stats["indexSizes"].items())
        )
        print(f"{name:9} {stats['storageSize'] / 1e6:8.1f} MB, indexes in MB: {indexes}")


def rare_words(probes: Sequence[Article]) -> Iterator[str]:
    """Of each text, the word of three characters or more that stands in fewest sentences."""
    known = "\n".join(archive.sentences())
    for article in probes:
        words = {word for word in rjieba.cut(article.body) if len(word) >= 3 and _is_han(word)}
        if words:
            yield min(words, key=lambda word: (known.count(word), word))


def _is_han(word: str) -> bool:
    return all("一" <= character <= "鿿" for character in word)


def five_characters(probes: Sequence[Article]) -> Iterator[str]:
    """Any five in a row, across words and sentences: the hardest, since their pairs are common."""
    dice = Random(5)
    for article in probes:
        text = bare(article.body)
        start = dice.randrange(len(text) - 5)
        yield f'"{text[start : start + 5]}"'


def ask(database: Database[Document], query: str) -> float:
    """Seconds of one search."""
    began = time.monotonic()
    search_database(database, parse_query(query), Filters())
    return time.monotonic() - began


def client_ms(database: Database[Document], queries: Sequence[str]) -> float:
    """CPU milliseconds of this process for a search: what a busy machine does not change much."""
    began = time.process_time_ns()
    for query in queries:
        search_database(database, parse_query(query), Filters())
    return (time.process_time_ns() - began) / len(queries) / 1e6


def report(name: str, times: Sequence[float], target: float) -> None:
    """Print the median and the 95th percentile in milliseconds."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))] * 1000
    print(f"{name:22} p50 {median(ordered) * 1000:7.1f} ms, p95 {verdict(p95, target)}")


def test_stories_on_real_texts() -> None:
    """With NEWSDESK_BENCH_CORPUS: all pairs of its texts that share a band."""
    path = archive.corpus()
    if path is None:
        print(
            "\n\nNEWSDESK_BENCH_CORPUS names no texts: stories are measured on the hard cases alone"
        )
        return
    texts = {each["id"]: each for each in archive.corpus_texts(path)}
    pairs = json.loads((path.parent / "same_news_pairs.json").read_text(encoding="utf-8"))
    profiles = {id_: Profile(each["text"]) for id_, each in texts.items()}
    met: dict[int, list[str]] = {}
    for id_, each in texts.items():
        for band in bands(each["text"]):
            met.setdefault(band, []).append(id_)
    found = {
        tuple(sorted(pair))
        for ids in met.values()
        for pair in combinations(ids, 2)
        if likeness(profiles[pair[0]], profiles[pair[1]]).verdict(
            apart(texts[pair[0]], texts[pair[1]])
        )
        == "same"
    }
    known = {tuple(sorted(pair)) for pair in pairs}
    far = [pair for pair in found if apart(texts[pair[0]], texts[pair[1]]) > WINDOW]
    print(
        f"\n\n{len(texts):,} texts: {len(found & known)} of {len(known)} known pairs are the same"
    )
    print(f"story, {len(found - known)} others are, {len(far)} more than seven days apart")
    assert not far


def apart(one: dict[str, str], other: dict[str, str]) -> timedelta:
    """Between two dates as the corpus writes them; none where one is missing."""
    days = [each["date"].replace("-", "") for each in (one, other)]
    if not all(days):
        return timedelta()
    return abs(date.fromisoformat(days[0]) - date.fromisoformat(days[1]))
