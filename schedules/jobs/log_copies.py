"""Copies the logs of jobs that a worker runs into MongoDB, so that other machines can show them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from attrs import define, field

from pipelines.storage.operations.logs import MOST_BYTES, PART_BYTES
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from schedules.job import JobFiles, JobResult, JobSpec
from schedules.jobs.figures import masked_bytes
from schedules.jobs.ledger import MongoLedger
from schedules.verdicts.verdict import Stop

CONTEXT_BYTES = 4096
"""What stands before a part is looked at too: an address with a password may begin there."""


@define
class LogCopy:
    """The copy of one log. position: where the part begins that is not full yet."""

    job: str
    path: Path
    days: int
    position: int = 0
    copied: int = 0

    def follow(self, night: NightStore, *, ended: bool = False) -> bool:
        """Copies what is new, whole lines alone until the log has ended. Blocks.

        Raises:
            OSError: the log cannot be read; there is none if no disk took it.
        """
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            if size < self.copied:  # it was too long, and was begun anew
                night.logs.forget(self.job)
                self.position = self.copied = 0
            if size - self.position > MOST_BYTES:
                self.position = (size - MOST_BYTES) // PART_BYTES * PART_BYTES
            before = min(self.position, CONTEXT_BYTES)
            file.seek(self.position - before)
            data = file.read(MOST_BYTES + PART_BYTES)
        if not ended:
            data = data[: data.rfind(b"\n") + 1]
        fresh = masked_bytes(data)[before:]
        end = self.position + len(fresh)
        if end > self.copied or ended:
            night.logs.put(self.job, self.position, fresh, clock.now(), self.days)
            self.copied, self.position = end, end // PART_BYTES * PART_BYTES
        return True


@define
class WorkerLedger(MongoLedger):
    """A ledger that copies the log with each heartbeat, and whole before the job's end shows."""

    _copies: dict[str, LogCopy] = field(factory=dict, init=False)

    async def heartbeat(self, job: str, spec: JobSpec, stats: Mapping[str, object]) -> Stop | None:
        stop = await super().heartbeat(job, spec, stats)
        if not self._away:
            await self._copy(job)
        return stop

    async def finish(self, result: JobResult) -> None:
        copied = await self._copy(result.job, ended=True)
        await super().finish(result)
        if not copied:  # MongoDB was away, and may be back
            await self._copy(result.job, ended=True)
        self._copies.pop(result.job, None)

    async def _copy(self, job: str, *, ended: bool = False) -> bool:
        """Copies a log as far as it goes; a job does not depend on it."""
        path = JobFiles.of(self.settings.jobs_dir, job).log
        copy = self._copies.setdefault(job, LogCopy(job, path, self.settings.logs_days))
        if not path.is_file():
            return True
        return bool(await self._try(job, lambda night: copy.follow(night, ended=ended)))
