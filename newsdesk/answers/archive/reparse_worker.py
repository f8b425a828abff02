"""One process of a reparse: reads a chunk's articles, compares them with what is stored, writes."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Collection
from datetime import datetime
from multiprocessing import parent_process
from multiprocessing.connection import wait

from attrs import define

from crawler.archive_settings import archive_of
from crawler.downloads.answers import ArchivedAnswers
from crawler.rereading.planning import Chunk, entries_of
from crawler.rereading.reading import MOVED, ArchiveReader, NotRead
from crawler.rereading.rules import site_named
from crawler.rereading.visits import StoredState, Visit, Visits, bodies_of, visits_of
from pipelines.config import Settings
from pipelines.exceptions import Unreadable
from pipelines.items import Archived, Article
from pipelines.rereading import Outcome, Rereading
from pipelines.storage.documents import Document
from pipelines.storage.session import StorageSession
from pipelines.storage.writing.rereading import History
from pipelines.topics.topics import TopicMatcher, Topics


@define(frozen=True, kw_only=True)
class Task:
    """What all processes of a run must know."""

    settings: Settings
    topics: Topics
    job: str
    fields: Collection[str] | None
    since: datetime | None
    until: datetime | None
    dry: bool

    def wants(self, moment: datetime) -> bool:
        """Whether a visit of that time is within what was asked for."""
        return (self.since is None or self.since <= moment) and (
            self.until is None or moment < self.until
        )


@define(kw_only=True, eq=False)
class Worker:
    """Rereads chunks, one after the other."""

    task: Task
    rereading: Rereading

    async def reread(self, chunk: Chunk) -> Outcome:
        """Reads all articles of a chunk again, and writes what is to be written."""
        outcome, begun = Outcome(), time.process_time()
        site = site_named(chunk.site)
        if site is None:
            return outcome
        archive = archive_of(self.task.settings)
        entries = list(entries_of(archive, chunk))
        archive.fetch_ahead(entries)
        reader = ArchiveReader(
            site=site,
            answers=ArchivedAnswers(archive, bodies_of(entries)),
            page_seconds=self.task.settings.page_seconds,
            seconds=outcome.seconds,
        )
        articles = [each for each in visits_of(entries, site.identify) if each.first_pages]
        outcome.seconds["index"] += time.process_time() - begun
        begun = time.process_time()
        known = await self.rereading.known([each.id for each in articles])
        outcome.seconds["database"] += time.process_time() - begun
        found: list[tuple[Document, Article]] = []
        histories: list[History] = []
        for visits in articles:
            document = known.stored.get(visits.id)
            if document is not None:
                article = self._stored(reader, visits, document, outcome)
                found += [(document, article)] if article is not None else []
            elif (history := self._history(reader, visits, outcome)) is not None:
                histories.append(history)
        begun = time.process_time()
        await self.rereading.compare(found, outcome)
        await self.rereading.store(histories, known.rejected, outcome)
        outcome.seconds["database"] += time.process_time() - begun
        return outcome

    def _stored(
        self, reader: ArchiveReader, visits: Visits, document: Document, outcome: Outcome
    ) -> Article | None:
        """Returns what a stored article is by its newest visit that can be read."""
        place = document.get("archive")
        wanted = visits.of(
            StoredState(
                url=document["url"],
                archive=Archived(**place) if place else None,
                stored_at=document["stored_at"],
            )
        )
        if not wanted:
            outcome.counts["elsewhere"] += 1
            return None
        if not self.task.wants(wanted[0].at):
            return None
        outcome.counts["looked_at"] += 1
        why: tuple[str, str] | None = None
        for visit in wanted:
            try:
                return self._read(reader, visits, visit, outcome)
            except (NotRead, Unreadable) as error:
                why = why or (error.reason, error.detail)
        if why is not None:
            outcome.refuse(visits.id, *why)
        return None

    def _history(self, reader: ArchiveReader, visits: Visits, outcome: Outcome) -> History | None:
        """Returns what all visits of an article have seen that is not stored."""
        pages = visits.first_pages
        if not self.task.wants(pages[-1].at):
            return None
        outcome.counts["looked_at"] += 1
        read: dict[Archived | None, Article] = {}
        seen: list[tuple[Article, datetime]] = []
        why: tuple[str, str] | None = None
        for visit in pages:
            try:
                article = self._once(reader, visits, visit, read, outcome)
            except (NotRead, Unreadable) as error:
                why = (error.reason, error.detail)
            else:
                seen.append((article, visit.at))
        if seen:
            return History(visits=seen, gone_at=visits.gone_since(seen[-1][1]))
        if why is not None and why[0] == MOVED:
            outcome.counts["sent_on"] += 1
        elif why is not None:
            outcome.refuse(visits.id, *why)
        return None

    def _once(
        self,
        reader: ArchiveReader,
        visits: Visits,
        visit: Visit,
        read: dict[Archived | None, Article],
        outcome: Outcome,
    ) -> Article:
        """Reads a visit; one that was unchanged is what it was before."""
        if visit.entry.status == 304 and read:
            return read[next(reversed(read))]
        article = self._read(reader, visits, visit, outcome)
        read[article.archive] = article
        return article

    def _read(
        self, reader: ArchiveReader, visits: Visits, visit: Visit, outcome: Outcome
    ) -> Article:
        article = reader.read(visits, visit)
        begun = time.process_time()
        try:
            return self.rereading.prepare(article)
        finally:
            outcome.seconds["pipelines"] += time.process_time() - begun


class _Process:
    worker: Worker
    loop: asyncio.Runner


def begin(task: Task) -> None:
    """Prepares a process: what takes long is loaded once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the work in order
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Process.loop = asyncio.Runner()
    rereading = Rereading(
        session=StorageSession(task.settings),
        matcher=TopicMatcher(task.topics),
        job=task.job,
        fields=task.fields,
        dry=task.dry,
    )
    _Process.worker = Worker(task=task, rereading=rereading)


def reread(chunk: Chunk) -> Outcome:
    """Rereads a chunk in a process that was begun."""
    return _Process.loop.run(_Process.worker.reread(chunk))


def _end_with_parent() -> None:
    """Ends this process when its parent is killed: nobody would note what it does."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
