"""`newsdesk status`: whether tonight is fine."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from newsdesk.cli.operations.status import verdict_line
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from tests.support.command import Desk


def test_a_night_is_fine_with_a_service_and_without_errors(desk: Desk, night: NightStore) -> None:
    night.leases.take("leader", "desk:1:2", 60)
    night.leases.take("service/desk:1:2", "desk:1:2", 60, "on desk")
    night.jobs.finish(night.jobs.create("sina", clock.now()), "ok", clock.now())
    assert "Tonight is fine" in desk.call("status").out
    night.alerts.raise_("stale", "error", "Old.", clock.now(), site="sina")
    found = desk.call("status", "--json")
    assert (found.code, found.json["fine"]) == (1, False)
    assert {each["schedule"] for each in found.json["schedules"]} >= {"guancha-night", "sina-day"}


def test_before_the_first_night_nothing_is_fine_and_nothing_is_wrong(
    desk: Desk, night: NightStore
) -> None:
    for kind in ("replay", "import"):
        job = night.jobs.create("sina", clock.now(), kind=kind)
        night.jobs.finish(job, "ok", clock.now())
    said = desk.call("status")
    assert said.code == 1
    assert said.out.startswith("· No night has run yet.\n✗ No service runs")
    assert "No night has run yet." in desk.call("alerts", "check").err
    night.leases.take("leader", "desk:1:2", 60)
    night.leases.take("service/desk:1:2", "desk:1:2", 60, "on desk")
    said = desk.call("status")
    assert (said.code, "No night has run yet" in said.out) == (1, True)
    checked = desk.call("alerts", "check")
    assert (checked.code, checked.err) == (0, "No night has run yet.\n")


def test_a_job_that_is_not_heard_of_and_a_service_in_trouble_are_not_fine(
    desk: Desk, night: NightStore
) -> None:
    night.jobs.finish(night.jobs.create("sina", clock.now()), "ok", clock.now())
    night.leases.take("service/desk:1:2", "desk:1:2", 60, "on desk")
    assert desk.call("status").code == 0
    frozen = night.jobs.create("sina", clock.now())
    night.jobs.claim(frozen, clock.now() - timedelta(seconds=343), "desk:1:2", "desk")
    said = desk.call("status", "--json")
    assert (said.code, said.json["fine"]) == (1, False)
    assert said.json["wrong"][0].startswith(f"{frozen} runs, but nothing was heard of it since")
    night.jobs.finish(frozen, "lost", clock.now())
    night.leases.take("service/desk:1:2", "desk:1:2", 60, "on desk", "alerts: Too many open files")
    said = desk.call("status")
    assert (said.code, "desk:1:2: alerts: Too many open files" in said.out) == (1, True)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "✓ Tonight is fine."),
        ({"under_way": True}, "✓ Tonight is under way, and fine so far."),
        ({"fine": False}, "✗ Something needs you."),
        ({"fine": False, "begun": False}, "· No night has run yet."),
        ({"fine": False, "begun": False, "wrong": ["x"]}, "✗ Something needs you."),
    ],
)
def test_how_tonight_is_in_a_word(changes: dict[str, Any], says: str) -> None:
    found = {"fine": True, "begun": True, "under_way": False, "alerts": [], "wrong": []}
    assert verdict_line({**found, **changes}).plain == says
