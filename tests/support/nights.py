"""A database in which nights have run: jobs of three weeks, alarms, a service, some articles."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database

from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from tests.support.samples import own_words, sample
from tests.support.shelf import put

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SITES = ("guancha", "sina")
STATES = ("ok", "ok", "ok", "partial", "ok", "ok", "failed", "ok")


def seed(database: Database[dict[str, Any]], *, alarms: bool = True) -> None:
    """Three weeks of nights of both sites; one job runs."""
    now, night, dice = clock.now(), NightStore(database), random.Random(7)
    for back in range(21, 0, -1):
        for place, site in enumerate(SITES):
            if (back + place) % 9 != 5:
                state = STATES[(back + 3 * place) % len(STATES)] if alarms and back > 1 else "ok"
                job(night, site, now - back * DAY + 4 * HOUR, state, dice)
    running = night.jobs.create("sina", now - 3 * MINUTE, schedule="sina-day", attempt=1)
    night.jobs.start(running, now - 2 * MINUTE, counts={"found": 41, "new": 17, "failed": 1})
    night.jobs.update(running, updated_at=now)
    night.leases.take("leader", "desk:41:7", 3600, "http://127.0.0.1:8117")
    night.leases.take("service/desk:41:7", "desk:41:7", 3600, "http://127.0.0.1:8117")
    night.changes.add(now - 2 * DAY, "wang", "console", "schedule.pause", "sina-day", {})
    night.changes.add(now - DAY, "li", "terminal", "schedule.resume", "sina-day", {})
    if alarms:
        _alarms(night, now)
    put(
        database,
        (
            sample(number, site=SITES[number % 2], published_at=now - number * HOUR, job=None)
            for number in range(1, 31)
        ),
        now,
    )


def job(night: NightStore, site: str, at: datetime, state: Any, dice: random.Random) -> None:
    job = night.jobs.create(site, at, schedule=f"{site}-night", attempt=1)
    new = 0 if state == "failed" else dice.randint(60, 240)
    counts = {"found": new * 3, "new": new, "revised": dice.randint(0, 12)}
    counts |= {"gone": dice.randint(0, 2), "failed": 0 if state == "ok" else dice.randint(1, 9)}
    night.jobs.start(job, at)
    night.jobs.finish(job, state, at + 20 * MINUTE, reason=f"{state}.", counts=counts)


def _alarms(night: NightStore, now: datetime) -> None:
    message = (
        "guancha: 12 of 14 pages read had no body, and 96 of 100 had one before: its layout may "
        "have changed. See: newsdesk jobs show guancha-20260301T183000-1f2e3d"
    )
    night.alerts.raise_(
        "layout_changed", "error", message, now - 5 * HOUR,
        site="guancha", schedule="guancha-night", job="guancha-20260301T183000-1f2e3d",
    )  # fmt: skip
    night.alerts.raise_(
        "stale_list", "warning", f"sina: nothing new in {own_words(3, 4)} for 3 days.",
        now - 30 * HOUR, site="sina",
    )  # fmt: skip
    night.alerts.acknowledge("stale_list/sina/*", now - HOUR, "wang")
