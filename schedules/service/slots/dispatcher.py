"""Gives open slots their jobs, and turns ended jobs into another attempt or the slot's end.

Every step may be interrupted and repeated, by this process or another: the id of a job follows
from schedule, due time and attempt, and a slot is changed only if it is still as it was read. So
a due time runs once, however many services there are and wherever one of them is killed.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from attrs import define

from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing.beijing import beijing_time
from schedules.timetable.schedule import ON_TIME, Schedule, job_id, slot_id

FIRST_PAUSE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 1800.0
MOST_LOST = 5
"""Most jobs of a slot that may be lost with their runner without counting as attempts."""
PASSING = frozenset(
    {"network", "dns", "database", "disk", "deadline", "hung", "memory", "cut_short", "lost", "bug"}
)
"""Problems that may be over at the next attempt."""
ENDED_WELL = frozenset({"ok", "partial"})


@define
class Dispatcher:
    """Looks after all open slots. Blocks. name: the service, for the record."""

    night: NightStore
    name: str | None = None

    def look(self, schedules: Mapping[str, Schedule], now: datetime) -> bool:
        """Takes every open slot as far as it can go by `now`; returns whether any is open."""
        slots = self.night.slots.open()
        at_work = {slot["schedule"]: slot for slot in slots if slot["state"] == "running"}
        ids = [slot["job"] for slot in at_work.values()]
        jobs = self.night.jobs.several(ids) if ids else {}
        for slot in slots:
            schedule = schedules.get(slot["schedule"])
            if schedule is None:
                self._end(slot, "skipped", "The schedule is no longer in the schedules file.", now)
            elif slot["state"] == "running":
                self._follow(slot, schedule, schedules, now)
            elif self._begin(slot, schedule, at_work.get(schedule.name), jobs, now):
                at_work[schedule.name] = slot
        return bool(slots)

    def _begin(
        self,
        slot: Document,
        schedule: Schedule,
        other: Document | None,
        jobs: Mapping[str, Document],
        now: datetime,
    ) -> bool:
        """Gives a pending slot its job; returns whether it did. A slot may be skipped instead.

        Slots of missed due times that all have to run are not skipped: their jobs wait in line.
        """
        made_up_for = schedule.catch_up == "all" and (_is_late(slot, now) or _is_late(other, now))
        if other is not None and schedule.overlap == "skip" and not made_up_for:
            before = beijing_time(other["due_at"])
            self._end(slot, "skipped", f"The run due {before} was not done yet.", now)
            return False
        if other is not None and schedule.overlap == "replace":
            job = jobs.get(other.get("job") or "")
            if job is not None and job.get("ended_at") is None:
                by = f"the run due {beijing_time(slot['due_at'])}"
                self.night.jobs.ask_to_stop(job["_id"], now, by)
        first = self._first_attempt(slot, schedule)
        job_ = self._create_job(slot, schedule, first, schedule.start_of(slot["due_at"]), now)
        claim = {"claimed_by": self.name, "claimed_at": now}
        self.night.slots.change(
            slot, state="running", job=job_, attempts=first, lost=first - 1, **claim
        )
        slot["state"], slot["job"] = "running", job_
        return True

    def run_again(self, slot: Document, schedule: Schedule, now: datetime) -> str | None:
        """Gives a slot that is done with another job; returns its id, None if it is not done."""
        if slot["state"] in {"pending", "running"}:
            return None
        attempt = max(slot.get("attempts") or 0, self._first_attempt(slot, schedule) - 1) + 1
        job = self._create_job(slot, schedule, attempt, now, now)
        told = f"Run again as {self.name} asked." if self.name else None
        changes: Document = {"state": "running", "job": job, "attempts": attempt, "reason": told}
        changes |= {"claimed_by": self.name, "claimed_at": now, "ended_at": None}
        # What was lost or tried before is not counted against the new run.
        changes["lost"] = attempt - 1
        return job if self.night.slots.change(slot, **changes) else None

    def _first_attempt(self, slot: Document, schedule: Schedule) -> int:
        """Returns 1, or more if jobs bear its name that are those of no slot any more."""
        attempt = 1
        while True:
            name = job_id(schedule.site, schedule.name, slot["due_at"], attempt)
            job = self.night.jobs.get(name)
            if job is None or job.get("slot") is not None:
                return attempt
            attempt += 1

    def _create_job(
        self,
        slot: Document,
        schedule: Schedule,
        attempt: int,
        not_before: datetime,
        now: datetime,
    ) -> str:
        return self.night.jobs.create(
            schedule.site,
            now,
            id_=job_id(schedule.site, schedule.name, slot["due_at"], attempt),
            arguments=slot_arguments(slot, schedule),
            schedule=schedule.name,
            slot=slot["_id"],
            attempt=attempt,
            priority=schedule.priority,
            deadline_seconds=int(schedule.deadline.total_seconds()),
            not_before=not_before,
        )

    def _follow(
        self, slot: Document, schedule: Schedule, schedules: Mapping[str, Schedule], now: datetime
    ) -> None:
        """Starts another attempt, or closes the slot, when its job has ended."""
        attempt = slot.get("attempts") or 1
        job = self.night.jobs.get(slot["job"])
        if job is None:  # a kill between the two writes, or somebody deleted it
            self._create_job(slot, schedule, attempt, schedule.start_of(slot["due_at"]), now)
            return
        if job.get("ended_at") is None:
            return
        lost = (slot.get("lost") or 0) + (job["state"] == "lost")
        if another_attempt(job, schedule, attempt - (slot.get("lost") or 0), lost):
            pause = timedelta() if job["state"] == "lost" else pause_before(attempt + 1 - lost)
            following = self._create_job(slot, schedule, attempt + 1, now + pause, now)
            self.night.slots.change(slot, job=following, attempts=attempt + 1, lost=lost)
            return
        if self._end(slot, "done", job.get("reason") or job["state"], now):
            self._start_followers(slot, schedule, schedules, job, now)

    def _end(self, slot: Document, state: str, reason: str, now: datetime) -> bool:
        told = " ".join(filter(None, (slot.get("reason"), reason)))
        return self.night.slots.change(slot, state=state, reason=told, ended_at=now)

    def _start_followers(
        self,
        slot: Document,
        schedule: Schedule,
        schedules: Mapping[str, Schedule],
        job: Document,
        now: datetime,
    ) -> None:
        """Writes the slots of the schedules that run after this one."""
        slots = []
        for follower in schedules.values():
            if follower.after == schedule.name:
                state, reason = "pending", None
                if job["state"] not in ENDED_WELL:
                    state, reason = "skipped", f"{schedule.name} ended as {job['state']}."
                elif not follower.fires(now):
                    state, reason = "skipped", "The schedule was paused."
                slots.append(
                    {
                        "_id": slot_id(follower.name, slot["due_at"]),
                        "schedule": follower.name,
                        "due_at": slot["due_at"],
                        "state": state,
                        "reason": reason,
                    }
                )
        self.night.slots.add(slots)


def _is_late(slot: Document | None, now: datetime) -> bool:
    """Tells whether a slot got its job, or gets it now, too late to be on time."""
    if slot is None:
        return False
    late: timedelta = (slot.get("claimed_at") or now) - slot["due_at"]
    return late > ON_TIME


def slot_arguments(slot: Document, schedule: Schedule) -> dict[str, str]:
    """Returns the arguments of a job: the schedule's, and the time span that was missed."""
    arguments = dict(schedule.arguments)
    start: datetime | None = slot.get("window_start")
    if start is not None and not {"since", "until"} & set(arguments):
        arguments["since"] = start.astimezone(UTC).isoformat(timespec="seconds")
        if schedule.catch_up == "all":
            arguments["until"] = slot["due_at"].astimezone(UTC).isoformat(timespec="seconds")
    return arguments


def another_attempt(job: Document, schedule: Schedule, attempts: int, lost: int) -> bool:
    """Tells whether an ended job is tried again. attempts: without those lost before."""
    if job["state"] == "lost":
        return lost <= MOST_LOST
    if job["state"] == "partial":
        kinds = {problem["kind"] for problem in job.get("problems") or ()}
        return bool(kinds & PASSING) and attempts <= schedule.retries
    return job["state"] == "failed" and attempts <= schedule.retries


def pause_before(attempt: int) -> timedelta:
    """Returns 1, 2, 4 ... minutes, half an hour at most, plus up to a tenth at random."""
    doublings = max(0, attempt - 2)
    seconds = min(FIRST_PAUSE_SECONDS * float(2**doublings), LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=seconds * (1 + random.random() / 10))  # noqa: S311 - no secret
