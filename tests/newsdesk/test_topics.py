"""`newsdesk topics`: what is in force, and whether a file is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.config import Settings
from tests.support.command import Desk

GOOD = '[topics.garden]\ntitle = "花园"\nterms = ["花园", "草坪"]\n'
BROKEN = '[topics.garden]\ntitle = "花园"\nterms = ["花"]\n'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Settings(data_dir=tmp_path / "data", db_port=2000))


def test_the_shipped_topics(desk: Desk) -> None:
    said = desk.call("topics", "list", "--json")
    assert [topic["topic"] for topic in said.json] == ["integrated-circuits"]
    assert "芯片" in said.json[0]["terms"]


def test_a_good_file(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(GOOD)
    said = desk.call("topics", "check", file)
    assert (said.code, said.out) == (0, "garden\t花园\t花园 草坪\n")


def test_a_broken_file_names_line_and_key(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(BROKEN)
    said = desk.call("topics", "check", file)
    assert (said.code, said.out) == (1, "")
    assert "line 3, topics.garden.terms" in said.err


def test_the_last_good_file_stays_in_force(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(GOOD)
    assert desk.call("topics", "list", env={"NEWSDESK_TOPICS": str(file)}).code == 0
    file.write_text(BROKEN)
    said = desk.call("topics", "list", "--json", env={"NEWSDESK_TOPICS": str(file)})
    assert [topic["topic"] for topic in said.json] == ["garden"]
    assert "line 3" in said.err
    assert "last good topics" in said.err
