"""Brings batches into MongoDB, directly or by way of the spool."""

from __future__ import annotations

import asyncio
import collections
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

from attrs import define
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from pipelines.config import Settings
from pipelines.counting import counters
from pipelines.counting.stats import Counter
from pipelines.storage.documents import Document
from pipelines.storage.entries import Entry, entry_id
from pipelines.storage.exceptions import (
    DatabaseUnavailable,
    DiskFull,
    DocumentRefused,
    SchemaBusy,
    ServerDidNotStart,
    StorageError,
)
from pipelines.storage.news.articles import ArticleOutcome, WriteOutcome
from pipelines.storage.news.stories import settle_furniture
from pipelines.storage.search.blocks import gather
from pipelines.storage.session import StorageSession
from pipelines.storage.writing.spool import Segment, Spool, waiting
from pipelines.storage.writing.writer import BatchWriter
from pipelines.text.finding.postings import BLOCK
from pipelines.timing.clock import now

HEAL_SECONDS = 5.0
LOOSE = 20 * BLOCK
"""A long run gathers postings after so many articles. Other runs gather at their end, when no pages
are in memory."""
_PASSING = (DatabaseUnavailable, DiskFull, SchemaBusy, ServerDidNotStart)
_COUNTERS: Mapping[ArticleOutcome, Counter] = {
    "new": counters.NEW,
    "revised": counters.REVISED,
    "unchanged": counters.UNCHANGED,
    "late": counters.LATE,
}
_log = logging.getLogger(__name__)


Counts = collections.Counter[Counter]


@define(kw_only=True)
class Replayed:
    """What a replay has brought into MongoDB. damaged: bytes of records that could not be read."""

    segments: int = 0
    entries: int = 0
    damaged: int = 0


class Sink:
    """Writes to MongoDB; while that is away, to the spool, which it replays as soon as MongoDB is
    back.

    count: told what became of entries once that is certain: when MongoDB has acknowledged them,
    or when they wait in the spool (taken back when they are replayed).
    """

    def __init__(
        self,
        session: StorageSession,
        settings: Settings,
        count: Callable[[Counter, int], None],
        *,
        spool: Spool | None = None,
        heal_seconds: float = HEAL_SECONDS,
    ) -> None:
        self._session = session
        self._settings = settings
        self._count = count
        self._spool = spool or Spool(settings.spool_dir)
        self._heal_seconds = heal_seconds
        self._writer: BatchWriter | None = None
        self._writing = asyncio.Lock()
        self._away = False
        self._stored = 0
        self._healer: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Stores what waits in the spool. Without MongoDB the run starts with the spool.

        Raises:
            StorageError: MongoDB cannot be used until somebody sets it right.
        """
        try:
            await self._session.run(_ping)
            async with self._writing:
                await self._replay()
        except (StorageError, PyMongoError) as error:
            if isinstance(error, StorageError) and not isinstance(error, _PASSING):
                raise
            self._go_away(error)

    async def write(self, entries: Sequence[Entry]) -> None:
        """Stores a batch; when this returns it is in MongoDB or on the disk.

        Raises:
            SpoolError: it is in neither; the message says what to do.
        """
        async with self._writing:
            at = now()
            if not self._away:
                try:
                    self._tell(_counts(await self._store(entries, at)))
                    await self._gather_now_and_then(len(entries))
                except (StorageError, PyMongoError) as error:
                    self._go_away(error)
                else:
                    return
            refused = await asyncio.to_thread(self._spool.append, entries, at)
            self._count(counters.SPOOLED, len(entries) - len(refused))
            for entry, refusal in refused:
                _log.error("%s can be stored nowhere: %s", entry_id(entry), refusal)
                self._tell(_refusal_counts(refusal))

    async def close(self) -> None:
        """Tries to store what waits; the next run stores the rest."""
        if self._healer is not None:
            self._healer.cancel()
            with suppress(asyncio.CancelledError):
                await self._healer
        if self._away and not await self._come_back():
            number = await asyncio.to_thread(waiting, self._spool.folder)
            _log.error(
                "%d articles and reports wait in %s for MongoDB: nothing is lost, the next crawl "
                "stores them first.",
                number,
                self._spool.folder,
            )
        if not self._away:
            await self._gather()
        await asyncio.to_thread(self._spool.close)

    async def replay(self) -> Replayed:
        """Stores what waits in the spool, except for what belongs to another living process.

        Raises:
            StorageError, PyMongoError: the rest keeps waiting.
        """
        async with self._writing:
            return await self._replay()

    async def _gather_now_and_then(self, stored: int) -> None:
        self._stored += stored
        if self._stored >= LOOSE:
            self._stored = 0
            await self._gather()

    async def _gather(self) -> None:
        """Gathers postings for searches, and decides copies anew; the next run does what this one
        misses."""
        try:
            await self._session.run(gather)
            await self._session.run(partial(settle_furniture, now=now()))
        except (StorageError, PyMongoError) as error:
            _log.warning(
                "Searches stay slower, and some copies undecided, until the next run: %s", error
            )

    def _go_away(self, error: StorageError | PyMongoError) -> None:
        _log.error("MongoDB is away, articles wait in %s: %s", self._spool.folder, error)
        self._away = True
        if self._healer is None or self._healer.done():
            self._healer = asyncio.create_task(self._heal())

    async def _heal(self) -> None:
        while self._away:
            await asyncio.sleep(self._heal_seconds)
            await self._come_back()

    async def _come_back(self) -> bool:
        """Replays the spool if MongoDB answers. The question to MongoDB does not hold
        up writers."""
        try:
            await self._session.run(_ping, ask_again=True)
            async with self._writing:
                await self._replay()
                self._away = False
        except (StorageError, PyMongoError) as error:
            _log.warning("MongoDB is still away: %s", error)
            return False
        _log.warning("MongoDB is back, nothing waits in the spool any more.")
        return True

    async def _replay(self) -> Replayed:
        total = Replayed()
        segments = self._spool.segments()
        while (segment := await asyncio.to_thread(next, segments, None)) is not None:
            try:
                entries, counts = await self._replay_segment(segment)
            except BaseException:
                segment.release()
                raise
            await asyncio.to_thread(segment.done)
            _say(segment, entries)
            total.segments += 1
            total.entries += entries
            total.damaged += segment.damaged
            if segment.own:
                self._tell(counts)
                self._count(counters.SPOOLED, -entries)
            else:
                self._count(counters.REPLAYED, entries)
        return total

    async def _replay_segment(self, segment: Segment) -> tuple[int, Counts]:
        entries = 0
        counts = Counts()
        batches = segment.batches()
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            at, waited = batch
            counts += _counts(await self._store(waited, at))
            entries += len(waited)
        return entries, counts

    async def _store(self, entries: Sequence[Entry], at: datetime) -> WriteOutcome:
        """Writes a batch; if MongoDB refuses it as a whole, finds the entry that is to blame."""
        try:
            return await self._session.run(
                lambda database: self._writer_for(database).write(entries, at)
            )
        except PyMongoError as error:
            if len(entries) == 1:
                return await self._refuse(entries[0], error, at)
            _log.warning("A batch was refused, its entries are tried one by one: %s", error)
        outcome = WriteOutcome()
        for entry in entries:
            outcome.add(await self._store([entry], at))
        return outcome

    async def _refuse(self, entry: Entry, error: PyMongoError, at: datetime) -> WriteOutcome:
        """Sets an entry aside that would keep all others from being stored."""
        refusal = DocumentRefused("not_storable", f"{type(error).__name__}: {error}"[:500])
        _log.error("%s cannot be stored: %s", entry_id(entry), refusal)
        return await self._session.run(
            lambda database: self._writer_for(database).refuse(entry, refusal, at)
        )

    def _writer_for(self, database: AsyncDatabase[Document]) -> BatchWriter:
        if self._writer is None:
            self._writer = BatchWriter(database, self._settings)
        return self._writer

    def _tell(self, counts: Counts) -> None:
        for counter, number in counts.items():
            if number:
                self._count(counter, number)


async def _ping(database: AsyncDatabase[Document]) -> None:
    await database.command("ping")


def replay_spool(settings: Settings) -> Replayed:
    """Stores what waits in the spool of these settings. Blocks.

    Raises:
        StorageError, PyMongoError: MongoDB is away or refuses; the rest keeps waiting.
    """

    async def replay() -> Replayed:
        async with StorageSession(settings) as session:
            return await Sink(session, settings, lambda _counter, _number: None).replay()

    return asyncio.run(replay())


def _counts(outcome: WriteOutcome) -> Counts:
    counts = Counts(_COUNTERS[each] for each in outcome.items.values() if each != "refused")
    counts[counters.SAME_STORY] = len(outcome.same_story)
    counts[counters.GIVEN_UP] = len(outcome.given_up)
    for refusal in outcome.refused.values():
        counts += _refusal_counts(refusal)
    return counts


def _refusal_counts(refusal: DocumentRefused) -> Counts:
    return Counts([counters.UNREADABLE, counters.UNREADABLE.by(refusal.reason)])


def _say(segment: Segment, entries: int) -> None:
    if segment.torn:
        _log.warning(
            "%s ends in an unfinished record (%d bytes): its process was killed. Those pages do "
            "not count as seen and are fetched again.",
            segment.path,
            segment.torn,
        )
    if segment.damaged:
        _log.error(
            "%d bytes of %s cannot be read: the file is kept as *.damaged. Check the disk.",
            segment.damaged,
            segment.path,
        )
    _log.info("%d entries of %s are in MongoDB now.", entries, segment.path)
