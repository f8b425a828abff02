"""The engine `celery`: the leading service sends ids of jobs to workers, a few at a time.

What waits stays in MongoDB, however much it is. A queue holds few more messages than its workers
could begin at once, so their order is MongoDB's, and no message grows old there. A message is
marked in the record before it is sent; one that is lost is sent again after a while, and a second
one does nothing, since only one worker can claim the job.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta

from attrs import define, field

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from schedules.engines.job_queue import busy_sites
from schedules.engines.queues import Needs, needs_of, places_of
from schedules.engines.sender import Sender
from schedules.engines.site_needs import SiteNeeds
from schedules.exceptions import EngineTrouble
from schedules.jobs.night import Ask
from schedules.jobs.process import StopRequest

LINE = 1000
"""Most jobs of the line that are looked at."""
RESEND = timedelta(seconds=60)
"""A job that no worker has taken by then is sent again, if its queue has room."""
STALLED = timedelta(seconds=40)
"""Jobs that were sent so long ago, while their workers have places, are alarmed. Sooner than
they are sent again; later than a worker begins to hear anew."""
NO_WORKER_SECONDS = 60.0
"""Jobs that no worker can do are alarmed after so long."""
AHEAD = 8
"""Messages that may wait in a queue besides those for which its workers have places."""
PAUSE_SECONDS = 5.0
"""Time until the broker is asked again after it was away."""
BROKER, WORKERS = "broker", "workers"
"""Kinds of alerts."""


@define(frozen=True)
class Choice:
    """A job to send, and the queue of what it needs."""

    record: Document
    queue: str


@define(eq=False)
class CeleryEngine:
    """Sends waiting jobs to workers. It runs none itself."""

    settings: Settings
    ask: Ask
    needs: SiteNeeds
    _sender: Sender = field(init=False)
    _troubles: dict[str, str | None] = field(factory=dict)
    _again_at: float = 0.0
    _lacking: dict[Needs, float] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._sender = Sender(self.settings)

    @property
    def ids(self) -> set[str]:
        return set()

    @property
    def troubles(self) -> Mapping[str, str | None]:
        return self._troubles

    async def drain(self, seconds: float, stop: StopRequest) -> None:
        """Nothing runs here: the workers go on."""

    async def take(self) -> None:
        """Sends the foremost jobs that may start, as many as the queues have room for."""
        if time.monotonic() < self._again_at:
            return
        with_browser = await self.needs.with_browser()
        chosen, places = await self.ask(lambda night: self._choose(night, with_browser))
        if chosen:
            try:
                await self.ask(lambda night: self._send(night, chosen, places))
            except EngineTrouble as error:
                self._again_at = time.monotonic() + PAUSE_SECONDS
                self._troubles[BROKER] = str(error)
                raise

    async def look(self) -> None:
        """Asks whether the broker answers, and whether what waits is taken."""
        with_browser = await self.needs.with_browser()
        try:
            await asyncio.to_thread(self._sender.check)
        except EngineTrouble as error:
            self._troubles[BROKER] = str(error)
            raise
        self._troubles[BROKER] = None
        self._troubles[WORKERS] = await self.ask(lambda night: self._stall(night, with_browser))

    def _choose(
        self, night: NightStore, with_browser: frozenset[str]
    ) -> tuple[list[Choice], dict[str, int]]:
        """Returns jobs that may be sent, one of each site, and the places of the workers that
        take from each queue. Jobs that no worker can do are left out."""
        places = places_of(night.leases.held("worker/"))
        now = clock.now()
        busy = busy_sites(night) | {job["site"] for job in night.jobs.sent(now - RESEND)}
        chosen: dict[str, Choice] = {}
        if any(places.values()):
            for job in night.jobs.first_in_line(now, now - RESEND, [*busy], LINE):
                queue = self._needs(job, with_browser).queue(self.settings.database)
                if job["site"] not in chosen and places.get(queue):
                    chosen[job["site"]] = Choice(job, queue)
        return [*chosen.values()], places

    def _send(self, night: NightStore, chosen: list[Choice], places: Mapping[str, int]) -> None:
        """Marks and sends jobs as far as their queues have room."""
        with self._sender.connected() as connection:
            waiting = self._sender.waiting(connection, {each.queue for each in chosen})
            for job, queue in ((each.record, each.queue) for each in chosen):
                now = clock.now()
                room = places[queue] + AHEAD - waiting[queue]
                if room <= 0 or not night.jobs.note_sent(job, now, queue):
                    continue
                try:
                    priority = job.get("priority") or 0
                    self._sender.send(connection, job["_id"], queue, priority, now)
                except BaseException:
                    night.jobs.unsend(job["_id"])
                    raise
                waiting[queue] += 1

    def _stall(self, night: NightStore, with_browser: frozenset[str]) -> str | None:
        """Returns in a sentence what waits in vain, if anything does."""
        workers = night.leases.held("worker/")
        found = [*self._in_vain(night, workers, with_browser), *_idle(night, workers)]
        return " ".join(found) or None

    def _in_vain(
        self, night: NightStore, workers: list[Document], with_browser: frozenset[str]
    ) -> Iterator[str]:
        """Yields a sentence for each kind of job that no worker can do."""
        now, moment, places = clock.now(), time.monotonic(), places_of(workers)
        line = night.jobs.first_in_line(now, now, [], LINE)
        needed = (self._needs(job, with_browser) for job in line)
        lacking = {each for each in needed if not places.get(each.queue(self.settings.database))}
        self._lacking = {each: self._lacking.get(each, moment) for each in lacking}
        for needs in sorted(lacking, key=str):
            if moment - self._lacking[needs] > NO_WORKER_SECONDS:
                start = f"newsdesk worker {needs}".strip()
                yield f"Jobs wait that no worker can run: start one with {start}."

    def _needs(self, job: Document, with_browser: frozenset[str]) -> Needs:
        return needs_of(job["site"], self.settings, with_browser)


def _idle(night: NightStore, workers: list[Document]) -> Iterator[str]:
    """Yields a sentence if jobs were sent long ago and are not taken though workers have places.

    Such workers begin anew by themselves before that (`hearing.py`); if not, people must know.
    """
    long_ago, busy = clock.now() - STALLED, busy_sites(night)
    stuck = [
        job for job in night.jobs.sent() if job["sent_at"] < long_ago and job["site"] not in busy
    ]
    at_work = night.jobs.running_by_runner() if stuck else {}
    queues = {job["queue"] for job in stuck}
    idle = sorted(
        lease["owner"]
        for lease in workers
        if (offers := lease.get("offers"))
        and queues & {*offers["queues"]}
        and at_work.get(lease["owner"], 0) < offers["places"]
    )
    if stuck and idle:
        named = ", ".join(idle[:5])
        yield f"Jobs wait at the broker while workers have places: restart {named}."
