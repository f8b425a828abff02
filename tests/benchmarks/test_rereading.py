"""`make bench`: what reading the archive again costs, by stage, and the memory that it takes."""

from __future__ import annotations

import gzip
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from crawler.archive.folder import ArchiveFolder
from crawler.archive.records import Exchange
from crawler.archive.shipped.whole import Archive
from crawler.rereading.planning import Plan
from crawler.rereading.rules import site_named
from newsdesk.answers.archive.reparse_record import Question, ReparseRecord
from newsdesk.answers.archive.reparse_worker import Task, Worker
from newsdesk.answers.archive.reparsing import EXAMPLES, MOST_NOTES
from pipelines.config import Settings
from pipelines.rereading import Outcome, Rereading
from pipelines.storage.session import StorageSession
from pipelines.topics.file import topics_in_force
from pipelines.topics.topics import TopicMatcher
from tests.benchmarks.measure import peak_memory, verdict
from tests.benchmarks.site import SITES, build
from tests.support import command, pages
from tests.support.archives import HTML, NOON, PACKED, exchange, write

pytestmark = pytest.mark.bench
ARTICLES = int(os.environ.get("NEWSDESK_BENCH_ARTICLES", "1000"))
MANY = int(os.environ.get("NEWSDESK_BENCH_ARCHIVED", "100000"))
LEAST_A_SECOND = 300
MOST_MEGABYTES = 300
STAGES = ("index", "archive", "unpack", "page", "pipelines")


def archived(root: Path, articles: int) -> None:
    """Both sites' articles, packed as sites send them."""
    for site in SITES:
        found = [
            exchange(1, url=f"https://{url}", body=gzip.compress(body, 6, mtime=0))
            for url, (kind, body) in build(articles).answers.items()
            if "html" in kind and site in url
        ]
        write(root, found, group=site, most_waiting=1 << 40)


async def read_again(settings: Settings) -> Outcome:
    """All of an archive in this process, compared with an empty database, and not stored."""
    matcher = TopicMatcher(topics_in_force(settings)[0])
    total = ReparseRecord.new(
        None, Question(sites=SITES, since=None, until=None, fields=None, limit=None, rules="")
    )
    task = Task(
        settings=settings,
        topics=topics_in_force(settings)[0],
        job="bench",
        fields=None,
        since=None,
        until=None,
        dry=True,
    )
    async with StorageSession(settings) as session:
        rereading = Rereading(session=session, matcher=matcher, job="bench", dry=True)
        worker = Worker(task=task, rereading=rereading)
        for key in SITES:
            site = site_named(key)
            assert site is not None
            plan = Plan.of(Archive(ArchiveFolder(settings.archive_path)), key, site.identify)
            for number in range(plan.chunks):
                chunk = plan.chunk(number)
                total.note(chunk, await worker.reread(chunk), EXAMPLES, MOST_NOTES)
    return total.outcome


async def test_articles_a_second(settings: Settings, tmp_path: Path) -> None:
    settings = settings.model_copy(update={"archive_dir": tmp_path})
    archived(settings.archive_path, ARTICLES)
    outcome = await read_again(settings)
    number = outcome.counts["looked_at"]
    assert number >= 2 * ARTICLES * 0.9
    used = {stage: outcome.seconds[stage] for stage in STAGES}
    print(f"\n{number:,} articles of {len(SITES)} sites, CPU of one process")
    for stage, seconds in used.items():
        share = seconds / sum(used.values())
        print(f"  {stage:10} {seconds / number * 1000:6.3f} ms {share:6.1%}")
    rate = number / sum(used.values())
    print(f"  {rate:,.0f} articles a second a core (at least {LEAST_A_SECOND})")
    print(f"  MongoDB    {outcome.seconds['database'] / number * 1000:6.3f} ms")
    assert rate >= LEAST_A_SECOND


def many(number: int) -> Iterator[Exchange]:
    for each in range(number):
        body = gzip.compress(pages.article(f"第{each}号泊位通过验收").encode(), 1, mtime=0)
        url = f"https://{pages.article_url(100_000 + each)}"
        yield exchange(1, url=url, body=body, at=NOON, response_headers=(HTML, PACKED))


def test_memory_does_not_grow_with_the_archive(settings: Settings, tmp_path: Path) -> None:
    """The process that deals out, and those that read: the most that one has held."""
    settings = settings.model_copy(update={"archive_dir": tmp_path})
    write(settings.archive_path, many(MANY), group="guancha", most_waiting=1 << 40)
    process = command.Desk(settings).start("reparse", "--dry-run", "--json")
    peaks: dict[int, float] = {}

    def watch() -> None:
        while process.poll() is None:
            for each in (process.pid, *_children(process.pid)):
                peaks[each] = max(peaks.get(each, 0.0), peak_memory(each))
            time.sleep(0.2)

    watching = threading.Thread(target=watch)
    watching.start()
    out, err = process.communicate(timeout=3600)
    watching.join()
    assert process.returncode == 0, err
    assert json.loads(out)["counts"]["looked_at"] == MANY
    most = max(peaks.values())
    print(f"\n{MANY:,} articles: {verdict(most, MOST_MEGABYTES)} MB in the largest process")
    assert most <= MOST_MEGABYTES


def _children(pid: int) -> list[int]:
    try:
        return [child.pid for child in psutil.Process(pid).children()]
    except psutil.NoSuchProcess:
        return []
