"""The record of jobs in MongoDB. A crawl does not depend on it: trouble is said, not raised."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from schedules.job import JobResult, JobSpec


class Ledger(Protocol):
    """Where jobs are recorded."""

    async def started(self, job: str, spec: JobSpec, at: datetime) -> None:
        """A job begins."""

    async def finished(self, result: JobResult) -> None:
        """A job has ended."""

    async def waiting(self) -> int:
        """Articles that wait in the local spool."""


class NoLedger:
    """Records nothing."""

    async def started(self, job: str, spec: JobSpec, at: datetime) -> None:
        """Nothing is kept."""

    async def finished(self, result: JobResult) -> None:
        """Nothing is kept."""

    async def waiting(self) -> int:
        return 0
