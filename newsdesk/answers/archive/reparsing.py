"""Reads the archive again: deals it out to processes, and goes on where a killed run was."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

from attrs import define, field

from crawler.archive.mending import completed
from crawler.archive_settings import archive_of
from crawler.exceptions import BrokenSite
from crawler.rereading.planning import Chunk, Plan, archived_sites
from crawler.rereading.rules import site_named
from crawler.site_places.places import places
from newsdesk.answers.archive.reparse_record import Question, ReparseRecord
from newsdesk.answers.archive.reparse_worker import Task, begin, reread
from newsdesk.answers.topics.in_force import topics_now
from newsdesk.exceptions import BadReparse, NotArchived
from pipelines.config import Settings
from pipelines.rereading import FIELDS, Outcome
from pipelines.storage.search.blocks import gather
from pipelines.storage.session import StorageSession
from pipelines.topics.digest import topics_digest

EXAMPLES = 5
"""Examples of each field that are kept of a run."""
MOST_NOTES = 200
_ROOMS = ("crawler.pages", "crawler.toml_sites", "crawler.rereading")


@define(frozen=True, kw_only=True)
class Wish:
    """What is to be read again. since, until: when the page was fetched. fields: None for all.
    limit: of articles. dry: nothing is written."""

    site: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    fields: tuple[str, ...] | None = None
    limit: int | None = None
    dry: bool = False
    processes: int = field(factory=lambda: len(os.sched_getaffinity(0)))


@define(kw_only=True)
class Result:
    """What a run has done. resumed: it went on with an interrupted one. left_out: sentences about
    what could not be looked at."""

    job: str
    outcome: Outcome
    dry: bool
    resumed: bool = False
    left_out: list[str] = field(factory=list)


def reparse(settings: Settings, wish: Wish, progress: Callable[[int, int], None]) -> Result:
    """Reads the archive again by today's rules. Blocks.

    progress: told how many records are done, and of how many.

    Raises:
        BadReparse: a field was named that there is not.
        NotArchived: nothing of that site is archived.
        NotNow: a run is under way already.
        StorageError, PyMongoError: call it again: it goes on where it was.
    """
    unknown = sorted({*(wish.fields or ())} - {*FIELDS})
    if unknown:
        raise BadReparse(f"There is no field {unknown[0]!r}: choose from {', '.join(FIELDS)}.")
    archive = archive_of(settings).refreshed()
    list(completed(archive.folder))
    left_out: list[str] = []
    sites = [wish.site] if wish.site else archived_sites(archive)
    if not {*sites} & {*archived_sites(archive)}:
        of = f" of {wish.site}" if wish.site else ""
        raise NotArchived(f"No article{of} is in the archive {archive.folder.root}.")
    topics = topics_now(settings)
    left_out += [f"{problem}." for problem in topics.problems]
    question = Question(
        sites=tuple(sites),
        since=wish.since,
        until=wish.until,
        fields=wish.fields,
        limit=wish.limit,
        rules=f"{rules_digest()} {topics_digest(topics.topics)}",
    )
    with _record(settings, question, dry=wish.dry) as record:
        task = Task(
            settings=settings,
            topics=topics.topics,
            job=record.job,
            fields=wish.fields,
            since=wish.since,
            until=wish.until,
            dry=wish.dry,
        )
        plans = list(_plans(settings, record, question, left_out))
        _work(task, plans, record, wish.processes, progress)
        if not wish.dry and record.outcome.counts["new"] + record.outcome.counts["changed"]:
            _gather(settings)
        return Result(
            job=record.job,
            outcome=record.outcome,
            dry=wish.dry,
            resumed=record.resumed,
            left_out=left_out,
        )


@contextmanager
def _record(settings: Settings, question: Question, *, dry: bool) -> Iterator[ReparseRecord]:
    if dry:
        yield ReparseRecord.new(None, question)
        return
    path = settings.data_dir / "reparse" / f"{settings.database}.json"
    with ReparseRecord.held(path, question) as record:
        yield record


def _plans(
    settings: Settings, record: ReparseRecord, question: Question, left_out: list[str]
) -> Iterator[Plan]:
    left = question.limit
    for key in question.sites:
        try:
            site = site_named(key)
        except BrokenSite as error:
            left_out.append(str(error))
            continue
        if site is None:
            left_out.append(f"{key} is archived, and no site of that name is declared any more.")
            continue
        plan = Plan.of(
            archive_of(settings),
            key,
            site.identify,
            chunks=record.chunks.get(key),
            limit=left,
        )
        left = None if left is None else left - plan.articles
        record.chunks[key] = plan.chunks
        yield plan


def _work(
    task: Task,
    plans: Sequence[Plan],
    record: ReparseRecord,
    processes: int,
    progress: Callable[[int, int], None],
) -> None:
    """Hands chunks to the processes, a few more than there are, and notes each that is done."""
    total = sum(plan.records for plan in plans)
    done = sum(
        plan.records_in(number) for plan in plans for number in record.done.get(plan.site, ())
    )
    progress(done, total)
    waiting = (
        plan.chunk(number)
        for plan in plans
        for number in range(plan.chunks)
        if number not in record.done.get(plan.site, ())
    )
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=begin, initargs=(task,)
    ) as pool:
        running: dict[Future[Outcome], Chunk] = {}
        try:
            while True:
                while len(running) < processes + 2 and (chunk := next(waiting, None)):
                    running[pool.submit(reread, chunk)] = chunk
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    chunk = running.pop(future)
                    record.note(chunk, future.result(), EXAMPLES, MOST_NOTES)
                    done += chunk.records
                    progress(done, total)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _gather(settings: Settings) -> None:
    """Gathers what searches look up, as a crawl does at its end."""
    import asyncio

    async def work() -> None:
        async with StorageSession(settings) as session:
            await session.run(gather)

    asyncio.run(work())


def rules_digest() -> str:
    """Returns a digest of all that decides how a page is read: if that has changed, a run begins
    anew."""
    digest = hashlib.sha256()
    specs = filter(None, map(find_spec, _ROOMS))
    rooms = [Path(room) for spec in specs for room in spec.submodule_search_locations or ()]
    for path in [*rooms, *(place.path for place in places().values())]:
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
