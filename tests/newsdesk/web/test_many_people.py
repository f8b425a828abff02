"""Many people at once, in a console that runs as it does for them: what they click on is answered,
and when MongoDB stops they are told so, and are told nothing else."""

from __future__ import annotations

import asyncio
import gzip
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from attrs import define, field
from pydantic import SecretStr
from pymongo.database import Database

from newsdesk.web.navigation import ENTRIES
from pipelines.config import Settings
from pipelines.storage.queries import opened
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.server import embedded
from pipelines.storage.server.data_folder import DataFolder
from tests.pipelines.storage.support import kill_server
from tests.support.command import Desk
from tests.support.console import Served
from tests.support.nights import seed
from tests.support.ports import free_port
from tests.support.reading import EDITED, furnish

PEOPLE, CLICKS = 50, 8
LONGEST_SECONDS = 30.0
"""An answer that takes longer counts as none, on a machine that does much else."""
HEAVIEST = 120 * 1024
LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')
NO_PAGES = ("/static/", "/exports/", "/feeds/", "/pulse", "/archived/source/")
AWAY = "MongoDB does not answer."


@define
class Person:
    """Goes from page to page by the links that stand there."""

    url: str
    session: aiohttp.ClientSession
    dice: random.Random
    seen: Counter[int] = field(factory=Counter)
    seconds: list[float] = field(factory=list)
    wrong: list[str] = field(factory=list)
    _links: list[str] = field(factory=lambda: ["/"])

    async def click(self) -> int:
        path = self.dice.choice(self._links)
        began = time.monotonic()
        async with self.session.get(self.url + path) as answer:
            text = await answer.text()
        self.seconds.append(time.monotonic() - began)
        self.seen[answer.status] += 1
        if answer.status == 200:
            found = [unescape(each) for each in LINK.findall(text)]
            self._links = [each for each in found if not each.startswith(NO_PAGES)] or ["/"]
        elif answer.status != 503 or AWAY not in text:
            self.wrong.append(f"{path}: {answer.status} {text[:200]}")
        return answer.status


async def crowd(url: str, people: int) -> list[Person]:
    timeout = aiohttp.ClientTimeout(total=LONGEST_SECONDS)
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    return [
        Person(url, aiohttp.ClientSession(headers=headers, timeout=timeout), random.Random(number))
        for number in range(people)
    ]


@contextmanager
def console_of(settings: Settings) -> Iterator[str]:
    """A console in a process of its own."""
    port = free_port()
    with Desk(settings).start("web", "--port", str(port)) as process:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.communicate(timeout=60)


def _wait_for(port: int) -> None:
    async def ask() -> None:
        async with aiohttp.ClientSession() as session:
            for _attempt in range(600):
                with suppress(aiohttp.ClientError):
                    async with session.get(f"http://127.0.0.1:{port}/static/icon.svg") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.1)
        raise AssertionError("the console does not answer")

    asyncio.run(ask())


@pytest.fixture
def filled(own_settings: Settings, database: Database[dict[str, Any]]) -> Settings:
    """A database in which nights have run and much was written."""
    furnish(database)
    return own_settings


def test_fifty_people_click_through_the_pages(filled: Settings) -> None:
    async def click_all(url: str) -> list[Person]:
        people = await crowd(url, PEOPLE)
        try:
            await asyncio.gather(*(clicks(person) for person in people))
        finally:
            await asyncio.gather(*(person.session.close() for person in people))
        return people

    async def clicks(person: Person) -> None:
        for _click in range(CLICKS):
            await person.click()

    with console_of(filled) as url:
        people = asyncio.run(click_all(url))
    assert not [wrong for person in people for wrong in person.wrong]
    assert sum((person.seen for person in people), Counter[int]()) == {200: PEOPLE * CLICKS}


@pytest.mark.soak
def test_mongod_stands_still_and_dies_while_people_click(tmp_path: Path) -> None:
    own = Settings(data_dir=tmp_path / "mongod", db_port=free_port())
    settings = Settings(
        mongodb_uri=SecretStr(embedded.ensure_running(own)), data_dir=tmp_path / "console"
    )
    with opened(settings) as database:
        ensure_schema(database)
        seed(database, alarms=False)  # their job is one that is not there

    async def watch(url: str) -> None:
        people = await crowd(url, 10)
        over = asyncio.Event()
        tasks = [asyncio.create_task(_go_on(person, over)) for person in people]
        try:
            await _all_get(people, 200)
            process = DataFolder.of(own).process()
            assert process is not None
            process.send_signal(signal.SIGSTOP)
            await _all_get(people, 503)
            process.send_signal(signal.SIGCONT)
            await _all_get(people, 200)
            await asyncio.to_thread(kill_server, own)
            await _all_get(people, 503)
            await asyncio.to_thread(embedded.ensure_running, own)
            await _all_get(people, 200)
        finally:
            over.set()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(*(person.session.close() for person in people))
        assert [each for each in ended if each is not None] == []
        assert not [wrong for person in people for wrong in person.wrong]

    try:
        with console_of(settings) as url:
            asyncio.run(watch(url))
    finally:
        embedded.stop(own)


async def _go_on(person: Person, over: asyncio.Event) -> None:
    while not over.is_set():
        if await person.click() != 200:
            await asyncio.sleep(0.2)


async def _all_get(people: list[Person], status: int) -> None:
    """Waits until each has got this answer, and nothing else for its last three."""
    before = [person.seen[status] for person in people]
    deadline = time.monotonic() + 60
    while any(person.seen[status] < old + 3 for person, old in zip(people, before, strict=True)):
        assert time.monotonic() < deadline, [dict(person.seen) for person in people]
        assert not [wrong for person in people for wrong in person.wrong]
        await asyncio.sleep(0.1)


async def test_no_page_weighs_much(console: Served, database: Database[dict[str, Any]]) -> None:
    furnish(database)
    job = database["jobs"].find_one({"state": "failed"}) or {}
    paths = [entry.path for entry in ENTRIES]
    paths += ["/login", f"/articles/{EDITED}", f"/jobs/{job['_id']}", "/schedules/sina-night"]
    paths += ["/topics/integrated-circuits", "/topics/+new", "/rising?whole=1"]
    paths += [f"/archive/{EDITED}", "/articles?q=%E6%99%B6%E5%9C%86"]
    weights = {}
    async with console.client(**{"Accept-Encoding": "gzip"}) as client:
        for path in paths:
            answer = await client.get(path)
            assert answer.status in (200, 303), path
            weight = len(gzip.compress(answer.text.encode()))
            for asset in {unescape(each) for each in ASSET.findall(answer.text)}:
                file = await client.get(asset)
                weight += len(gzip.compress(file.text.encode()))
                assert file.headers.get("Content-Encoding") == "gzip" or len(file.text) < 600
            weights[path] = weight
    assert {path: weight for path, weight in weights.items() if weight > HEAVIEST} == {}
