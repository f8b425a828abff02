"""The engine `local`: the leading service runs the jobs itself."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define

from pipelines.timing import clock
from schedules.engines.job_queue import take_jobs
from schedules.engines.running import RunningJobs
from schedules.jobs.night import Ask
from schedules.jobs.process import StopRequest


@define(eq=False)
class LocalEngine:
    """Takes jobs from MongoDB and runs them here. name: of the service."""

    name: str
    ask: Ask
    running: RunningJobs

    @property
    def ids(self) -> set[str]:
        return self.running.ids

    @property
    def troubles(self) -> Mapping[str, str | None]:
        return {}

    async def take(self) -> None:
        now, free = clock.now(), self.running.runner.settings.max_jobs - len(self.ids)
        for record in await self.ask(lambda night: take_jobs(night, now, self.name, free)):
            self.running.start(record)

    async def look(self) -> None:
        """There is nothing to look after."""

    async def drain(self, seconds: float, stop: StopRequest) -> None:
        await self.running.drain(seconds, stop)
