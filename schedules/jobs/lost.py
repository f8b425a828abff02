"""Finds jobs whose runner has died, so that they are run again."""

from __future__ import annotations

import time
from pathlib import Path

from attrs import define, field

from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from schedules.job import JobFiles
from schedules.jobs.identity import end_processes_of, runner_lives
from schedules.jobs.records import LOOKED_AT, close_unwatched

OBSERVED_SECONDS = 15.0
"""A job is lost when its lease has been free for so long, though its runner may live: it may be on
another machine, or frozen. After an outage of MongoDB a runner needs a moment to renew it."""


@define
class LostJobs:
    """Looks for lost jobs repeatedly. Blocks. folder: the job files of this machine."""

    folder: Path
    _free_since: dict[str, float] = field(factory=dict)

    def find(self, night: NightStore, own: set[str]) -> list[str]:
        """Closes the records of lost jobs and kills what is left of them; returns their ids.

        own: ids of the jobs that this process runs.
        """
        records = [
            record
            for record in night.jobs.list(LOOKED_AT, states=["running"])
            if record["_id"] not in own
        ]
        holders = {lease["owner"] for lease in night.leases.held()} if records else set()
        found = [record for record in records if self._is_lost(record, holders)]
        self._free_since = {
            record["_id"]: self._free_since[record["_id"]]
            for record in records
            if record["_id"] in self._free_since and record not in found
        }
        for record in found:
            end_processes_of(JobFiles.of(self.folder, record["_id"]).stats)
            close_unwatched(night.jobs, record, self.folder)
            night.leases.give_back_all(record["_id"])
        return [record["_id"] for record in found]

    def _is_lost(self, record: Document, holders: set[str]) -> bool:
        if runner_lives(record.get("runner")) is False:
            return True
        if record["_id"] in holders:
            self._free_since.pop(record["_id"], None)
            return False
        since = self._free_since.setdefault(record["_id"], time.monotonic())
        return time.monotonic() - since > OBSERVED_SECONDS
