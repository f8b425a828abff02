"""Two services on one MongoDB, the leader killed or both restarted: every due time runs once."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from pydantic import SecretStr
from pymongo import MongoClient

from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.timing import clock
from tests.conftest import Server
from tests.deploy.test_systemd import answers
from tests.support.command import RECORDINGS, Desk
from tests.support.crawling import ROOT
from tests.support.ports import free_port
from tests.support.rounds import rounds
from tests.support.waiting import until

LONGEST_SECONDS = 240.0
START_SECONDS = 5.0
"""Until the first due time."""
AT_ONCE = 4
"""Rounds that are played side by side."""


@define
class Round:
    """One database with two services on it, and a diary in which each job notes itself."""

    server: Server
    folder: Path
    plan: dict[str, Any]
    database: str = field(factory=lambda: f"test_{uuid.uuid4().hex[:12]}")
    services: list[subprocess.Popen[bytes]] = field(factory=list)
    starts: int = 0
    took_over: float | None = None
    slots: list[dict[str, Any]] = field(factory=list)
    jobs: list[dict[str, Any]] = field(factory=list)

    def start(self) -> None:
        program = [sys.executable, "-m", "tests.support.service_process"]
        where = [str(self.folder), self.server.uri, self.database, json.dumps(self.plan)]
        self.starts += 1
        with (self.folder / f"service-{self.starts}.log").open("wb") as log:
            self.services.append(
                subprocess.Popen([*program, *where], cwd=ROOT, stdout=log, stderr=log)
            )

    def stop(self) -> None:
        for service in self.services:
            if service.poll() is None:
                service.terminate()
                service.wait(60)

    def leader(self, night: NightStore) -> int | None:
        """The process that leads."""
        held = night.leases.held("leader")
        return int(held[0]["owner"].split(":")[-2]) if held else None

    def at_hand(self, night: NightStore) -> set[int]:
        """The processes that lead or stand by."""
        return {int(each["owner"].split(":")[-2]) for each in night.leases.held("service")}

    async def restart(self, number: int, night: NightStore) -> None:
        """Stops a service as systemd does, starts it again, and waits until it is at hand."""
        old = self.services[number]
        old.terminate()
        assert await asyncio.to_thread(old.wait, LONGEST_SECONDS) == 0
        self.start()
        self.services[number] = self.services.pop()
        await until(lambda: self.services[number].pid in self.at_hand(night), LONGEST_SECONDS)

    def diary(self) -> Counter[tuple[str, str]]:
        """How often each slot's jobs noted a word: {("end", "s1-20260301T190000"): 1}."""
        path = Path(self.plan["diary"])
        lines = path.read_text().splitlines() if path.exists() else []
        return Counter((line.split()[0], slot_of(line.split()[1])) for line in lines)


def slot_of(job: str) -> str:
    """ "site1-20260301T190000-s1-2" without its attempt."""
    return "-".join(job.split("-")[:3])


@contextmanager
def night_of(round_: Round) -> Iterator[NightStore]:
    client: MongoClient[dict[str, Any]] = MongoClient(round_.server.uri, tz_aware=True)
    with client:
        ensure_schema(client[round_.database])
        night = NightStore(client[round_.database])
        # Known from now on: however slowly the services start, no due time is before their time.
        now = clock.now()
        night.schedules.planned({f"s{n}": now for n in range(round_.plan["schedules"])}, now)
        yield night
        client.drop_database(round_.database)


async def play(round_: Round, kill_after: float) -> None:
    """Start two, kill the leader `kill_after` seconds after the first due time, start another."""
    expected = round_.plan["schedules"] * round_.plan["times"]
    with night_of(round_) as night:
        try:
            round_.start()
            round_.start()
            await until(round_.diary, LONGEST_SECONDS)
            await asyncio.sleep(kill_after)
            leader = round_.leader(night)
            victim = next(each for each in round_.services if each.pid == leader)
            victim.kill()
            victim.wait()
            killed_at = time.monotonic()
            round_.start()
            await until(lambda: round_.leader(night) not in (None, leader), LONGEST_SECONDS)
            round_.took_over = time.monotonic() - killed_at
            await until(lambda: all_done(night, expected), LONGEST_SECONDS)
        finally:
            round_.stop()
            round_.slots = night.slots.list(clock.now() - timedelta(days=1))
            round_.jobs = night.jobs.list(1000)


def all_done(night: NightStore, expected: int) -> bool:
    slots = night.slots.list(clock.now() - timedelta(days=1))
    return [slot["state"] for slot in slots] == ["done"] * expected


def new_round(server: Server, folder: Path, **changes: Any) -> Round:
    folder.mkdir(exist_ok=True)
    plan = {
        "begin": (clock.now() + timedelta(seconds=START_SECONDS)).isoformat(),
        "every": 2.0, "times": 10, "schedules": 4, "job_seconds": 0.7, "leader_seconds": 20.0,
        "diary": str(folder / "diary"), **changes,
    }  # fmt: skip
    return Round(server, folder, plan)


def judge(round_: Round) -> dict[str, int]:
    """What became of the due times: how many were run once, doubly, not at all."""
    diary = round_.diary()
    ends = Counter({slot: n for (word, slot), n in diary.items() if word == "end"})
    begins = sum(n for (word, _slot), n in diary.items() if word == "begin")
    slots = {slot_of(slot["job"]) for slot in round_.slots}
    return {
        "due": round_.plan["schedules"] * round_.plan["times"],
        "slots": len(slots),
        "run once": sum(ends[slot] == 1 for slot in slots),
        "twice": sum(ends[slot] > 1 for slot in slots),
        "lost": sum(not ends[slot] for slot in slots),
        "jobs": begins,
        "cut off": sum(job["state"] == "lost" for job in round_.jobs),
    }


async def test_the_leader_is_killed(server: Server, tmp_path: Path) -> None:
    changes = {"times": 4, "schedules": 2, "leader_seconds": 3.0}
    round_ = new_round(server, tmp_path / "round", **changes)
    await play(round_, kill_after=2.5)
    found = judge(round_)
    assert (found["slots"], found["run once"]) == (8, 8)
    assert {job["state"] for job in round_.jobs} <= {"ok", "lost"}


@pytest.mark.soak
async def test_twenty_rounds(server: Server, tmp_path: Path) -> None:
    """40 due times a round, kill -9 of the leader at a random moment; four rounds at a time."""
    chance = random.Random(5)
    print("\nround  killed at  taken over after  due  slots  run once  twice  lost  jobs  cut off")
    for start in range(0, rounds(20), AT_ONCE):
        begin = (clock.now() + 6 * timedelta(seconds=START_SECONDS)).isoformat()
        folders = (tmp_path / f"round-{start + number}" for number in range(AT_ONCE))
        played = [new_round(server, folder, begin=begin) for folder in folders]
        moments = [chance.uniform(0.0, 18.0) for _ in played]
        await asyncio.gather(*map(play, played, moments))
        for number, (round_, moment) in enumerate(zip(played, moments, strict=True), start + 1):
            found = judge(round_)
            print(f"{number:5} {moment:8.1f} s {round_.took_over:15.1f} s", end="")
            print(*(f"{value:{width}}" for value, width in
                    zip(found.values(), (5, 7, 10, 7, 6, 6, 9), strict=True)), sep="")  # fmt: skip
            assert found["slots"] == found["run once"] == found["due"], found
            assert round_.took_over is not None
            assert round_.took_over < 30


@asynccontextmanager
async def console_of(round_: Round, port: int) -> AsyncIterator[None]:
    """The console of the night as a process of its own; it answers before the block begins."""
    desk = Desk(
        Settings(
            data_dir=round_.folder, mongodb_uri=SecretStr(round_.server.uri),
            database=round_.database, web_port=port,
        )
    )  # fmt: skip
    with desk.started("web"):
        await answers(f"http://127.0.0.1:{port}/schedules")
        yield


@pytest.mark.soak
async def test_all_are_restarted_one_after_the_other(server: Server, tmp_path: Path) -> None:
    """During a night of recorded sites: nothing that was due is missed, cut off or run twice, and
    the console shows it each time."""
    sites = ["guancha", "sina"]
    round_ = new_round(
        server, tmp_path / "round", recording=str(RECORDINGS / "night-1"), sites=sites,
        drain=60.0, retries=0, schedules=len(sites), times=16, every=6.0,
    )  # fmt: skip
    expected, restarts, port = len(sites) * round_.plan["times"], 0, free_port()
    with night_of(round_) as night:
        round_.start()
        round_.start()
        try:
            await until(lambda: night.jobs.list(1), LONGEST_SECONDS)
            while not all_done(night, expected):
                async with console_of(round_, port):
                    await round_.restart(restarts % 2, night)
                restarts += 1
        finally:
            round_.stop()
            round_.slots = night.slots.list(clock.now() - timedelta(days=1))
            round_.jobs = night.jobs.list(1000)
    print(f"\n{expected} due times, {restarts} restarts of services and console")
    assert restarts >= 2  # each of them at least once, as fast as the machine allows
    # Without retries a second job of a due time could only be a run too many.
    ended = {job["_id"]: (job["state"], job.get("reason")) for job in round_.jobs}
    ran = Counter(map(slot_of, ended))
    assert ran == {slot_of(slot["job"]): 1 for slot in round_.slots}, ended
    assert len(ran) == expected
    assert {state for state, _reason in ended.values()} <= {"ok", "partial"}, ended
