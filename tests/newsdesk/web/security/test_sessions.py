"""Sessions that were logged out of are remembered until they are old, in a bounded file."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest
from attrs import evolve

from newsdesk.web.security import sessions
from newsdesk.web.security.sessions import SECONDS, EndedSessions, Session

NOW = int(time.time())
ONE = Session("wang", "mark", "one", NOW - 60)


def test_another_process_hears_of_it(tmp_path: Path) -> None:
    here, there = (EndedSessions(tmp_path / "console" / "ended.json") for _ in range(2))
    other = evolve(ONE, id="other")
    assert not there.has(ONE)
    here.add(ONE)
    assert there.has(ONE)
    assert not there.has(other)
    there.add(other)
    assert here.has(ONE)
    assert here.has(other)
    assert stat.S_IMODE(here.file.stat().st_mode) == 0o600


def test_what_is_old_is_forgotten(tmp_path: Path) -> None:
    ended = EndedSessions(tmp_path / "ended.json")
    ended.add(evolve(ONE, id="old", begun=NOW - SECONDS - 60))
    ended.add(ONE)
    assert "old" not in ended.file.read_text()
    assert ended.has(ONE)


def test_however_many_end_none_begins_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST", 10)
    ended = EndedSessions(tmp_path / "ended.json")
    over = [evolve(ONE, id=str(number), begun=NOW - 1000 + number) for number in range(40)]
    for each in over:
        ended.add(each)
    assert all(map(ended.has, over))
    assert not ended.has(ONE)
    assert len(ended.file.read_text().splitlines()) < 20


@pytest.mark.parametrize("damaged", [b"", b"[]", b'{"since": 0, "ids": [1]}', b"[" * 100_000])
def test_a_damaged_file_ends_all_of_before(tmp_path: Path, damaged: bytes) -> None:
    ended = EndedSessions(tmp_path / "ended.json")
    ended.file.write_bytes(damaged)
    os.utime(ended.file, (NOW - 30, NOW - 30))
    assert ended.has(ONE)
    later = evolve(ONE, id="later", begun=NOW)
    assert not ended.has(later)
    ended.add(later)
    assert ended.has(ONE)
    assert ended.has(later)
