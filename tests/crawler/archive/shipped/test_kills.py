"""kill -9 of what ships: the target holds each file whole or not at all, and none is lost."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from crawler.archive.folder import ArchiveFolder
from crawler.archive_settings import archive_of
from newsdesk.answers.archive.soundness import verified
from pipelines.config import Settings
from tests.support.archives import exchange, write
from tests.support.buckets import Buckets
from tests.support.command import Desk
from tests.support.rounds import rounds

FILES = 12


def killed_again_and_again(desk: Desk, times: int) -> None:
    """Ships twelve files of half a megabyte, killed anywhere in it."""
    settings = desk.settings
    for number in range(FILES):
        bodies = [random.randbytes(60_000) for _ in range(8)]
        pages = [exchange(n, body=body) for n, body in enumerate(bodies)]
        write(settings.archive_path, pages, group=f"site{number}")
    folder = ArchiveFolder(settings.archive_path)
    whole = {str(name): (folder.root / str(name)).read_bytes() for name in folder.names()}
    for _ in range(times):
        process = desk.start("archive", "ship", "--now")
        begun = time.monotonic()
        while process.poll() is None and not folder.note_of_run.with_name("lock").exists():
            assert time.monotonic() - begun < 60
            time.sleep(0.005)
        time.sleep(random.uniform(0, 1.5))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        folder.note_of_run.with_name("lock").unlink(missing_ok=True)
        archive = archive_of(settings)
        if archive.mirror is not None:
            archive.mirror.refresh()
        for name, data in whole.items():
            with archive.open(name) as file:
                assert file.read() == data, "here or there, it is whole"
    said = desk.run("archive", "ship", "--now", "--json")
    assert said.code == 0, said.err
    assert said.json["problems"] == []
    assert folder.names() == []
    reports = [*verified(settings, [])]
    assert (len(reports), [each.problems for each in reports if each.problems]) == (FILES, [])
    archive = archive_of(settings)
    assert sorted(map(str, archive.names())) == sorted(whole)
    for name, data in whole.items():
        with archive.open(name) as file:
            assert file.read() == data


def desk_of(tmp_path: Path, **changes: object) -> Desk:
    (tmp_path / "far").mkdir()
    values = {
        "data_dir": tmp_path / "data",
        "database": "killed",
        "db_port": 2000,
        "archive_target": f"file://{tmp_path}/far",
        "archive_keep_days": 0,
        **changes,
    }
    return Desk(Settings.model_validate(values))


def test_killed_while_it_ships(tmp_path: Path) -> None:
    killed_again_and_again(desk_of(tmp_path), 2)


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_killed_many_times(tmp_path: Path, s3: Buckets, kind: str) -> None:
    changes = s3.settings(tmp_path.name) if kind == "bucket" else {}
    killed_again_and_again(desk_of(tmp_path, **changes), rounds(20))
