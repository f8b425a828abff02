"""The API against whatever its own description allows, and what it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fastapi import APIRouter

from newsdesk.answers.operations.night import opened_night
from newsdesk.web.api.description import described
from newsdesk.web.security.accounts import Accounts
from pipelines.config import Settings
from pipelines.timing import clock
from tests.support.console import Served, served

# What the description allows may still name what there is not, or be no query: that is a 400.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,response_headers_conformance,negative_data_rejection,"
    "unsupported_method,ignored_auth"
)

JOB = "sina-20260301T183000-1f2e3d"


def fuzz(console: Served, tmp_path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Lets schemathesis ask, a few times for each operation, always the same."""
    token = Accounts.of(console.settings).add_token("fuzz", "operate")
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{console.url}/api/v1/openapi.json",
        "--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--phases", "fuzzing",
        "--max-examples", "5", "--seed", "7", "--generation-database", "none", "--no-color",
        "--request-timeout", "20", *more,
    ]  # fmt: skip
    return subprocess.run(
        command, capture_output=True, text=True, timeout=200, cwd=tmp_path, check=False
    )


@pytest.mark.parametrize("mode", ["all", pytest.param("positive", marks=pytest.mark.soak)])
def test_nothing_breaks_it(seeded: Served, tmp_path: Path, mode: str) -> None:
    if mode == "positive":  # with names of what there is it comes further
        names = {"article": "sina:800001", "schedule": "sina-night", "job": JOB, "site": "sina"}
        lines = [f'"path.{name}" = "{value}"' for name, value in names.items()]
        config = "\n".join(["[parameters]", *lines])
        (tmp_path / "schemathesis.toml").write_text(config, encoding="utf-8")
        with opened_night(seeded.settings) as night:
            night.jobs.create("sina", clock.now(), id_=JOB)
    found = fuzz(seeded, tmp_path, "--mode", mode)
    assert found.returncode == 0, found.stdout[-8000:] + found.stderr[-2000:]


def test_an_error_of_ours_would_be_found(
    own_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = APIRouter()

    @router.get("/api/v1/planted")
    def planted(number: int = 0) -> int:
        return 1 // (number - number)

    monkeypatch.setitem(
        described()["paths"],
        "/api/v1/planted",
        {
            "get": {
                "parameters": [{"name": "number", "in": "query", "schema": {"type": "integer"}}],
                "responses": {"default": {"description": ""}},
            }
        },
    )
    with served(own_settings, router) as console:
        found = fuzz(console, tmp_path, "--include-path", "/api/v1/planted")
    assert found.returncode == 1
    assert "Server error" in found.stdout
