"""Real crawls of a restless site into a mongod of their own, in which somebody is killed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from attrs import define, field
from pydantic import SecretStr
from pymongo import CursorType, MongoClient
from pymongo.errors import PyMongoError

from pipelines import clock
from pipelines.config import Settings
from pipelines.storage import embedded
from pipelines.storage.spool import waiting
from schedules.job import JobFiles, JobSpec, new_job_id
from schedules.runner import SCRAPY, crawl_arguments, job_environment
from tests.pipelines.storage.support import kill_server
from tests.support.restless_site import MOMENTS, SITES

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_SECONDS = 90.0
LATER = timedelta(seconds=50)
"""The simulated clock of the next run, after that of the disturbed one."""
SLOW, FAST = "0.03", "0.0001"
IMPATIENT = "&serverSelectionTimeoutMS=300&connectTimeoutMS=300"

Victim = Literal["crawl", "mongod", "both"]


@define(frozen=True, kw_only=True)
class Blow:
    """Who is killed, and when.

    writes: once MongoDB has written so many documents of the night; None: after `seconds`. both:
    first mongod, then the crawls `gap` seconds later; None: as soon as something is in the spool.
    down: for how long an operator's own mongod stays away.
    """

    victim: Victim
    writes: int | None = None
    seconds: float = 0.0
    gap: float | None = 0.0
    down: float = 0.0

    def __str__(self) -> str:
        moment = f"{self.seconds:.2f} s" if self.writes is None else f"write {self.writes}"
        if self.victim == "both":
            moment += " +spool" if self.gap is None else f" +{self.gap:.2f} s"
        return moment


@define(kw_only=True)
class Crawl:
    """One spider process and the files it writes."""

    site: str
    job: str
    files: JobFiles
    process: asyncio.subprocess.Process

    @property
    def report(self) -> dict[str, Any]:
        """What it last said of itself; nothing if it was killed before it said anything."""
        try:
            found: dict[str, Any] = json.loads(self.files.stats.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {"stats": {}}
        return found

    def counted(self, name: str) -> int:
        return int(self.report["stats"].get(f"newsdesk/{name}", 0))

    @property
    def log(self) -> str:
        return self.files.log.read_text(encoding="utf-8", errors="replace")


@define(kw_only=True)
class Desk:
    """Starts the spiders of both sites. addresses: of the served sites, by night.

    own_server: the crawls take mongod for the operator's own (MONGODB_URI): they do not start it.
    """

    settings: Settings
    addresses: dict[int, str]
    own_server: bool = False
    jobs: list[Crawl] = field(factory=list)

    async def start(self, night: int, delay: str, later: timedelta = timedelta()) -> list[Crawl]:
        """One process a site."""
        return [await self._start(site, night, delay, later) for site in SITES]

    async def run(self, night: int, later: timedelta = timedelta()) -> list[Crawl]:
        """Undisturbed, and as fast as it goes."""
        crawls = await self.start(night, FAST, later)
        await ended(crawls)
        return crawls

    async def _start(self, site: str, night: int, delay: str, later: timedelta) -> Crawl:
        settings = self.settings
        if self.own_server:
            uri = SecretStr(embedded.uri_of(settings) + IMPATIENT)
            settings = settings.model_copy(update={"mongodb_uri": uri})
        job = new_job_id(site, clock.now())
        files = JobFiles.of(settings.jobs_dir, job)
        files.log.parent.mkdir(parents=True, exist_ok=True)
        spec = JobSpec(
            site=site,
            environment={
                "PYTHONPATH": str(ROOT),
                "PYTHONWARNINGS": "default",
                "NEWSDESK_RESOLVE": json.dumps({"*": self.addresses[night]}),
                "NEWSDESK_DELAY_SECONDS": delay,
                "NEWSDESK_CONCURRENCY": "8",
                clock.ENVIRONMENT_NAME: (MOMENTS[night] + later).isoformat(),
            },
        )
        with files.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *SCRAPY,
                *crawl_arguments(spec),
                env=job_environment(spec, settings, job, files),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        crawl = Crawl(site=site, job=job, files=files, process=process)
        self.jobs.append(crawl)
        return crawl

    async def disturbed(self, night: int, blow: Blow) -> list[Crawl]:
        """Start a night, strike, and wait until all crawls have ended; mongod runs again then."""
        counter = WriteCounter(self.settings)
        watching = asyncio.create_task(asyncio.to_thread(counter.watch, blow.writes))
        crawls = await self.start(night, SLOW)
        everyone = asyncio.create_task(ended(crawls))
        try:
            await self._moment(blow, watching, everyone)
            await self._strike(blow, crawls, everyone)
            await everyone
        finally:
            counter.stop = True
            for crawl in crawls:
                if crawl.process.returncode is None:
                    crawl.process.kill()
            await watching
        await asyncio.to_thread(embedded.ensure_running, self.settings)
        return crawls

    async def _moment(
        self, blow: Blow, watching: asyncio.Task[None], everyone: asyncio.Task[None]
    ) -> None:
        if blow.writes is None:
            await asyncio.wait({everyone}, timeout=blow.seconds)
        else:
            await asyncio.wait({watching, everyone}, return_when=asyncio.FIRST_COMPLETED)

    async def _strike(
        self, blow: Blow, crawls: Sequence[Crawl], everyone: asyncio.Task[None]
    ) -> None:
        if blow.victim in ("mongod", "both"):
            await asyncio.to_thread(kill_server, self.settings)
        if blow.victim == "both":
            if blow.gap is None:
                spooled = asyncio.to_thread(self._await_spool, everyone.done)
                await asyncio.wait({asyncio.create_task(spooled), everyone})
            else:
                await asyncio.wait({everyone}, timeout=blow.gap)
        if blow.victim in ("crawl", "both"):
            for crawl in crawls:
                if crawl.process.returncode is None:
                    crawl.process.kill()
        elif self.own_server:
            await asyncio.wait({everyone}, timeout=blow.down)
            await asyncio.to_thread(embedded.ensure_running, self.settings)

    def _await_spool(self, over: Callable[[], bool]) -> None:
        while not over() and not waiting(self.settings.spool_dir):
            time.sleep(0.002)


async def ended(crawls: Sequence[Crawl]) -> None:
    """Wait until all have ended; the deadline ends them."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            for crawl in crawls:
                await crawl.process.wait()
    finally:
        for crawl in crawls:
            if crawl.process.returncode is None:
                crawl.process.kill()


@define
class WriteCounter:
    """Counts the documents that a database writes, by following mongod's log of operations."""

    settings: Settings
    stop: bool = False
    written: int = 0

    def watch(self, number: int | None) -> None:
        """Return when `number` documents were written, or when told to stop. Blocks."""
        uri = embedded.uri_of(self.settings)
        with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=5_000) as client:
            try:
                oplog = client.local["oplog.rs"]
                (last,) = oplog.find().sort("$natural", -1).limit(1)
                since = {"ts": {"$gte": last["ts"]}}  # with nothing to start from, it would end
                ours = f"{self.settings.database}."
                kind = CursorType.TAILABLE_AWAIT
                cursor = oplog.find(since, cursor_type=kind).max_await_time_ms(50)
                while cursor.alive and not self.stop:
                    for entry in cursor:
                        self.written += entry["op"] in "iud" and entry["ns"].startswith(ours)
                        if self.written == number:
                            return
            except PyMongoError:
                return  # mongod was killed: nothing more to count
