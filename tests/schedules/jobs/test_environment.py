"""What a job is handed of the settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.config import CONFIG_ENVIRONMENT_NAME, Settings
from schedules.job import JobFiles, JobSpec
from schedules.jobs.runner import job_environment


def test_a_file_that_breaks_later_changes_no_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "newsdesk.toml"
    file.write_text("contact = 'me@desk.example'\n[sites.sina]\nconcurrency = 1\n")
    monkeypatch.setenv(CONFIG_ENVIRONMENT_NAME, str(file))
    settings = Settings()
    file.write_text("contact = ")
    files = JobFiles.of(tmp_path, "sina-1")
    environment = job_environment(JobSpec(site="sina"), settings, "sina-1", files)
    for name in {*os.environ} - {*environment}:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings
