"""The Dockerfile: judged by hadolint, and what it copies is there and is let in."""

from __future__ import annotations

from fnmatch import fnmatch

from tests.support.command import ROOT
from tests.support.deployed import DEPLOY, dockerfile, judge


def copied() -> list[str]:
    """What the image takes from the checkout."""
    steps = [step.text.split() for step in dockerfile() if step.word == "COPY"]
    return [source for step in steps if "--from=build" not in step for source in step[:-1]]


def let_in() -> tuple[list[str], list[str]]:
    """What the ignore file lets in, and what it keeps out all the same."""
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    return [line[1:] for line in rules if line[0] == "!"], [r for r in rules[1:] if r[0] != "!"]


def test_hadolint_finds_nothing() -> None:
    assert judge("hadolint", "--no-color", DEPLOY / "Dockerfile") == (0, "")


def test_all_that_is_copied_is_there_and_nothing_else_is_sent() -> None:
    assert all((ROOT / source).exists() for source in copied())
    assert sorted({source.rstrip("/") for source in copied()}) == sorted(let_in()[0])
    assert any(fnmatch("crawler/sites/__pycache__", rule) for rule in let_in()[1])


def test_every_file_that_is_fetched_needs_a_hash() -> None:
    fetching = [step.text for step in dockerfile() if "pip install" in step.text]
    assert len(fetching) == 2
    assert all("--require-hashes" in text for text in fetching)
    lock = (DEPLOY / "build.lock").read_text(encoding="utf-8")
    assert "hatchling==" in lock
    assert "://" not in lock


def test_it_runs_as_nobody_special_and_names_no_host() -> None:
    steps = dockerfile()
    assert [step.text for step in steps if step.word == "USER"] == ["10001:10001"]
    bases = {step.text for step in steps if step.word == "FROM"}
    assert bases == {"python:${PYTHON}-slim-bookworm AS build", "python:${PYTHON}-slim-bookworm"}
