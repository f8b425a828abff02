"""Goes through all checks: in parts, with flat memory, whatever else goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from attrs import define, field
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.queries import opened
from pipelines.storage.retries import retry
from pipelines.storage.server import client as clients
from pipelines.storage.session import StorageSession
from pipelines.storage.soundness.check import Check, Mend
from pipelines.storage.soundness.checks import CHECKS
from pipelines.storage.soundness.notes import Notes, Seen

BATCH: Final = 500
PART: Final = 5_000
"""Documents that are looked through before it is noted how far that is."""
Progress = Callable[[str, int, int], None]


@define(frozen=True, kw_only=True)
class Fault:
    """What a check found. count: that are wrong. mended: of these, what is well now."""

    check: Check
    count: int
    examples: list[str]
    mended: int = 0


@define
class _Part:
    """Some documents in the order of their ids, and which of them look wrong."""

    last: Any
    documents: int = 0
    is_last: bool = False
    wrong: list[Any] = field(factory=list)


def examine(settings: Settings, progress: Progress, notes: Notes, *, mend: bool) -> Iterator[Fault]:
    """Yields what each check found; mends it first if asked to. Goes on where the notes end.

    A crawl writes one collection after the other: what looks wrong is looked at again before it
    counts, and is only a fault if it still is.

    Raises:
        StorageError: MongoDB is away or refuses.
    """
    with opened(settings) as database:
        for check in CHECKS:
            seen = notes.of(check.name)
            while not seen.is_done:
                _look(settings, database, check, seen, mend=mend)
                notes.write()
                total = database[check.collection].estimated_document_count()
                progress(check.says, seen.looked_at, max(total, seen.looked_at))
            if seen.count:
                yield Fault(
                    check=check, count=seen.count, examples=seen.examples, mended=seen.mended
                )


def are_at_work(settings: Settings) -> bool:
    """Returns whether crawls or services use the database now."""
    with opened(settings) as database:
        now = {"$expr": {"$gt": ["$until", "$$NOW"]}}
        return database["leases"].find_one(now) is not None


def _look(
    settings: Settings, database: Database[Document], check: Check, seen: Seen, *, mend: bool
) -> None:
    """Looks through the next part of a collection."""
    revive = clients.reviver(settings)
    part = retry(lambda: _part(database, check, seen.last), revive)
    found = retry(lambda: _still(database, check, part.wrong), revive)
    seen.add([str(each) for each in found])
    if found and mend and check.mend is not None:
        _mend(settings, check.mend, found)
        seen.mended += len(found) - len(retry(lambda: _still(database, check, found), revive))
    seen.last, seen.is_done = part.last, part.is_last
    seen.looked_at += part.documents


def _part(database: Database[Document], check: Check, after: object) -> _Part:
    part = _Part(after, is_last=True)
    for batch in _batches(_documents(database, check, dict(check.wanted), after)):
        part.wrong += check.wrong_among(database, batch)
        part.documents += len(batch)
        part.last = batch[-1]["_id"]
        if part.documents >= PART:
            part.is_last = False
            break
    return part


def _mend(settings: Settings, mend: Mend, ids: Sequence[Any]) -> None:
    async def work() -> None:
        async with StorageSession(settings) as session:
            for start in range(0, len(ids), BATCH):
                part = ids[start : start + BATCH]
                await session.run(lambda database, part=part: mend(database, part))  # type: ignore[misc]

    asyncio.run(work())


def _still(database: Database[Document], check: Check, ids: Sequence[Any]) -> list[Any]:
    """Returns which of these are wrong now."""
    found: list[Any] = []
    for start in range(0, len(ids), BATCH):
        wanted = {"$and": [{"_id": {"$in": ids[start : start + BATCH]}}, dict(check.wanted)]}
        for batch in _batches(_documents(database, check, wanted)):
            found += check.wrong_among(database, batch)
    return found


def _documents(
    database: Database[Document], check: Check, wanted: Document, after: object = None
) -> Iterator[Document]:
    """Yields documents in the order of their ids, behind one of them."""
    shown = {"_id": 1, **dict.fromkeys(check.shown, 1)}
    found: Any = database[check.collection].find(wanted, shown).sort("_id", 1).batch_size(BATCH)
    if after is not None:
        # Bounds of the index, since a comparison would only find ids of the same type.
        found = found.hint("_id_").min([("_id", after)])
    with found:
        for document in found:
            if after is None or document["_id"] != after:
                yield document


def _batches(documents: Iterator[Document]) -> Iterator[list[Document]]:
    while batch := list(islice(documents, BATCH)):
        yield batch
