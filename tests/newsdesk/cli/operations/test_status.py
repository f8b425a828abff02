"""`newsdesk status`: whether tonight is fine."""

from __future__ import annotations

from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from tests.support.command import Desk


def test_a_night_is_fine_with_a_service_and_without_errors(desk: Desk, night: NightStore) -> None:
    said = desk.call("status")
    assert said.code == 1
    assert "No service runs" in said.out
    night.leases.take("leader", "desk:1:2", 60)
    night.leases.take("service/desk:1:2", "desk:1:2", 60, "on desk")
    assert "Tonight is fine" in desk.call("status").out
    night.alerts.raise_("stale", "error", "Old.", clock.now(), site="sina")
    found = desk.call("status", "--json")
    assert (found.code, found.json["fine"]) == (1, False)
    assert len(found.json["schedules"]) == 4
