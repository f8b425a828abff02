"""Real crawls under the runner: killed, hung, and run again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

import attrs
import pytest
from attrs import define, field
from pymongo.database import Database

from crawler.downloads.recording import Recording
from pipelines.config import Settings
from pipelines.counting import counters
from pipelines.counting.stats import Counter
from schedules.job import JobResult, JobSpec, Progress
from schedules.jobs.ledger import MongoLedger
from schedules.jobs.process import StopRequest
from schedules.jobs.runner import Runner
from schedules.jobs.starting import Starter
from tests.support.command import RECORDINGS
from tests.support.loopback import CRAWLER
from tests.support.server import SiteServer, running

SPEC = JobSpec(site="guancha", replay=RECORDINGS / "night-1")
Documents = Database[dict[str, Any]]


@define
class Watched(MongoLedger):
    """A ledger that knows the crawl's process."""

    pid: int = field(default=0, init=False)

    async def start(self, job: str, pid: int) -> None:
        self.pid = pid
        await super().start(job, pid)


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    """As in a service: it begins the crawls of this module."""
    starter = Starter()
    yield starter
    assert starter._failed_at is None, "crawls were started anew in its place"
    starter.close()


async def crawl(
    settings: Settings,
    spec: JobSpec = SPEC,
    *,
    number: int = 0,
    counter: Counter = counters.NEW,
    starter: Starter | None = None,
) -> JobResult:
    """Run a job; its process gets the signal `number` once `counter` is above zero."""
    ledger = Watched(settings, print)

    def look(progress: Progress) -> None:
        if ledger.pid and number and counter.of(progress.stats):
            os.kill(ledger.pid, number)
            ledger.pid = 0

    try:
        runner = Runner(
            settings=settings, ledger=ledger, on_progress=look, program=CRAWLER, starter=starter
        )
        return await runner.run(spec)
    finally:
        await ledger.close()


def articles(database: Documents) -> dict[str, int]:
    found = database["articles"].find({}, {"revision": 1})
    return {article["_id"]: article["revision"] for article in found}


@pytest.fixture
async def slow_site() -> AsyncIterator[JobSpec]:
    """A crawl of the recorded night from a server that takes its time."""
    recording = Recording.read(RECORDINGS / "night-1")
    hosts = {urlsplit(page.url).netloc for page in recording.pages}
    site = SiteServer(hold=dict.fromkeys(hosts, 0.4))
    for page in recording.pages:
        url = page.url.partition("://")[2]
        kind = page.headers.get("Content-Type", "text/html")
        site.page(url, page.answer().body, status=page.status, content_type=kind)
    assert recording.recorded_at
    async with running(site):
        environment = {
            "NEWSDESK_TEST_HOSTS": json.dumps({"*": site.address}),
            "NEWSDESK_CLOCK": recording.recorded_at.isoformat(),
            "NEWSDESK_DELAY_SECONDS": "0.1",
        }
        yield JobSpec(site="guancha", environment=environment)


@pytest.mark.parametrize("warm", [False, True], ids=["anew", "by a starter"])
async def test_killed_in_its_midst_and_completed_by_the_next(
    settings: Settings, database: Documents, slow_site: JobSpec, starter: Starter, warm: bool
) -> None:
    by = starter if warm else None
    killed = await crawl(
        settings, slow_site, number=signal.SIGKILL, counter=counters.NEW, starter=by
    )
    assert (killed.state, killed.exit_code) == ("failed", -signal.SIGKILL)
    assert "SIGKILL" in killed.reason
    record = database["jobs"].find_one({"_id": killed.job})
    assert record
    assert (record["state"], record["reason"]) == ("failed", killed.reason)
    before = articles(database)
    assert len(before) >= counters.NEW.of(killed.stats) > 0
    completed = await crawl(settings, starter=by)
    after = articles(database)
    assert completed.state == "ok"
    assert set(after.values()) == {1}
    assert len(after) == len(before) + counters.NEW.of(completed.stats) > len(before)
    again = await crawl(settings, starter=by)
    assert counters.NEW.of(again.stats) == 0
    assert articles(database) == after


async def test_interrupted_and_what_was_under_way_is_kept(
    settings: Settings, database: Documents, slow_site: JobSpec, starter: Starter
) -> None:
    stop = StopRequest()

    def look(progress: Progress) -> None:
        if counters.NEW.of(progress.stats) and not stop.times:
            stop.press()

    ledger = MongoLedger(settings, print)
    runner = Runner(
        settings=settings,
        ledger=ledger,
        on_progress=look,
        stop=stop,
        program=CRAWLER,
        starter=starter,
    )
    result = await runner.run(slow_site)
    await ledger.close()
    assert (result.state, result.exit_code) == ("cancelled", 0)
    assert result.stats["finish_reason"] == "shutdown"
    assert len(articles(database)) == counters.NEW.of(result.stats) > 0


async def test_a_frozen_crawl_counts_as_hung(
    settings: Settings, database: Documents, slow_site: JobSpec, starter: Starter
) -> None:
    spec = attrs.evolve(slow_site, silence_seconds=3.0, grace_seconds=0.2)
    result = await crawl(
        settings, spec, number=signal.SIGSTOP, counter=counters.REQUESTED, starter=starter
    )
    assert (result.state, result.exit_code) == ("failed", -signal.SIGKILL)
    assert "so it hung" in result.reason
    assert database["jobs"].count_documents({"state": "failed"}) == 1


@pytest.fixture
async def silent_site() -> AsyncIterator[str]:
    """Accepts connections and never answers."""
    held = set()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.add(writer)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    yield f"{host}:{port}"
    for writer in held:
        writer.close()
    server.close()


async def test_a_site_that_never_answers_meets_the_deadline(
    settings: Settings, database: Documents, silent_site: str, starter: Starter
) -> None:
    spec = JobSpec(
        site="guancha",
        environment={"NEWSDESK_TEST_HOSTS": json.dumps({"*": silent_site})},
        deadline_seconds=5.0,
        grace_seconds=1.0,
    )
    result = await crawl(settings, spec, starter=starter)
    assert result.state == "failed"
    assert "ran past its deadline" in result.reason
    assert database["articles"].count_documents({}) == 0
