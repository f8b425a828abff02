"""Raises and resolves alerts when jobs end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import get_args

from pipelines.counting import counters
from pipelines.counting.stats import stats_of
from pipelines.storage.documents import Document
from pipelines.storage.operations.alerts import Severity
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.schema.reading import misfits
from schedules.job import ProblemKind
from schedules.timetable.schedule import Schedule
from schedules.verdicts.verdict import STANDING_STILL

JOB_KINDS: tuple[str, ...] = (*get_args(ProblemKind), "failed")
"""Every kind of alert that a job raises. A job that ends ok resolves them all."""
STALE_LIST = "stale_list"
_MILD = frozenset({"lost", "paused", "unusual", "topics", "cut_short"})


def tell_jobs(night: NightStore, now: datetime) -> int:
    """Turns ended jobs into alerts, each job once; returns how many jobs."""
    told = 0
    for job in night.jobs.untold():
        if _is_decided(night, job):
            _tell(night, job, now)
            night.jobs.told(job["_id"], now)
            told += 1
    return told


def _is_decided(night: NightStore, job: Document) -> bool:
    """Tells whether the dispatcher has seen the end of a job. If it tries again, nobody is told."""
    slot = night.slots.get(job["slot"]) if job.get("slot") else None
    return slot is None or slot["state"] != "running" or slot.get("job") != job["_id"]


def _is_tried_again(night: NightStore, job: Document) -> bool:
    slot = night.slots.get(job["slot"]) if job.get("slot") else None
    return slot is not None and slot.get("job") != job["_id"]


def _tell_lists(night: NightStore, job: Document, now: datetime) -> None:
    """Raises an alert over lists that bring nothing new, though the job went well."""
    stats = stats_of(job.get("counts") or {})
    odd = [
        f"{name} ({flag})"
        for flag in STANDING_STILL
        for name in counters.LIST_FLAGS[flag].each(stats)
    ]
    if odd:
        message = f"{job['site']}: lists that bring nothing new any more: {', '.join(odd)}."
        night.alerts.raise_(STALE_LIST, "warning", message, now, site=job["site"], job=job["_id"])
    else:
        night.alerts.resolve([STALE_LIST], now, site=job["site"])


def _tell(night: NightStore, job: Document, now: datetime) -> None:
    site, state = job.get("site"), job["state"]
    if job["kind"] != "crawl":
        return  # a replay or an import says nothing about the site
    if state in {"ok", "partial"}:
        _tell_lists(night, job, now)
    if state == "ok":
        # Every crawl of the site counts, even one over a part of it.
        night.alerts.resolve(JOB_KINDS, now, site=site)
        return
    if state == "cancelled" or _is_tried_again(night, job):
        return
    problems = job.get("problems") or [{"kind": "failed", "sentence": job.get("reason") or state}]
    kinds = [problem["kind"] for problem in problems]
    if state == "partial":  # one that failed saw too little of the site to say what is over
        night.alerts.resolve(set(JOB_KINDS) - set(kinds), now, site=site)
    for kind in dict.fromkeys(kinds):
        sentences = [each["sentence"] for each in problems if each["kind"] == kind]
        night.alerts.raise_(
            kind,
            severity_of(kind, state),
            f"{site} {state}: {' '.join(sentences)} See: newsdesk jobs show {job['_id']}",
            now,
            site=site,
            job=job["_id"],
        )


def refused_records(night: NightStore, schedules: Mapping[str, Schedule]) -> str | None:
    """Returns a sentence about what stands in MongoDB and is not believed; None if nothing is."""
    found = [
        f"What operators decided about {each.name} ({each.refused}): newsdesk schedules change "
        f"{each.name} --reset drops it."
        for each in schedules.values()
        if each.refused
    ]
    for name, ids in misfits(night.database).items():
        found.append(f"Documents of {name} that are not as declared: {', '.join(ids)}.")
    return f"Refused, and as if it were not there: {' '.join(found)}" if found else None


def severity_of(kind: str, state: str) -> Severity:
    """Returns how much a problem matters: a failed or blocked job is an error."""
    if kind in _MILD and state != "failed":
        return "warning"
    return "error" if state in {"failed", "blocked"} or kind in {"stale", "bug"} else "warning"
