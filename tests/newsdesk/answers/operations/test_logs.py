"""Logs by parts: every line once, whole lines alone, and no password, wherever one cuts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from newsdesk.answers.operations import logs
from newsdesk.answers.operations.logs import log_part, log_search
from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from schedules.job import JobFiles

JOB = "sina-1"


@pytest.fixture
def log(database: Database[dict[str, Any]], settings: Settings) -> Path:
    NightStore(database).jobs.create("sina", clock.now(), id_=JOB)
    path = JobFiles.of(settings.jobs_dir, JOB).log
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_pages_backwards_hold_each_line_once(log: Path, settings: Settings) -> None:
    lines = [f"第 {number} 行 {'x' * (number % 700)}" for number in range(3000)]
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found, before = list[str](), None
    while before != 0:
        part = log_part(settings, JOB, before=before)
        found[:0] = [each.text for each in part.lines]
        before = part.begin
    assert found == lines


def test_the_end_of_a_line_that_is_not_done_shows(log: Path, settings: Settings) -> None:
    log.write_text("one\n\ntwo", encoding="utf-8")
    assert [each.text for each in log_part(settings, JOB).lines] == ["one", "", "two"]
    log.write_text("", encoding="utf-8")
    assert log_part(settings, JOB).lines == []


def test_no_cut_shows_a_password(
    log: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "BLOCK", 64)
    text = "a line\nmongodb://desk:geheim@db/news is away\nanother line\n" * 3
    log.write_text(text, encoding="utf-8")
    for place in range(0, len(text), 5):
        for part in (log_part(settings, JOB, before=place), log_part(settings, JOB, around=place)):
            assert "gehe" not in "".join(each.text for each in part.lines)
    assert log_search(settings, JOB, "desk:g").lines == []
    assert len(log_search(settings, JOB, "DB/NEWS").lines) == 3


def test_a_search_ends_and_says_so(
    log: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.write_text("".join(f"line {number} 中文\n" for number in range(1000)), encoding="utf-8")
    whole = log_search(settings, JOB, "LINE 7")
    assert (len(whole.lines), whole.cut) == (111, False)
    many = log_search(settings, JOB, "中文")
    assert (len(many.lines), many.cut) == (logs.MOST_HITS, True)
    assert many.lines[-1].text == "line 999 中文"
    monkeypatch.setattr(logs, "MOST_SEARCHED", 1000)
    assert log_search(settings, JOB, "line 3").cut
