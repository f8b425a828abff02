"""Leases: who may do what, by MongoDB's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.storage.operations.leases import LeaseRepository


@pytest.fixture
def leases(database: Database[dict[str, Any]]) -> LeaseRepository:
    return LeaseRepository(database)


def test_one_holds_it_until_it_runs_out_or_is_given_back(leases: LeaseRepository) -> None:
    assert leases.take("leader", "a", 60)["owner"] == "a"
    assert leases.take("leader", "b", 60)["owner"] == "a"
    leases.give_back("leader", "b")
    assert [each["owner"] for each in leases.held("leader")] == ["a"]
    leases.give_back("leader", "a")
    assert leases.take("leader", "b", 0)["owner"] == "b"
    assert leases.held() == []
    assert leases.take("leader", "a", 60)["owner"] == "a"


def test_all_that_a_job_holds_is_given_back(leases: LeaseRepository) -> None:
    for name in ("site/sina", "job/x"):
        leases.take(name, "x", 60)
    leases.take("leader", "a", 60)
    leases.give_back_all("x")
    assert [each["_id"] for each in leases.held()] == ["leader"]


def test_one_taken_by_a_clock_that_was_ahead_holds_nobody_up(
    leases: LeaseRepository, database: Database[dict[str, Any]]
) -> None:
    """A service was killed while the clock was a day ahead: nobody could lead until then."""
    leases.take("leader", "a", 20)
    ahead = datetime.now(UTC) + timedelta(days=1)
    times = {"since": ahead, "taken_at": ahead, "until": ahead + timedelta(seconds=20)}
    database["leases"].update_one({"_id": "leader"}, {"$set": times})
    assert leases.held("leader") == []
    assert leases.take("leader", "b", 20)["owner"] == "b"
    (held,) = leases.held("leader")
    assert held["until"] < datetime.now(UTC) + timedelta(seconds=30)
