"""`make bench`: how many articles a second an export writes, and that its memory stays flat."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.storage.queries import drop_database, opened
from pipelines.storage.schema.ensure import ensure_schema
from schedules.jobs.runner import settings_environment
from tests.benchmarks import archive
from tests.benchmarks.measure import Cost, best, run, verdict
from tests.conftest import Server
from tests.support.command import Desk
from tests.support.shelf import put

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

ARTICLES = int(os.environ.get("NEWSDESK_BENCH_EXPORTED", "40000"))
FEW = 4_000
ROUNDS = int(os.environ.get("NEWSDESK_BENCH_ROUNDS", "3"))
AT_ONCE = 2_000
FLAT = 1.1
AIMS = {"jsonl": 12_000, "parquet": 8_000, "csv": None, "xlsx": None}
"""Articles a second."""


@pytest.fixture(scope="module")
def filled(server: Server) -> Iterator[Desk]:
    """An archive of articles as large as real ones."""
    desk = Desk(server.settings())
    with opened(desk.settings) as database:
        ensure_schema(database)
        for start in range(0, ARTICLES, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, ARTICLES))
            put(database, archive.articles(numbers, newest=ARTICLES))
    yield desk
    drop_database(desk.settings)


@pytest.mark.parametrize("form", AIMS)
def test_articles_a_second(filled: Desk, tmp_path: Path, form: str) -> None:
    """What starting costs is measured on one article and taken off."""

    def cost(articles: int) -> Cost:
        path = tmp_path / f"a.{form}"
        limit = ["--limit", str(articles), "--overwrite"]
        command = ["-m", "newsdesk", "export", str(path), *limit]
        return run(command, settings_environment(filled.settings), tmp_path / "log")

    start, few, all_ = (
        best([cost(number) for _round in range(ROUNDS)]) for number in (1, FEW, ARTICLES)
    )
    more = ARTICLES - 1
    cpu, wall = more / (all_.cpu - start.cpu), more / (all_.wall - start.wall)
    print(f"\n{form}: {cpu:,.0f} articles per CPU second, {wall:,.0f} by the clock")
    print(f"memory: {all_.rss:.0f} MB; of {FEW:,}: {verdict(all_.rss / few.rss, FLAT)}")
    aim = AIMS[form]
    if aim is not None:
        assert cpu >= aim
    assert all_.rss <= FLAT * few.rss
