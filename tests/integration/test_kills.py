"""kill -9 of crawls and of mongod at random moments: nothing is lost, nothing stands there twice.

Real spiders crawl a real site over loopback into a mongod of the test's own. After each kill,
whatever counts as seen is there, whole and once; the next run completes the rest, and then the
database is what an undisturbed night leaves. NEWSDESK_KILL_SEED repeats a run.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Literal

import pytest
from attrs import define, evolve, field

from pipelines.config import Settings
from pipelines.storage.queries import drop_database
from pipelines.storage.schema.story_documents import TOLD
from pipelines.storage.server import embedded
from pipelines.storage.writing.spool import waiting
from tests.conftest import Server
from tests.pipelines.storage.support import kill_server
from tests.support.kills import LATER, Blow, Crawl, Desk, Victim, WriteCounter
from tests.support.ports import free_port
from tests.support.restless_site import MOMENTS, server_of
from tests.support.rounds import rounds
from tests.support.server import SiteServer, running
from tests.support.snapshot import Snapshot, settled
from tests.support.soundness import faults_of

ARTICLES = 62
ROUNDS = 20


@define(kw_only=True)
class Stage:
    """What all tests share. nights: what undisturbed nights leave; requests, writes: how many of
    them each night takes."""

    sites: dict[int, SiteServer]
    nights: dict[int, Snapshot] = field(factory=dict)
    requests: dict[int, int] = field(factory=dict)
    writes: dict[int, int] = field(factory=dict)


@define(kw_only=True)
class Round:
    """One disturbed night and the next run: a line of the table."""

    number: int
    night: int
    own_server: bool
    blow: Blow
    seen: int = 0
    kept: int = 0
    spooled: int = 0
    final: int = 0
    lost: list[str] = field(factory=list)
    doubled: list[str] = field(factory=list)
    other: list[str] = field(factory=list)

    @property
    def wrong(self) -> list[str]:
        return [
            f"{what} {which}"
            for what in ("lost", "doubled", "other")
            for which in getattr(self, what)
        ]

    def __str__(self) -> str:
        server = "own" if self.own_server else "embedded"
        return (
            f"{self.number:5} {self.night:5} {server:8} {self.blow.victim:6} {self.blow!s:>26} "
            f"{self.seen:5} {self.kept:5} {self.spooled:7} {self.final:6} "
            f"{len(self.lost):5} {len(self.doubled):7} {len(self.other):6}"
        )


HEADER = (
    "round night server   killed                     moment  seen there in spool  after  lost"
    " doubled differ"
)
"""seen, there: URLs that count as stored and articles after the kill; after: the next run."""


@pytest.fixture(scope="module")
async def stage(server: Server) -> AsyncIterator[Stage]:
    """The served sites, and the two nights as they are when nobody is killed."""
    sites = {night: server_of(night, ARTICLES) for night in MOMENTS}
    async with running(sites[1]), running(sites[2]):
        stage = Stage(sites=sites)
        desk = Desk(settings=server.settings(), sites=sites)
        for night in MOMENTS:
            counter = WriteCounter(desk.settings)
            counting = asyncio.create_task(asyncio.to_thread(counter.watch))
            for crawl in await desk.run(night):
                check_end(crawl)
            counter.stop = True
            await counting
            stage.requests[night] = len(sites[night].hits)
            stage.writes[night] = counter.written
            stage.nights[night] = await asyncio.to_thread(Snapshot.take, desk.settings)
        await asyncio.to_thread(drop_database, desk.settings)
        yield stage


@pytest.fixture(scope="module")
def own_mongod(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Settings]:
    """A server that these tests may kill."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("kills"), db_port=free_port())
    yield settings
    kill_server(settings)


def check_end(crawl: Crawl, *, without_mongod: bool = False) -> None:
    """It ended by itself, and nothing in it broke."""
    report = crawl.report
    assert report.get("state") == "finished", crawl.log
    assert report["finish_reason"] == "finished", crawl.log
    assert crawl.process.returncode == 0
    assert "Traceback" not in crawl.log, crawl.log
    for name in ("unsaved", "unreadable/not_storable", "unreadable/not_valid"):
        assert crawl.counted(name) == 0, crawl.log
    known = crawl.counted("failed/memory_unavailable") if without_mongod else 0
    assert crawl.counted("failed") == known, crawl.log


async def play(stage: Stage, settings: Settings, round_: Round) -> None:
    """One round in a database of its own."""
    settings = settings.model_copy(update={"database": f"round_{round_.number}"})
    await asyncio.to_thread(embedded.ensure_running, settings)
    desk = Desk(settings=settings, sites=stage.sites, own_server=round_.own_server)
    before = stage.nights[1] if round_.night == 2 else None
    if before is not None:
        await asyncio.to_thread(before.put, settings)
    crawls = await desk.disturbed(round_.night, round_.blow)
    after_kill = await asyncio.to_thread(Snapshot.take, settings)
    wanted = stage.nights[round_.night]
    round_.seen = sum(url["state"] == "stored" for url in after_kill.found["urls"].values())
    round_.kept = len(after_kill.articles)
    round_.spooled = waiting(settings.spool_dir)
    check_kept(after_kill, before, wanted, crawls)
    if round_.blow.victim == "mongod":
        for crawl in crawls:
            check_end(crawl, without_mongod=True)
    for crawl in await desk.run(round_.night, LATER):
        check_end(crawl)
    found = await asyncio.to_thread(Snapshot.take, settings)
    difference = found.against(wanted)
    round_.final = len(found.articles)
    round_.lost, round_.doubled = difference.lost, difference.doubled
    round_.other = difference.other
    assert waiting(settings.spool_dir) == 0
    assert list(settings.spool_dir.glob("*")) == []
    assert await asyncio.to_thread(faults_of, settings) == []
    await asyncio.to_thread(drop_database, settings)


def check_kept(
    found: Snapshot, before: Snapshot | None, wanted: Snapshot, crawls: Sequence[Crawl]
) -> None:
    """After a kill: every article is whole, in the earlier or the new state; what counts as seen
    by these jobs is there in the new one; and so is what the crawls had counted."""
    jobs = {crawl.job for crawl in crawls}
    for key, article in found.articles.items():
        states = [snapshot.articles.get(key) for snapshot in (before, wanted) if snapshot]
        right = [settled("articles", state) for state in states if state]
        mine = settled("articles", article)
        told = {name: mine.pop(name, None) for name in TOLD}  # follows from all that is there yet
        for state in right:
            for name in TOLD:
                state.pop(name, None)
        assert mine in right, key
        for other in (*(told["similar"] or ()), *(told["contains"] or ())):
            assert " ".join(sorted((key, other))) in found.found["likenesses"], (key, other)
        times = [article[name] for name in ("first_seen_at", "stored_at", "checked_at")]
        assert times == sorted(times), key
    for key, url in found.found["urls"].items():
        if url["state"] == "stored" and url["job"] in jobs:
            assert found.articles[key]["title"] == wanted.articles[key]["title"], key
    for crawl in crawls:
        stored = [each for each in found.articles.values() if each["job"] == crawl.job]
        new = sum(each["revision"] == 1 for each in stored)
        counted = (crawl.counted("new"), crawl.counted("revised"))
        assert counted[0] <= new
        assert counted[1] <= len(stored) - new
        if crawl.report.get("state") == "finished" and not crawl.counted("spooled"):
            assert counted == (new, len(stored) - new)


async def play_all(stage: Stage, settings: Settings, played: Sequence[Round]) -> None:
    """Play the rounds and print the table."""
    print(f"\n{HEADER}")
    for round_ in played:
        await play(stage, settings, round_)
        print(round_, flush=True)
    wrong = ["\n      ".join([str(each), *each.wrong]) for each in played if each.wrong]
    assert not wrong, "\n".join([HEADER, *wrong])


def dice() -> random.Random:
    """Says how to throw the same numbers again."""
    seed = os.environ.get("NEWSDESK_KILL_SEED") or str(random.randrange(10**9))
    print(f"\nNEWSDESK_KILL_SEED={seed}")
    return random.Random(seed)


def throw(rng: random.Random, stage: Stage, number: int, victim: Victim) -> Round:
    """A blow at a random moment, from before the first page to after the last: between two pages,
    or in the middle of writing a batch."""
    night = 1 if number % 4 == 0 else 2
    own_server = number % 2 == 1
    what: Literal["request", "write"] = rng.choice(("request", "write"))
    blow = Blow(
        victim=victim,
        what=what,
        after=rng.randint(0, (stage.requests if what == "request" else stage.writes)[night]),
        seconds=rng.uniform(0, 0.1),
        gap=rng.choice((0.0, 0.7)),
        down=rng.uniform(0.1, 3.0),
    )
    return Round(number=number, night=night, own_server=own_server, blow=blow)


def throw_into_spool(rng: random.Random, stage: Stage, number: int) -> Round:
    """The crawls are killed soon after they began to spool; some of the spool may be lost, too."""
    found = throw(rng, stage, number, "both")
    found.own_server = True
    last = (stage.requests if found.blow.what == "request" else stage.writes)[found.night]
    found.blow = evolve(
        found.blow,
        after=min(found.blow.after, last * 3 // 4),
        gap=None,
        tear=rng.choice((0.0, rng.random(), rng.random() / 20)),
    )
    return found


@pytest.mark.soak
@pytest.mark.parametrize("victim", ["crawl", "mongod", "both"])
async def test_killed_twenty_times(stage: Stage, own_mongod: Settings, victim: Victim) -> None:
    rng = dice()
    played = [throw(rng, stage, number, victim) for number in range(1, rounds(ROUNDS) + 1)]
    await play_all(stage, own_mongod, played)


@pytest.mark.soak
async def test_killed_twenty_times_while_it_spools(stage: Stage, own_mongod: Settings) -> None:
    rng = dice()
    played = [throw_into_spool(rng, stage, number) for number in range(1, rounds(ROUNDS) + 1)]
    await play_all(stage, own_mongod, played)
