"""Real crawls of a restless site into a mongod of their own, in which somebody is killed."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from attrs import define, field
from pydantic import SecretStr
from pymongo import CursorType, MongoClient
from pymongo.errors import PyMongoError

from pipelines.config import Settings
from pipelines.storage.operations.jobs import new_job_id
from pipelines.storage.server import embedded
from pipelines.storage.writing.spool import segment_files, waiting
from pipelines.timing import clock
from schedules.job import JobFiles, JobSpec
from schedules.jobs.runner import crawl_arguments, job_environment
from tests.pipelines.storage.support import kill_server
from tests.support.restless_site import MOMENTS, SITES
from tests.support.server import SiteServer
from tests.support.warm import Start, WarmCrawl

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_SECONDS = 200.0
LATER = timedelta(seconds=50)
"""The simulated clock of the next run, after that of the disturbed one."""
SLOW, FAST = "0.04", "0.0001"
IMPATIENT = "&serverSelectionTimeoutMS=300&connectTimeoutMS=300"

Victim = Literal["crawl", "mongod", "both"]


@define(frozen=True, kw_only=True)
class Blow:
    """Who is killed, and when.

    after, what: once the sites were asked for so many pages, or MongoDB has written so many
    documents; then `seconds` later. both: first mongod, then the crawls `gap` seconds later; None:
    as soon as something is in the spool. down: for how long an operator's own mongod stays away.
    tear: the share of a dead crawl's spool that its disk has lost, from the end.
    """

    victim: Victim
    what: Literal["request", "write"]
    after: int
    seconds: float = 0.0
    gap: float | None = 0.0
    down: float = 0.0
    tear: float = 0.0

    def __str__(self) -> str:
        moment = f"{self.what} {self.after} +{self.seconds:.2f} s"
        if self.victim == "both":
            moment += ", spool" if self.gap is None else f", {self.gap:.1f} s"
        return moment + (" torn" if self.tear else "")


@define(kw_only=True)
class Crawl:
    """One spider process and the files it writes."""

    site: str
    job: str
    files: JobFiles
    process: WarmCrawl

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
    """Starts the spiders of both sites. sites: as they are served, by night.

    own_server: the crawls take mongod for the operator's own (MONGODB_URI): they do not start it.
    """

    settings: Settings
    sites: dict[int, SiteServer]
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
                "NEWSDESK_TEST_HOSTS": json.dumps({"*": self.sites[night].address}),
                "NEWSDESK_DELAY_SECONDS": delay,
                "NEWSDESK_CONCURRENCY": "8",
                clock.ENVIRONMENT_NAME: (MOMENTS[night] + later).isoformat(),
            },
        )
        environment = {
            **job_environment(spec, settings, job, files),
            "SCRAPY_SETTINGS_MODULE": "tests.support.loopback_settings",
        }
        process = WarmCrawl(Start(crawl_arguments(spec), environment, ROOT, files.log))
        crawl = Crawl(site=site, job=job, files=files, process=process)
        self.jobs.append(crawl)
        return crawl

    async def disturbed(self, night: int, blow: Blow) -> list[Crawl]:
        """Start a night, strike, and wait until all crawls have ended; mongod runs again then."""
        counter = WriteCounter(self.settings)
        watching = asyncio.create_task(asyncio.to_thread(counter.watch))
        hits = self.sites[night].hits
        hits.clear()
        crawls = await self.start(night, SLOW)
        everyone = asyncio.create_task(ended(crawls))
        try:
            while blow.after > (len(hits) if blow.what == "request" else counter.written):
                if (await asyncio.wait({everyone}, timeout=0.002))[0]:
                    break
            await asyncio.wait({everyone}, timeout=blow.seconds)
            await self._strike(blow, crawls, everyone)
            await everyone
        finally:
            counter.stop = True
            for crawl in crawls:
                if crawl.process.returncode is None:
                    crawl.process.kill()
            await watching
        if blow.tear:
            tear(self.settings.spool_dir, blow.tear)
        await asyncio.to_thread(embedded.ensure_running, self.settings)
        return crawls

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


def tear(spool: Path, share: float) -> None:
    """Cut the end off the newest file of a spool, as a disk does that had not written it."""
    for path in segment_files(spool)[-1:]:
        os.truncate(path, int(path.stat().st_size * (1 - share)))


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

    def watch(self) -> None:
        """Count until told to stop. Blocks."""
        uri = embedded.uri_of(self.settings)
        with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=5_000) as client:
            try:
                oplog = client.local["oplog.rs"]
                (last,) = oplog.find().sort("$natural", -1).limit(1)
                since = {"ts": {"$gte": last["ts"]}}  # with nothing to start from, it would end
                ours = f"{self.settings.database}."
                cursor = oplog.find(since, cursor_type=CursorType.TAILABLE_AWAIT)
                cursor.max_await_time_ms(50)
                while cursor.alive and not self.stop:
                    for entry in cursor:
                        self.written += entry["op"] in "iud" and entry["ns"].startswith(ours)
            except PyMongoError:
                return  # mongod was killed: nothing more to count
