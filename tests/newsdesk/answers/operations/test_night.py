"""Schedules in force, for a process that asks again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pymongo.database import Database

from newsdesk.answers.operations.night import schedules_in_force
from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore


def test_a_file_that_changes_counts_at_once(
    settings: Settings, database: Database[dict[str, Any]], tmp_path: Path
) -> None:
    night, file = NightStore(database), tmp_path / "schedules.toml"
    changed = settings.model_copy(update={"schedules": file})
    for name in ("early", "late-at-night"):
        file.write_text(f'[schedules.{name}]\nsite = "sina"\ncron = "0 3 * * *"\n')
        assert set(schedules_in_force(changed, night)) == {name}
    assert "sina-night" in schedules_in_force(settings, night)
