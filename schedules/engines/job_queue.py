"""Takes waiting jobs for a runner: the foremost ones whose sites are free. All of it blocks."""

from __future__ import annotations

from datetime import datetime

from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from schedules.jobs.identity import host
from schedules.jobs.ledger import SITE_SECONDS


def busy_sites(night: NightStore) -> set[str]:
    """Returns the sites that are being crawled."""
    return {lease["_id"].removeprefix("site/") for lease in night.leases.held("site/")}


def take_jobs(night: NightStore, now: datetime, runner: str, most: int) -> list[Document]:
    """Claims at most so many jobs that may start now, by priority and age.

    Each claimed job belongs to this runner alone, and so does the lease of its site.
    """
    taken: list[Document] = []
    waiting = night.jobs.waiting(now) if most > 0 else []
    busy = busy_sites(night) if waiting else set()
    for job in waiting:
        if len(taken) == most:
            break
        if job["site"] in busy:
            continue
        busy.add(job["site"])
        if take_job(night, job, now, runner):
            taken.append(job)
    return taken


def take_job(night: NightStore, job: Document, now: datetime, runner: str) -> bool:
    """Claims a waiting job and its site for this runner; returns whether it has both."""
    site = f"site/{job['site']}"
    held = night.leases.take(site, job["_id"], SITE_SECONDS, f"on {host()}")
    if held["owner"] != job["_id"]:
        return False
    if night.jobs.claim(job["_id"], now, runner, host()):
        return True
    if (night.jobs.get(job["_id"]) or {}).get("state") != "running":
        night.leases.give_back(site, job["_id"])  # of a running job, it is that job's
    return False
