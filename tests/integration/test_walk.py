"""CONTRIBUTING's example of a new site, run to the letter, in a folder of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.conftest import Server
from tests.support.command import ROOT, Desk
from tests.support.portal import NIGHTS, stories, write_night

WALK = ROOT / "CONTRIBUTING.md"
RECORDED = ROOT / "fixtures" / "unknown_site"
DATABASES = ("newsdesk", "newsdesk_replay")
OF_NO_TOPIC = 10846425
"""The one article that only `reparse` could read, and that it turned away as a crawl would."""


@pytest.fixture
def environment(server: Server, tmp_path: Path) -> Iterator[dict[str, str]]:
    found = Desk(server.settings()).environment(NEWSDESK_ARCHIVE_DIR=str(tmp_path / "archive"))
    for name in ("NEWSDESK_CONFIG", "NEWSDESK_DATABASE"):
        found.pop(name, None)
    found["PATH"] = f"{Path(sys.executable).parent}:{found['PATH']}"
    yield found
    with MongoClient[dict[str, Any]](server.uri) as client:
        for name in DATABASES:
            client.drop_database(name)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_the_example_of_a_new_site_is_true_to_the_letter(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    section = WALK.read_text(encoding="utf-8").partition("### An example")[2].partition("\n### ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == 2
    ask = "newsdesk --database newsdesk_replay articles list --site jiangwan --limit 100 --json"
    script = f"set -e\n{''.join(blocks)}echo; echo ARTICLES; {ask}\n"
    ended = subprocess.run(
        ["bash", "-c", script],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    listed = json.loads(ended.stdout.rpartition("ARTICLES\n")[2])
    stored = {int(each["key"]): each["title"] for each in listed}
    written = {story.number: story.title for night in NIGHTS for story in stories(night)}
    assert stored.items() < written.items()
    assert written.keys() - stored.keys() == {OF_NO_TOPIC}


@pytest.mark.parametrize("night", NIGHTS)
def test_its_recording_is_up_to_date(night: int, tmp_path: Path) -> None:
    made = write_night(tmp_path / "night", night)
    kept = RECORDED / f"night-{night}"
    assert {each.name: each.read_bytes() for each in kept.iterdir()} == {
        each.name: each.read_bytes() for each in made.iterdir()
    }
