"""`newsdesk demo`: what a newcomer sees first, and what README.md shows of it."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest

from newsdesk.answers.operations.night import opened_night
from newsdesk.cli.crawls.demo import DATABASE, demo_settings
from pipelines.storage.queries import counts, drop_database
from pipelines.timing import clock
from tests.conftest import Server
from tests.support.command import ROOT, Crawled, Desk
from tests.support.notebook import NOTEBOOK
from tests.support.picture import PICTURE, draw

README = (PICTURE.parents[1] / "README.md").read_text(encoding="utf-8")
OFFLINE = re.findall(r"^newsdesk (?:--database|topics).*$", README, re.MULTILINE)
"""README's commands for looking around in the demo."""


@pytest.fixture(scope="module")
def demo(server: Server) -> Iterator[Crawled]:
    """A desk whose demo has run, and what it said."""
    desk = Desk(server.settings())
    yield Crawled(desk, desk.run("demo"))
    drop_database(demo_settings(desk.settings))


@pytest.mark.parametrize("holds", ["hosts", "slots"])
def test_a_database_with_nights_is_not_emptied(desk: Desk, holds: str) -> None:
    """An operator has called it as the demo does. (It stands before what uses the demo's.)"""
    settings = demo_settings(desk.settings)
    fields: dict[str, Any] = {"slots": {"schedule": "a", "due_at": clock.now(), "state": "done"}}
    document = {"_id": "sina", "site": "sina", "host": None, "updated_at": clock.now()}
    with opened_night(settings) as night:
        night.database[holds].insert_one(fields.get(holds, document))
        said = desk.call("demo")
        assert (said.code, "holds nights: the demo would empty it" in said.err) == (1, True)
        assert night.database[holds].count_documents({}) == 1
    drop_database(settings)


def test_two_nights_of_two_sites(demo: Crawled) -> None:
    said = demo.said
    assert said.code == 0
    for word in ("guancha", "sina", "night 1", "night 2", "Found", "already known", "stored"):
        assert word in said.out
    for word in (
        "stories 3 ·",
        "off topic",
        "unreadable",
        "Newest articles",
        "Look further",
        ":8118",
    ):
        assert word in said.out
    assert f"newsdesk --database {DATABASE} articles show" in said.out
    assert max(map(len, said.out.splitlines())) <= 100
    held = counts(demo_settings(demo.desk.settings))
    assert held["articles"] >= 40
    assert held["jobs"] == 4
    assert not counts(demo.desk.settings).get("articles")


@pytest.mark.parametrize("line", OFFLINE)
def test_readme_shows_commands_that_answer_in_the_demo(demo: Crawled, line: str) -> None:
    said = demo.desk.call(*shlex.split(line, comments=True)[1:])
    assert said.code == 0, said.err
    assert said.out.strip()


def test_readme_shows_several() -> None:
    assert len(OFFLINE) >= 6


@pytest.mark.soak
def test_readme_s_picture_is_what_the_demo_prints(demo: Crawled) -> None:
    drawn = draw(demo.desk.settings)
    assert drawn == PICTURE.read_text(encoding="utf-8"), "run: python -m tests.support.picture"


def test_the_notebook_shows_what_its_cells_find_now(demo: Crawled) -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    nbformat.validate(json.loads(text))
    ended = subprocess.run(
        [sys.executable, "-m", "tests.support.notebook", "-"],
        env=demo.desk.environment(), cwd=ROOT, capture_output=True, text=True, timeout=110,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == text, "run: newsdesk demo && python -m tests.support.notebook"
