"""`make bench`: what the first backup takes, the one after a night, and restoring that."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from newsdesk.answers.upkeep.backups import Backup, take
from pipelines.config import Settings
from pipelines.storage.backup.restoring import restore_backup
from pipelines.storage.queries import drop_database, opened
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.timing import clock
from tests.conftest import Server
from tests.support.kept_changes import quiet
from tests.support.samples import full_sample
from tests.support.shelf import put

pytestmark = pytest.mark.bench

ARTICLES = int(os.environ.get("NEWSDESK_BENCH_STORED", "100000"))
NEW, LOOKED_AT = 1_500, 3_000
"""What a night stores, and which of the newest articles it looks at again."""
AT_ONCE = 1000
COLLECTIONS = ("articles", "traces")
CHARACTERS = [chr(0x4E00 + number) for number in range(2500)]


@pytest.fixture
def full(server: Server) -> Iterator[Settings]:
    settings = server.settings()
    with opened(settings) as database:
        ensure_schema(database)
        put(database, (full_sample(number) for number in range(100)))
        models = {name: [*database[name].find()] for name in COLLECTIONS}
        for name in COLLECTIONS:
            database[name].delete_many({})
        for start in range(0, ARTICLES, AT_ONCE):
            store(database, models, range(start, min(start + AT_ONCE, ARTICLES)))
        yield settings.model_copy(update={"archive": False})
        drop_database(settings)


def store(database: Database[Any], models: dict[str, list[Any]], numbers: range) -> None:
    """Articles as those of real sites, each with a text of its own, and what they are found by."""
    for name in COLLECTIONS:
        documents = []
        for number in numbers:
            document = deepcopy(models[name][number % 100])
            document["_id"] = f"guancha:{number:07}"
            if name == "articles":
                document["key"] = f"{number:07}"
                document["body"] = "".join(random.Random(number).choices(CHARACTERS, k=900))
            else:
                document["bands"] = random.Random(number).sample(
                    range(2**40), len(document["bands"])
                )
            documents.append(document)
        database[name].insert_many(documents, ordered=False, bypass_document_validation=True)


def measured(what: str, work: Callable[[], Any]) -> Any:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    line = f"{what:<24} {wall:6.1f} s, {cpu:5.1f} s of CPU"
    if isinstance(found, Backup):
        line += f", {found.own / 1024**2:7.1f} MB of {found.size / 1024**2:.1f} its own"
    print(line)
    return found


def test_backups(full: Settings, tmp_path: Path) -> None:
    print(f"\n\nBackups of {ARTICLES:,} articles; {NEW:,} new, {LOOKED_AT:,} looked at between")

    def taken() -> Backup:
        return take(full, tmp_path, quiet, with_files=False).backup

    first = measured("the first", taken)
    size = first.own
    with opened(full) as database:
        models = {name: [*database[name].find().limit(100)] for name in COLLECTIONS}
        store(database, models, range(ARTICLES, ARTICLES + NEW))
        newest = {"_id": {"$gt": f"guancha:{ARTICLES - LOOKED_AT:07}"}}
        database["articles"].update_many(newest, {"$set": {"checked_at": clock.now()}})
    second = measured("the one after a night", taken)
    elsewhere = full.model_copy(update={"database": f"{full.database}_copy"})
    measured("restoring that", lambda: restore_backup(elsewhere, second.folder, quiet))
    drop_database(elsewhere)
    assert second.own < size / 5
