"""Which browser is used; what is said where there is none."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from crawler.browser.program import NoBrowser, environment, find_browser, version_of
from newsdesk.doctor.browser import judge_browser
from pipelines.config import Settings


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_real_one_is_found_and_runs(browser: str) -> None:
    assert "Chrom" in version_of(browser)
    assert judge_browser(Settings(), ["a"]).state == "ok"


def test_the_lightest_of_the_systems_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoBrowser, match="apt-get install chromium-headless-shell"):
        find_browser()
    for name in ("google-chrome", "chromium"):
        script(tmp_path / name, "exit 0")
    assert find_browser() == str(tmp_path / "chromium")


def test_the_operators_choice_counts(tmp_path: Path) -> None:
    mine = script(tmp_path / "mine", "echo Chromium 1.2.3")
    assert find_browser(mine) == str(mine)
    assert version_of(str(mine)) == "Chromium 1.2.3"
    with pytest.raises(NoBrowser, match="NEWSDESK_BROWSER"):
        find_browser(tmp_path / "none")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("echo 'error while loading libnss3.so' >&2; exit 127", "libnss3.so"),
        ("exit 1", "exit"),
    ],
)
def test_one_that_does_not_run_says_why(tmp_path: Path, text: str, said: str) -> None:
    broken = script(tmp_path / "broken", text)
    check = judge_browser(Settings(browser=broken), ["example"])
    assert check.state == "fail"
    assert said in check.found
    assert "example" in check.found
    assert "apt-get" in check.todo


def test_doctor_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    needed, not_needed = (judge_browser(Settings(), names) for names in (["example"], []))
    assert (needed.state, not_needed.state) == ("fail", "warn")
    assert "no Chromium" in needed.found
    assert "apt-get install" in needed.todo
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "pip install 'newsdesk[browser]'" in judge_browser(Settings(), []).todo


def test_the_browser_is_told_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://someone:secret@db")
    assert "secret" not in str(environment())
    assert "PATH" in environment()
