"""A simulated month, and the same with crawls killed in every night: the same is left.

One local server publishes, edits, takes down, re-orders, throttles, breaks, goes stale and comes
back; real jobs crawl it, night after night, into a real MongoDB. NEWSDESK_KILL_SEED repeats a run.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from attrs import define, field

from pipelines.config import Settings
from pipelines.storage.queries import drop_database, opened
from pipelines.timing import clock
from schedules.job import JobSpec
from schedules.jobs.ledger import MongoLedger
from schedules.jobs.runner import Runner
from tests.conftest import Server
from tests.support.loopback import CRAWLER
from tests.support.month import LONG, NAMES, SHORT, Fault, Month
from tests.support.ports import free_port
from tests.support.rounds import rounds
from tests.support.server import SiteServer, running
from tests.support.soundness import faults_of
from tests.support.warm import STARTER

SECTIONS = {"guancha": "home,yaowen", "sina": "all,news-page"}
AGAIN = timedelta(seconds=60)
"""The simulated clock of the next run in the same night."""
KILLS = 50

Document = dict[str, Any]


@define
class Watching(MongoLedger):
    """Knows which processes run, so that they can be killed."""

    pids: list[int] = field(factory=list)

    async def start(self, job: str, pid: int) -> None:
        self.pids.append(pid)
        await super().start(job, pid)


@define(kw_only=True)
class Nights:
    """Runs a month. rng: kills crawls at moments that it throws; None: nobody is killed."""

    month: Month
    settings: Settings
    server: SiteServer
    rng: random.Random | None = None
    kills: int = 0
    requests: int = 0
    jobs: dict[str, int] = field(factory=dict)
    """The night of each job."""

    async def run(self) -> None:
        """All nights, in order."""
        for number in range(1, self.month.nights + 1):
            runs = 0
            while self.rng is not None and runs < 1 + number % 2:
                await self._run(number, runs, self.rng.randint(0, 60))
                runs += 1
            await self._run(number, runs)

    async def _run(self, number: int, runs: int, kill_after: int | None = None) -> None:
        self.month.serve(self.server, number)  # anew: what happens but once happens to each run
        ledger = Watching(self.settings, print)
        await ledger.settle()
        moment = self.month.moment(number) + runs * AGAIN
        specs = [
            JobSpec(
                site=site,
                arguments={"sections": SECTIONS[site]},
                environment={
                    "NEWSDESK_TEST_HOSTS": json.dumps({"*": self._address(site, number)}),
                    "NEWSDESK_DELAY_SECONDS": "0.0001",
                    "NEWSDESK_CONCURRENCY": "8",
                    clock.ENVIRONMENT_NAME: moment.isoformat(),
                },
                deadline_seconds=90,
            )
            for site in self.month.sites
        ]
        self.server.hits.clear()
        runner = Runner(settings=self.settings, ledger=ledger, program=CRAWLER, starter=STARTER)
        jobs = asyncio.create_task(runner.run_all(specs))
        if kill_after is not None:
            await self._kill(ledger, jobs, kill_after)
        results = await jobs
        await ledger.close()
        self.requests += len(self.server.hits)
        self.jobs |= {result.job: number for result in results}
        if kill_after is None:
            for result in results:
                assert "Traceback" not in result.log.read_text(encoding="utf-8"), result.log
                assert result.stats.get("finish_reason") is not None, result.reason

    async def _kill(self, ledger: Watching, jobs: asyncio.Task[Any], after: int) -> None:
        assert self.rng is not None
        while len(self.server.hits) < after and not jobs.done():
            await asyncio.wait({jobs}, timeout=0.005)
        await asyncio.wait({jobs}, timeout=self.rng.uniform(0, 0.4))
        for pid in ledger.pids:
            if not jobs.done():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.kills += 1

    def _address(self, site: str, number: int) -> str:
        down = any(
            fault.kind == "down" and (fault.site, fault.night) == (site, number)
            for fault in self.month.faults
        )
        return f"127.0.0.1:{free_port()}" if down else self.server.address


@define(frozen=True)
class Left:
    """What a month has left in MongoDB."""

    articles: dict[str, Document]
    revisions: list[Document]
    jobs: list[Document]
    urls: dict[str, Document]

    @classmethod
    def take(cls, settings: Settings) -> Left:
        with opened(settings) as database:
            return cls(
                {each["_id"]: each for each in database["articles"].find()},
                list(database["revisions"].find()),
                list(database["jobs"].find()),
                {each["_id"]: each for each in database["urls"].find()},
            )

    def row(self, month: Month) -> dict[str, int]:
        """The line of the table."""
        expected = month.expected()
        titles = Counter(each["title"] for each in self.articles.values())
        revised = Counter(each["article"] for each in self.revisions)
        gone = {id_ for id_, each in self.articles.items() if each.get("gone_at")}
        return {
            "published": len(expected.articles),
            "stored": len(self.articles),
            "missed": len(expected.articles - self.articles.keys()),
            "doubled": len(self.articles.keys() - expected.articles)
            + sum(number - 1 for number in titles.values()),
            "revisions expected": sum(expected.revisions.values()),
            "found ": sum(revised.values()),
            "gone expected": len(expected.gone),
            "found": len(gone),
            "wrong": len(_differing(expected.revisions, revised)) + len(expected.gone ^ gone),
        }

    def named(self, nights: Nights, fault: Fault) -> bool:
        """Whether the record of a job of that night names the fault."""
        return any(
            NAMES[fault.kind] in name
            for job in self.jobs
            if (job["site"], nights.jobs[job["_id"]]) == (fault.site, fault.night)
            for name, _value in _flat(job["stats"] or {})
        )


def _flat(stats: Document, prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in stats.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", value


def _differing(one: dict[str, int], other: Counter[str]) -> set[str]:
    return {id_ for id_ in one.keys() | other.keys() if one.get(id_, 0) != other[id_]}


def show(row: dict[str, int], nights: Nights) -> None:
    print(
        f"\n{nights.month.nights} nights, {nights.kills} crawls killed, {nights.requests} requests"
    )
    print(" | ".join(row))
    print(" | ".join(f"{value:>{len(name)}}" for name, value in row.items()))


def check(left: Left, nights: Nights) -> None:
    """Nothing is missed, doubled, or seen otherwise than it was; every fault is on record."""
    month = nights.month
    expected = month.expected()
    revised = Counter(each["article"] for each in left.revisions)
    assert expected.articles - left.articles.keys() == set()
    assert left.articles.keys() - expected.articles == set()
    assert _differing(expected.revisions, revised) == set()
    assert {id_ for id_, each in left.articles.items() if each.get("gone_at")} == expected.gone
    for each in left.revisions:
        assert set(each["changed"]) <= {"title", "body", "updated_at", "times", "summary"}
    unnamed = [fault for fault in month.faults if not (fault.silent or left.named(nights, fault))]
    assert unnamed == []


def told(left: Left, part: str) -> int:
    """The sum of the counters whose names hold `part`, over all jobs."""
    counters = (counter for job in left.jobs for counter in _flat(job["stats"] or {}))
    return sum(value for name, value in counters if part in name and isinstance(value, int))


async def play(month: Month, server: Server, rng: random.Random | None) -> tuple[Left, Nights]:
    settings = server.settings()
    settings = settings.model_copy(update={"keep_unmatched": True})
    async with running(SiteServer()) as served:
        nights = Nights(month=month, settings=settings, server=served, rng=rng)
        await nights.run()
    left = await asyncio.to_thread(Left.take, settings)
    assert await asyncio.to_thread(faults_of, settings) == []
    await asyncio.to_thread(drop_database, settings)
    show(left.row(month), nights)
    return left, nights


async def test_six_nights(server: Server) -> None:
    left, nights = await play(SHORT, server, None)
    check(left, nights)
    assert told(left, "unchanged/not_modified") > 0, "the server knows conditional requests"


@pytest.mark.soak
async def test_a_month(server: Server) -> None:
    check(*await play(LONG, server, None))


@pytest.mark.soak
async def test_a_month_with_kills(server: Server) -> None:
    seed = os.environ.get("NEWSDESK_KILL_SEED") or str(random.randrange(10**9))
    print(f"\nNEWSDESK_KILL_SEED={seed}")
    kills = rounds(KILLS)
    left, nights = await play(LONG if kills == KILLS else SHORT, server, random.Random(seed))
    check(left, nights)
    assert nights.kills >= kills
