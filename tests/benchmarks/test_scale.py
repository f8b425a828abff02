"""`make bench`: what an article, a visit without news and a job take on the disk, for years."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define
from pydantic import SecretStr
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.queries import opened
from pipelines.storage.search.blocks import gather
from pipelines.storage.server import client as clients
from pipelines.timing import clock
from schedules.job import JobSpec
from schedules.jobs.ledger import MongoLedger
from schedules.jobs.runner import Runner
from tests.benchmarks.measure import served
from tests.benchmarks.site import SITES
from tests.conftest import Server
from tests.support.loopback import CRAWLER

pytestmark = pytest.mark.bench

ARTICLES = int(os.environ.get("NEWSDESK_BENCH_ARTICLES", "1000"))
"""Articles of each site."""
VISITS = 48
FIRST = datetime(2026, 3, 12, 3, 0, tzinfo=UTC)
GATHERED = 4096
"""Articles of a block, so that what search needs is all there."""


@define(frozen=True)
class Size:
    """What a collection takes: documents, compressed data and indexes in bytes."""

    documents: int
    data: int
    indexes: int

    def __sub__(self, other: Size) -> Size:
        return Size(
            self.documents - other.documents, self.data - other.data, self.indexes - other.indexes
        )


async def test_sizes(server: Server, tmp_path: Path) -> None:
    own = {"data_dir": tmp_path, "mongodb_uri": SecretStr(server.uri)}
    settings = server.settings().model_copy(update=own)
    with opened(settings) as database:
        with served(ARTICLES, packed=True) as target:
            await visit(settings, target, FIRST)
            await gather_all(settings)
            full = sizes(database, tmp_path)
            for number in range(1, VISITS + 1):
                await visit(settings, target, FIRST + number * timedelta(hours=1))
            later = sizes(database, tmp_path)
        database.client.drop_database(database.name)
    stored = full["articles"].documents
    print_sizes(f"{stored:,} articles, bytes for each", full, stored)
    visits = VISITS * len(SITES)
    grown = {name: later[name] - full.get(name, Size(0, 0, 0)) for name in later}
    print_sizes(f"{visits} visits without news, bytes for each", grown, visits)
    assert stored == ARTICLES * len(SITES)


async def visit(settings: Settings, target: str, moment: datetime) -> None:
    """Crawl all sites at this time, as the service does, with their jobs in MongoDB."""
    ledger = MongoLedger(settings, print)
    environment = {
        "NEWSDESK_TEST_HOSTS": json.dumps({"*": target}),
        "NEWSDESK_CONCURRENCY": "16",
        "NEWSDESK_DELAY_SECONDS": "0.0001",
        "NEWSDESK_KEEP_UNMATCHED": "true",
        clock.ENVIRONMENT_NAME: moment.isoformat(),
    }
    try:
        runner = Runner(settings=settings, ledger=ledger, program=CRAWLER)
        specs = [JobSpec(site=site, environment=environment) for site in SITES]
        for result in await runner.run_all(specs):
            assert result.stats.get("finish_reason") == "finished", result.reason
    finally:
        await ledger.close()


async def gather_all(settings: Settings) -> None:
    """Make what search needs of all articles, however few."""
    client = await clients.connect_async(settings)
    try:
        await gather(clients.database_async(client, settings), size=min(GATHERED, ARTICLES))
    finally:
        await client.close()


def sizes(database: Database[Document], folder: Path) -> Mapping[str, Size]:
    """Size of each collection once all is on the disk, and of the archive's files."""
    database.client.admin.command("fsync")
    found = {}
    for name in sorted(database.list_collection_names()):
        stats: Any = database.command("collStats", name, indexDetails=True)
        free = sum(_free(index) for index in stats["indexDetails"].values())
        data = stats["storageSize"] - _free(stats["wiredTiger"])
        found[name] = Size(stats["count"], data, stats["totalIndexSize"] - free)
    files = [path for path in (folder / "archive").rglob("*") if path.is_file()]
    found["(archive)"] = Size(len(files), sum(path.stat().st_size for path in files), 0)
    return found


def _free(details: Mapping[str, Any]) -> int:
    """Bytes of a WiredTiger file that its next pages will take."""
    return int(details["block-manager"]["file bytes available for reuse"])


def print_sizes(title: str, found: Mapping[str, Size], over: int) -> None:
    print(f"\n\n{title}\n{'collection':14} {'documents':>10} {'data':>10} {'indexes':>10}")
    for name, size in found.items():
        if size.data + size.indexes < over:
            continue  # it did not grow
        print(
            f"{name:14} {size.documents / over:10.2f} {size.data / over:10,.0f} "
            f"{size.indexes / over:10,.0f}"
        )
    print(
        f"{'all':14} {'':10} {sum(each.data for each in found.values()) / over:10,.0f} "
        f"{sum(each.indexes for each in found.values()) / over:10,.0f}"
    )
