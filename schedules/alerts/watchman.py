"""The dead-man check: notices that a due time passed without a run.

It works out from the schedules and the clock what should have begun by now and asks the jobs
whether it has collected. So it needs no event, and works if no service ran.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from attrs import define, field

from pipelines.storage.documents import Document
from pipelines.storage.operations.alerts import DID_NOT_RUN
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing.beijing import beijing_time
from schedules.alerts.runs import LastRun, RunReader
from schedules.timetable.schedule import Schedule

NO_SERVICE = "no_service"


@define
class Watchman:
    """Checks all schedules about once a minute. Blocks.

    _raised: by schedule the alarm that this watchman raised last; None: it was resolved.
    """

    night: NightStore
    _raised: dict[str, str | None] = field(factory=dict)

    def look(self, schedules: Mapping[str, Schedule], now: datetime) -> dict[str, str]:
        """Raises and resolves alarms; returns what was due and has not collected: a sentence by
        schedule."""
        missed = self._tell_missed(schedules, now)
        known, reader = self.night.schedules.all(), RunReader(self.night, now)
        found = {
            name: reader.last_run(schedule, known.get(name, {}))
            for name, schedule in schedules.items()
        }
        for name, run in found.items():
            if name in missed and run.standing == "missing":
                self._raised[name] = run.sentence  # `missed` says more
            self._follow(schedules[name], run, now)
        return {name: run.sentence for name, run in found.items() if run.sentence}

    def _follow(self, schedule: Schedule, run: LastRun, now: datetime) -> None:
        """Raises the alarm over a run that is missing; resolves it once one has collected."""
        name = schedule.name
        if run.standing == "under_way":
            return  # an alarm over it goes on until it has collected
        raised = run.sentence if run.standing == "missing" else None
        if name in self._raised and self._raised[name] == raised:
            return
        if raised is not None:
            self.night.alerts.raise_(
                DID_NOT_RUN, "error", raised, now, site=schedule.site, schedule=name
            )
        else:
            self.night.alerts.resolve([DID_NOT_RUN], now, schedule=name)
        self._raised[name] = raised

    def _tell_missed(self, schedules: Mapping[str, Schedule], now: datetime) -> Collection[str]:
        """Raises the alarm over due times that were missed because no service ran, each once.

        Returns the names of their schedules.
        """
        missed: dict[str, list[Document]] = {}
        for slot in self.night.slots.untold_missed():
            missed.setdefault(slot["schedule"], []).append(slot)
        for name, slots in missed.items():
            schedule = schedules.get(name)
            first, last = (beijing_time(slots[n]["due_at"]) for n in (0, -1))
            when = first if len(slots) == 1 else f"{len(slots)} times from {first} to {last}"
            self._raised.pop(name, None)
            self.night.alerts.raise_(
                DID_NOT_RUN,
                "error",
                f"{name} did not run when it was due, {when}. {slots[-1]['reason']}",
                now,
                site=schedule.site if schedule else None,
                schedule=name,
            )
            self.night.slots.told([slot["_id"] for slot in slots], now)
        return missed
