"""Goes through all checks: in batches, with flat memory, whatever else goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from attrs import define
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.queries import opened
from pipelines.storage.session import StorageSession
from pipelines.storage.soundness.check import Check, Mend
from pipelines.storage.soundness.checks import CHECKS

BATCH: Final = 500
MOST: Final = 10_000
"""Faults of a kind that are kept at once; `--mend` goes on with the others until none is left."""
SHOWN: Final = 5
Progress = Callable[[str, int, int], None]


@define(frozen=True, kw_only=True)
class Fault:
    """What a check found. count: that are wrong. mended: of these, what is well now."""

    check: Check
    count: int
    examples: list[str]
    mended: int = 0

    @property
    def left(self) -> int:
        return self.count - self.mended


def examine(settings: Settings, progress: Progress, *, mend: bool) -> Iterator[Fault]:
    """Yields what each check found; mends it first if asked to.

    A crawl writes one collection after the other: what looks wrong is looked at again before it
    counts, and is only a fault if it still is.

    Raises:
        StorageError: MongoDB is away or refuses.
    """
    with opened(settings) as database:
        for check in CHECKS:
            found = _wrong(database, check, progress)
            if not found:
                continue
            fault = Fault(
                check=check, count=len(found), examples=[str(each) for each in found[:SHOWN]]
            )
            yield _mended(settings, database, fault, found) if mend and check.mend else fault


def are_at_work(settings: Settings) -> bool:
    """Returns whether crawls or services use the database now."""
    with opened(settings) as database:
        now = {"$expr": {"$gt": ["$until", "$$NOW"]}}
        return database["leases"].find_one(now) is not None


def _mended(
    settings: Settings, database: Database[Document], fault: Fault, found: list[Any]
) -> Fault:
    mended = count = 0
    while found and fault.check.mend is not None:
        count += len(found)
        _mend(settings, fault.check.mend, found)
        left = len(_still(database, fault.check, found))
        mended += len(found) - left
        if left or len(found) < MOST:
            break
        found = _wrong(database, fault.check, _quietly)
    return Fault(check=fault.check, count=count, examples=fault.examples, mended=mended)


def _mend(settings: Settings, mend: Mend, ids: Sequence[Any]) -> None:
    async def work() -> None:
        async with StorageSession(settings) as session:
            for start in range(0, len(ids), BATCH):
                part = ids[start : start + BATCH]
                await session.run(lambda database, part=part: mend(database, part))  # type: ignore[misc]

    asyncio.run(work())


def _wrong(database: Database[Document], check: Check, progress: Progress) -> list[Any]:
    """The ids of what is wrong, at most so many, looked at twice."""
    total = database[check.collection].estimated_document_count()
    found: list[Any] = []
    done = 0
    for batch in _batches(database, check, dict(check.wanted)):
        found += check.wrong(database, batch)
        done += len(batch)
        progress(check.says, done, max(total, done))
        if len(found) >= MOST:
            break
    return _still(database, check, found[:MOST])


def _still(database: Database[Document], check: Check, ids: list[Any]) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(ids), BATCH):
        part = {"$and": [{"_id": {"$in": ids[start : start + BATCH]}}, dict(check.wanted)]}
        for batch in _batches(database, check, part):
            found += check.wrong(database, batch)
    return found


def _batches(
    database: Database[Document], check: Check, wanted: Document
) -> Iterator[list[Document]]:
    shown = {"_id": 1, **dict.fromkeys(check.shown, 1)}
    cursor = database[check.collection].find(wanted, shown).sort("_id", 1).batch_size(BATCH)
    with cursor:
        batch: list[Document] = []
        for document in cursor:
            batch.append(document)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def _quietly(_what: str, _done: int, _total: int) -> None:
    """Nobody watches: the bar has shown this check already."""
