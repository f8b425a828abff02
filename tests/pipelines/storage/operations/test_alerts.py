"""Alerts in MongoDB, when each is told, and what is silenced."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.storage.operations.alerts import AlertRepository
from tests.support.slots import (
    HOUR,
    NIGHT,
)


@pytest.fixture
def alerts(database: Database[dict[str, Any]]) -> AlertRepository:
    return AlertRepository(database)


def test_told_once_then_repeated_then_over(alerts: AlertRepository) -> None:
    repeat = timedelta(hours=6)
    alerts.raise_("network", "error", "Down.", NIGHT, site="sina")

    def told(now: datetime) -> list[str]:
        found = alerts.to_tell(now, now - repeat)
        alerts.told(found, now)
        return [each["kind"] for each in found]

    assert told(NIGHT) == ["network"]
    alerts.raise_("network", "error", "Down.", NIGHT + HOUR, site="sina")
    assert told(NIGHT + HOUR) == []
    assert told(NIGHT + 7 * HOUR) == ["network"]
    assert alerts.acknowledge("network/sina/*", NIGHT, "me")
    assert told(NIGHT + 20 * HOUR) == []
    alerts.resolve(["network"], NIGHT + 21 * HOUR, site="sina")
    assert told(NIGHT + 21 * HOUR) == ["network"]
    assert told(NIGHT + 99 * HOUR) == []
    assert not alerts.acknowledge("network/sina/*", NIGHT, "me")


def test_what_was_over_before_it_was_told_as_raised_is_told_as_over(
    alerts: AlertRepository,
) -> None:
    alerts.raise_("network", "error", "Down.", NIGHT, site="sina")
    as_read = alerts.to_tell(NIGHT, NIGHT)
    alerts.resolve(["network"], NIGHT, site="sina")
    alerts.told(as_read, NIGHT)
    (over,) = alerts.to_tell(NIGHT, NIGHT)
    assert over["resolved_at"] == NIGHT


def test_what_was_told_while_the_clock_was_ahead_is_told_again(alerts: AlertRepository) -> None:
    alerts.raise_("network", "error", "Down.", NIGHT + 24 * HOUR, site="sina")
    alerts.told(alerts.to_tell(NIGHT + 24 * HOUR, NIGHT), NIGHT + 24 * HOUR)
    assert len(alerts.to_tell(NIGHT, NIGHT - HOUR)) == 1


@pytest.mark.parametrize(
    ("pattern", "silent"),
    [("*/sina", True), ("network/*", True), ("network/sina", True), ("stale/sina", False),
     ("*/guancha", False), ("*/*", True)],
)  # fmt: skip
def test_silence(alerts: AlertRepository, pattern: str, silent: bool) -> None:
    alerts.raise_("network", "error", "Down.", NIGHT, site="sina")
    alerts.silence(pattern, NIGHT + HOUR, NIGHT, "me", None)
    assert bool(alerts.to_tell(NIGHT, NIGHT)) != silent
    assert alerts.to_tell(NIGHT + HOUR, NIGHT)
    for given, kept in (("why", "why"), (None, "why"), ("else", "else")):
        alerts.silence(pattern, NIGHT + HOUR, NIGHT, "me", given)
        assert alerts.silences(NIGHT)[0]["note"] == kept
    assert alerts.unsilence(pattern)
