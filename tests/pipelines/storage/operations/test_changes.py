"""The record of changes: the newest first, of one thing or of all, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.database import Database

from pipelines.storage.operations.changes import ChangeRepository

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_changes_are_kept_for_a_while(database: Database[dict[str, Any]]) -> None:
    changes = ChangeRepository(database)
    for hour, subject in enumerate(("sina-day", "sina-1", "sina-day")):
        at = MORNING + timedelta(hours=hour)
        changes.add(at, "wang", "console", "schedule.pause", subject, {"note": hour})
    assert [each["details"]["note"] for each in changes.list(2)] == [2, 1]
    assert [each["details"]["note"] for each in changes.list(9, "sina-day")] == [2, 0]
    assert changes.forget_old(MORNING + timedelta(hours=1)) == 1
    assert len(changes.list(9)) == 2
