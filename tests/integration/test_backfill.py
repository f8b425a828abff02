"""Days of the past are filled, a killed backfill goes on, and nothing stored is fetched twice."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from attrs import define, field

from pipelines.config import Settings
from pipelines.counting import counters
from pipelines.storage.queries import drop_database, opened
from schedules.job import JobResult, JobSpec
from schedules.jobs.runner import Runner
from tests.conftest import Server
from tests.support import pages
from tests.support.loopback import CRAWLER
from tests.support.no_ledger import NoLedger
from tests.support.server import SiteServer, running

LIST = "www.guancha.cn/mainnews-yw/list_{}.shtml"
PAGE, PAGES = 5, 26
"""More pages than a walk goes back in one ordinary run."""
NEWEST = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
ANSWERED, STORED = 20, 5
"""The first crawl is killed once so many articles are stored, of so many that it can have had."""


@define
class Watching(NoLedger):
    """Knows the process."""

    pids: list[int] = field(factory=list)

    async def start(self, job: str, pid: int) -> None:
        self.pids.append(pid)


@define
class Halting(SiteServer):
    """Keeps back what it answers once it was asked for ANSWERED articles, until `go_on` is set."""

    go_on: asyncio.Event = field(factory=asyncio.Event)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        response = await super().answer(request)
        if len(self.asked("/politics/")) > ANSWERED:
            await self.go_on.wait()
        return response


def address(number: int) -> str:
    """Article `number`; six hours lie between two of them. The day is Beijing's."""
    day = NEWEST - number * timedelta(hours=6) + timedelta(hours=8)
    return f"www.guancha.cn/politics/{day:%Y_%m_%d}_{900_000 - number}.shtml"


def site() -> Halting:
    server = Halting(hold={"www.guancha.cn": 0.01})
    for page in range(PAGES):
        numbers = range(page * PAGE, (page + 1) * PAGE)
        links = "".join(
            f'<li><h4><a href="https://{address(n)}">{n}</a></h4></li>' for n in numbers
        )
        body = f'<html><body><ul class="new-left-list">{links}</ul></body></html>'
        server.page(LIST.format(page + 1), body)
    for number in range(PAGE * PAGES):
        moment = NEWEST - number * timedelta(hours=6) + timedelta(hours=8)
        body = pages.article(title=f"第{number}号消息", time=f"{moment:%Y-%m-%d %H:%M:%S}")
        server.page(address(number), body)
    return server


def stored_in(settings: Settings) -> set[str]:
    """Addresses of the articles that are in MongoDB, with all that belongs to them."""
    with opened(settings) as database:
        found = database["urls"].find({"state": "stored"})
        return {each["url"].partition("://")[2] for each in found}


async def backfill(settings: Settings, server: SiteServer, kill_after: int = 0) -> JobResult:
    """From 3 to 20 March; killed once so many articles are stored."""
    ledger = Watching()
    spec = JobSpec(
        site="guancha",
        arguments={"since": "2026-03-03", "until": "2026-03-20", "sections": "yaowen"},
        environment={
            "NEWSDESK_TEST_HOSTS": json.dumps({"*": server.address}),
            "NEWSDESK_DELAY_SECONDS": "0.01",
            "NEWSDESK_CLOCK": "2026-04-01T03:00:00+08:00",
        },
        deadline_seconds=90,
    )
    job = asyncio.create_task(Runner(settings=settings, ledger=ledger, program=CRAWLER).run(spec))
    while kill_after and not job.done():
        if len(await asyncio.to_thread(stored_in, settings)) >= kill_after:
            os.kill(ledger.pids[0], signal.SIGKILL)
            break
    return await job


@pytest.mark.soak
async def test_a_killed_backfill_goes_on(server: Server) -> None:
    settings = server.settings().model_copy(update={"keep_unmatched": True})
    served = site()
    async with running(served):
        killed = await backfill(settings, served, kill_after=STORED)
        served.go_on.set()
        assert (killed.state, killed.exit_code) == ("failed", -signal.SIGKILL), killed.reason
        stored = stored_in(settings)
        assert len(stored) >= STORED
        served.hits.clear()
        done = await backfill(settings, served)
        asked = served.asked("/politics/")
        again = await backfill(settings, served)
    assert done.state == "ok", done.reason
    assert stored.isdisjoint(asked)
    assert len(asked) == len(set(asked))
    found = stored_in(settings)
    drop_database(settings)
    begin = datetime(2026, 3, 2, 16, tzinfo=UTC)  # midnight in Beijing
    moments = {address(n): NEWEST - n * timedelta(hours=6) for n in range(PAGE * PAGES)}
    wanted = {url for url, at in moments.items() if begin <= at < begin + timedelta(days=18)}
    assert found == wanted
    assert (again.stats.get("newsdesk/new", 0), again.state) == (0, "ok")
    assert "newsdesk/list_cut/yaowen" not in done.stats
    left_out = counters.EXCLUDED.of(done.stats)
    known, requested = counters.KNOWN.of(done.stats), counters.REQUESTED.of(done.stats)
    assert counters.FOUND.of(done.stats) == known + requested + left_out
