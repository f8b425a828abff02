"""What the service wants of an engine, and which one it gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from schedules.engines.local import LocalEngine
from schedules.engines.running import RunningJobs
from schedules.jobs.night import Ask
from schedules.jobs.process import StopRequest
from schedules.jobs.runner import Runner, settings_environment


class Engine(Protocol):
    """Sees to it that waiting jobs are run."""

    @property
    def ids(self) -> set[str]:
        """Ids of the jobs that this process runs itself."""

    @property
    def troubles(self) -> Mapping[str, str | None]:
        """What is wrong with the engine, by kind of alert; None: all is well with that."""

    async def take(self) -> None:
        """Starts, or passes on, the jobs that may start. Raises: StorageError, EngineTrouble."""

    async def look(self) -> None:
        """Looks after the engine itself. Raises: StorageError, EngineTrouble."""

    async def drain(self, seconds: float, stop: StopRequest) -> None:
        """Waits for the jobs that run here, then hands back what still runs."""


def engine_of(
    name: str, runner: Runner, ask: Ask, sites: Sequence[str], on_end: Callable[[], None]
) -> Engine:
    """Returns the engine that is set. name: of the service. on_end: called when a job has ended.

    Raises:
        EngineTrouble: what the engine needs is not installed.
    """
    settings = runner.settings
    if settings.engine == "local":
        return LocalEngine(name, ask, RunningJobs(runner, ask, sites, on_end))
    from schedules.engines.cluster import CeleryEngine
    from schedules.engines.site_needs import SiteNeeds

    return CeleryEngine(settings, ask, SiteNeeds(sites, settings_environment(settings)))
