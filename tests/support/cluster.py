"""A service that sends jobs over a broker, and workers on it, each a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from attrs import define, field
from pydantic import SecretStr
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.server import embedded
from pipelines.timing import clock
from schedules.engines.cluster import CeleryEngine
from schedules.jobs.identity import runner_name
from schedules.jobs.runner import settings_environment
from schedules.service.service import Service
from schedules.timetable.catalogue import Catalogue
from tests.support.brokers import Broker
from tests.support.crawling import ROOT
from tests.support.waiting import until

PRINT_NOTHING = (sys.executable, "-c", "print('[]')")
"""In place of the program that loads all sites: none of them needs a browser."""


def needing_a_browser(*sites: str) -> tuple[str, ...]:
    """The same, for sites that need one."""
    return (sys.executable, "-c", f"print({json.dumps(json.dumps(sites))})")


@define
class Cluster:
    """A database, a broker, and workers whose data folders are their own, as on other machines."""

    settings: Settings
    database: Database[dict[str, Any]]
    broker: Broker
    folder: Path
    sites: Sequence[str]
    browser_sites: Sequence[str] = PRINT_NOTHING
    environment: dict[str, str] = field(factory=dict)
    workers: list[subprocess.Popen[bytes]] = field(factory=list)

    @classmethod
    @contextmanager
    def over(
        cls,
        broker: Broker,
        settings: Settings,
        database: Database[dict[str, Any]],
        folder: Path,
        sites: Sequence[str],
    ) -> Iterator[Cluster]:
        """One whose jobs go over a broker, which is started again if a test has ended it."""
        if not broker.lives:
            broker.start()
        changes = {"engine": "celery", "broker_url": SecretStr(broker.url), "service_port": 0}
        found = cls(settings.model_copy(update=changes), database, broker, folder, sites)
        try:
            yield found
        finally:
            found.stop()

    @property
    def night(self) -> NightStore:
        return NightStore(self.database)

    @asynccontextmanager
    async def service(self, name: str = "", file: Path | None = None) -> AsyncIterator[Service]:
        """A service for as long as the block lasts."""
        catalogue = Catalogue(file, self.sites) if file else Catalogue.of(self.settings, self.sites)
        service = Service.of(
            self.settings, catalogue, drain_seconds=0.0, name=name or runner_name()
        )
        assert isinstance(service.engine, CeleryEngine)
        service.engine.needs.program = self.browser_sites
        running = asyncio.create_task(service.run())
        try:
            yield service
        finally:
            service.press()
            await asyncio.wait_for(running, 60)

    def start_worker(self, **plan: Any) -> subprocess.Popen[bytes]:
        """A worker with a data folder of its own, and with MongoDB as on another machine."""
        number = len(self.workers)
        folder = self.folder / f"worker-{number}"
        folder.mkdir(parents=True, exist_ok=True)
        changes: dict[str, Any] = {
            "data_dir": folder,
            "mongodb_uri": SecretStr(embedded.uri_of(self.settings)),
        }
        settings = Settings(**{
            **{name: getattr(self.settings, name) for name in self.settings.model_fields_set},
            **changes,
        })  # fmt: skip
        environment = {
            **os.environ, **settings_environment(settings), **self.environment,
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        text = json.dumps({"sites": [*self.sites], **plan})
        with (folder / "worker.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.worker_process", text],
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.workers.append(process)
        return process

    async def ready(self, number: int) -> None:
        """Wait until so many workers are listed."""
        await until(lambda: len(self.night.leases.held("worker/")) == number)

    def ask_for(self, site: str, **fields: Any) -> str:
        return self.night.jobs.create(site, clock.now(), **fields)

    def job(self, id_: str) -> dict[str, Any]:
        return self.night.jobs.get(id_) or {}

    async def ended(self, id_: str, seconds: float = 60.0) -> dict[str, Any]:
        """Wait for a job's end; returns its record."""
        try:
            await until(lambda: self.job(id_).get("ended_at"), seconds)
        except AssertionError:
            raise AssertionError(f"{self.job(id_)}\n{self.said()}") from None
        return self.job(id_)

    def said(self) -> str:
        """The ends of all workers' logs."""
        logs = sorted(self.folder.glob("worker-*/worker.log"))
        return "\n".join(f"{log}:\n{log.read_text(errors='replace')[-3000:]}" for log in logs)

    def stop(self) -> None:
        for each in self.workers:
            if each.poll() is None:
                each.terminate()
        for each in self.workers:
            try:
                each.wait(30)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()
