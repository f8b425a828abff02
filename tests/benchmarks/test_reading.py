"""`make bench`: what leaving out documents that are not as declared costs, by whom it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import psutil
import pytest
from pymongo.database import Database

from pipelines.storage.documents import Document
from pipelines.storage.schema.reading import declared, sound
from tests.benchmarks import archive
from tests.support.shelf import put

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

ARTICLES = 10_000
AT_ONCE = 1_000
ROUNDS = 5
AIM = 1.0
"""To judge here must not cost more than to have MongoDB judge."""
SHAPES: dict[str, dict[str, Any] | None] = {"whole": None, "titles alone": {"title": 1}}


def test_judging_here_and_there(database: Database[Document]) -> None:
    """Each way reads all articles; the least CPU time of client and mongod counts."""
    for start in range(0, ARTICLES, AT_ONCE):
        put(database, archive.articles(range(start, start + AT_ONCE), newest=ARTICLES))
    mongod = psutil.Process(database.command("serverStatus")["pid"])
    for shape, shown in SHAPES.items():
        ways = _ways(database, shown)
        rounds = [
            {name: _cost(read, mongod) for name, read in ways.items()} for _round in range(ROUNDS)
        ]
        least = {name: min((each[name] for each in rounds), key=sum) for name in ways}
        print(f"\n{ARTICLES:,} articles, {shape}: CPU ms of client + mongod")
        for name, (client, server) in least.items():
            print(f"  {name:<12}{client:7.0f} + {server:6.0f}")
        more = {name: sum(cost) - sum(least["not judged"]) for name, cost in least.items()}
        print(f"  judging, MongoDB : here {more['by MongoDB']:.0f} : {more['here']:.0f} ms")
        assert sum(least["here"]) <= AIM * sum(least["by MongoDB"])


def _ways(
    database: Database[Document], shown: dict[str, Any] | None
) -> dict[str, Callable[[], Sequence[Document]]]:
    found = database["articles"]
    return {
        "not judged": lambda: list(found.find({}, shown)),
        "by MongoDB": lambda: list(found.find(declared("articles", {}), shown)),
        "here": lambda: sound("articles", found.find({}, shown), shown),
    }


def _cost(read: Callable[[], Sequence[Document]], mongod: psutil.Process) -> tuple[float, float]:
    before, began = mongod.cpu_times(), time.process_time()
    assert len(read()) == ARTICLES
    client, after = time.process_time() - began, mongod.cpu_times()
    server = max(0, after.user + after.system - before.user - before.system)
    return client * 1000, server * 1000
