"""Tonight: what a night came to, and that it is never fine by mistake."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from newsdesk.answers.operations.tonight import (
    NightMemory,
    SiteNight,
    mornings_until,
    tonight_of,
)
from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from tests.support.nights import seed
from tests.support.samples import sample
from tests.support.shelf import put

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("jobs", "missed", "state"),
    [
        ({"ok": 3}, 0, "ok"),
        ({"ok": 3, "cancelled": 1}, 0, "ok"),
        ({"ok": 3, "failed": 1}, 0, "partial"),
        ({"ok": 3}, 1, "partial"),
        ({"partial": 1}, 0, "partial"),
        ({"failed": 2}, 0, "failed"),
        ({"blocked": 1}, 3, "failed"),
        ({"lost": 1}, 0, "failed"),
        ({}, 2, "missed"),
        ({"cancelled": 1}, 0, "none"),
        ({}, 0, "none"),
        ({"ok": 1, "running": 1}, 0, "running"),
        ({"pending": 1}, 0, "running"),
    ],
)
def test_what_a_night_came_to(jobs: dict[str, int], missed: int, state: str) -> None:
    assert SiteNight(morning=date(2026, 3, 2), jobs=jobs, missed=missed).state == state


def test_a_night_goes_from_noon_to_noon_in_beijing() -> None:
    before = mornings_until(datetime(2026, 3, 2, 3, 59, tzinfo=UTC), 3)
    assert before == [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)]
    assert mornings_until(datetime(2026, 3, 2, 4, 0, tzinfo=UTC), 1) == [date(2026, 3, 3)]


def test_jobs_belong_to_their_night(
    settings: Settings, database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_CLOCK", "2026-03-05T09:00:00+08:00")
    night = NightStore(database)
    for hour, new in ((11, 5), (13, 7)):  # in Beijing, on 1 March
        at = datetime(2026, 3, 1, hour - 8, tzinfo=UTC)
        job = night.jobs.create("sina", at, schedule="sina-day")
        night.jobs.finish(job, "ok", at, counts={"new": new, "revised": 1})
    found = tonight_of(settings)
    sina = next(row for row in found.sites if row.site == "sina")
    brought = {each.morning: each.new for each in sina.nights if each.new}
    assert brought == {date(2026, 3, 1): 5, date(2026, 3, 2): 7}


def test_another_attempt_makes_up_for_the_first(
    settings: Settings, database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_CLOCK", "2026-03-05T09:00:00+08:00")  # no noon is near
    night, now = NightStore(database), clock.now()
    for attempt, state in ((1, "failed"), (2, "ok")):
        at = now - 5 * HOUR + attempt * timedelta(minutes=5)
        job = night.jobs.create("sina", at, slot="s", attempt=attempt, id_=f"sina-{attempt}")
        night.jobs.finish(job, state, at, counts={"new": attempt})  # type: ignore[arg-type]
    row = next(row for row in tonight_of(settings).sites if row.site == "sina")
    assert (row.last.jobs, row.last.new, row.last.state) == ({"ok": 1}, 3, "ok")


def test_replays_are_no_nights(settings: Settings, database: Database[dict[str, Any]]) -> None:
    night, now = NightStore(database), clock.now()
    job = night.jobs.create("sina", now - HOUR, kind="replay")
    night.jobs.finish(job, "ok", now, counts={"new": 9})
    put(database, [sample(1, site="sina", job=job)], now)
    night.leases.take("service/a:1:2", "a:1:2", 60)
    found = tonight_of(settings)
    assert (found.verdict, found.only_replays, found.articles) == ("no_night", True, 1)
    assert {row.last.state for row in found.sites} == {"none"}
    assert {row.newest_at for row in found.sites} == {None}


@pytest.mark.parametrize(
    ("alarms", "service", "verdict"),
    [(False, True, "fine"), (True, True, "needs_you"), (False, False, "no_service")],
)
def test_the_verdict(
    settings: Settings,
    database: Database[dict[str, Any]],
    alarms: bool,
    service: bool,
    verdict: str,
) -> None:
    seed(database, alarms=alarms)
    if not service:
        database["leases"].delete_many({})
    assert tonight_of(settings).verdict == verdict


def test_what_needs_somebody_stands_first(
    settings: Settings, database: Database[dict[str, Any]]
) -> None:
    night, now = NightStore(database), clock.now()
    for site, state in (("guancha", "ok"), ("sina", "failed")):
        job = night.jobs.create(site, now - HOUR)
        night.jobs.finish(job, state, now)  # type: ignore[arg-type]
    assert [row.site for row in tonight_of(settings).sites][:2] == ["sina", "guancha"]


def test_when_a_site_is_due_next(settings: Settings, database: Database[dict[str, Any]]) -> None:
    night = NightStore(database)
    for schedule in ("sina-night", "sina-day"):
        night.schedules.change(schedule, clock.now(), "wang", enabled=False)
    rows = {row.site: row for row in tonight_of(settings).sites}
    assert (rows["sina"].fires, rows["sina"].next_at) == (False, None)
    assert not rows["sina"].is_used
    assert rows["guancha"].fires
    assert rows["guancha"].is_used
    assert rows["guancha"].next_at is not None
    assert clock.now() < rows["guancha"].next_at <= clock.now() + 8 * HOUR


def test_what_is_remembered_of_older_nights_is_what_was(
    settings: Settings, database: Database[dict[str, Any]]
) -> None:
    seed(database)
    memory = NightMemory()
    first, again = tonight_of(settings, memory), tonight_of(settings, memory)
    assert first.sites == again.sites == tonight_of(settings).sites
