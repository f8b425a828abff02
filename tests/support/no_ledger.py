"""A ledger that records nothing, for jobs whose record is not the subject."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from schedules.job import JobResult, JobSpec
from schedules.verdicts.expectations import History
from schedules.verdicts.verdict import Stop


class NoLedger:
    async def take_site(self, job: str, spec: JobSpec) -> None:
        return None

    async def create(self, job: str, spec: JobSpec, log: Path) -> None:
        return None

    async def start(self, job: str, pid: int) -> None:
        return None

    async def heartbeat(self, job: str, spec: JobSpec, stats: Mapping[str, object]) -> Stop | None:
        return None

    async def history(self, job: str, spec: JobSpec) -> History:
        return History(narrowed=True)

    async def stored(self, job: str) -> int | None:
        return None

    async def finish(self, result: JobResult) -> None:
        return None
