"""Slots and jobs on a real MongoDB, in a time that the test sets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
from pymongo.database import Database

from pipelines.storage.operations.repositories import NightStore
from schedules.service.slots.dispatcher import Dispatcher
from schedules.service.slots.writer import SlotWriter
from schedules.timetable.file import parse_schedules
from schedules.timetable.schedule import Schedule

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)
"""03:00 in Beijing."""


def read(text: str, **changes: Any) -> dict[str, Schedule]:
    schedules = parse_schedules(text, ("guancha", "sina"), path=Path("s.toml")).schedules
    return {name: attrs.evolve(each, **changes) for name, each in schedules.items()}


def nightly(**changes: Any) -> dict[str, Schedule]:
    return read("[schedules.night]\nsite = 'sina'\ncron = '0 3 * * *'", **changes)


class SlotDesk:
    """What a leading service does to slots, what it wrote, and the hand that ends jobs."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.database = database
        self.night = NightStore(database)

    def look(self, schedules: Mapping[str, Schedule], *moments: datetime) -> None:
        for moment in moments:
            SlotWriter(self.night).catch_up(schedules, moment)
            Dispatcher(self.night).look(schedules, moment)

    def slots(self) -> list[dict[str, Any]]:
        return self.database["slots"].find().sort([("due_at", 1), ("_id", 1)]).to_list()

    def states(self) -> list[str]:
        return [slot["state"] for slot in self.slots()]

    def jobs(self) -> list[dict[str, Any]]:
        return self.database["jobs"].find().sort([("created_at", 1), ("_id", 1)]).to_list()

    def end(self, state: str, *kinds: str, moment: datetime = NIGHT) -> None:
        """End the job that is open."""
        job = self.night.jobs.list(1, states=["pending", "running"])[0]
        problems = [{"kind": kind, "sentence": "s"} for kind in kinds]
        self.night.jobs.finish(job["_id"], state, moment, reason=f"{state}.", problems=problems)  # type: ignore[arg-type]


def job_ended(night: NightStore, state: str, *kinds: str, site: str = "sina") -> str:
    job = night.jobs.create(site, NIGHT)
    problems = [{"kind": kind, "sentence": f"It was {kind}."} for kind in kinds]
    night.jobs.finish(job, state, NIGHT, reason=f"{state}.", problems=problems)  # type: ignore[arg-type]
    return job


def open_kinds(night: NightStore) -> dict[str, int]:
    return {alert["open"]: alert["count"] for alert in night.alerts.open()}
