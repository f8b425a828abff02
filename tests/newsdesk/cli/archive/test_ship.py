"""`newsdesk archive ship`, what is said of it, and what is done with files that were shipped."""

from __future__ import annotations

import json
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from crawler.archive.folder import ArchiveFolder
from newsdesk.answers.operations.status import unshipped
from newsdesk.answers.upkeep.archive_list import copy_back, note_archive, state_of
from newsdesk.cli.operations.status import unshipped_line
from newsdesk.doctor.archive import check_archive
from pipelines.config import Settings
from tests.support.archives import exchange, write
from tests.support.command import Desk
from tests.support.kept_changes import quiet
from tests.support.ports import free_port

URL = exchange(1).url
SECRET = "kept-to-itself"


def desk_of(folder: Path, **changes: Any) -> Desk:
    """The command line without a MongoDB, on an archive with two files and a target of its own."""
    (folder / "far").mkdir()
    values = {
        "data_dir": folder / "data",
        "database": "archived",
        "db_port": 2000,
        "archive_target": f"file://{folder}/far",
        "archive_keep_days": 0,
    }
    settings = Settings.model_validate(values | changes)
    write(settings.archive_path, [exchange(n) for n in range(1, 6)] + [exchange(6, kind="lists")])
    return Desk(settings)


def test_files_are_shipped_and_read_from_there(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    said = desk.call("archive", "ship")
    assert (said.code, said.out) == (0, "")
    assert "nothing was left to ship" in said.err, "the next crawl of today goes on with them"
    assert "2 files, 0.0 MB, shipped" in desk.call("archive", "ship", "--now").err
    assert ArchiveFolder(desk.settings.archive_path).names() == []
    files = desk.call("archive", "list", "--json").json
    assert [(each["answers"], each["state"], each["place"]) for each in files] == [
        (5, "shipped", "target"),
        (1, "shipped", "target"),
    ]
    assert all(each["size"] > 500 for each in files)
    assert "第1页" in desk.call("archive", "show", URL).out
    assert desk.call("archive", "verify").code == 0
    page = tmp_path / "page.wacz"
    assert desk.call("archive", "export", URL, "--output", page).code == 0
    with zipfile.ZipFile(page) as packed:
        assert b"WARC-Type: request" in packed.read("archive/data.warc.gz")


def test_what_is_damaged_at_the_target_is_mended_and_shipped_again(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    desk.call("archive", "ship", "--now")
    (path,) = (tmp_path / "far").rglob("articles/**/*.warc.gz")
    name = path.relative_to(tmp_path / "far" / "archived").as_posix()
    data = path.read_bytes()
    path.write_bytes(data[:5000] + b"\0" * 40 + data[5040:])
    found = desk.call("archive", "verify")
    assert (found.code, name in found.out) == (1, True)
    mended = desk.call("archive", "repair", name)
    assert "1 lost" in mended.err
    assert "1 file, 0.0 MB, shipped" in desk.call("archive", "ship").err
    assert path.stat().st_size == len(data)
    assert desk.call("archive", "verify", name).code == 0
    assert "第5页" in desk.call("archive", "show", exchange(5).url).out


def test_a_local_copy_that_was_damaged_is_taken_from_the_target(tmp_path: Path) -> None:
    """What was lost here is whole there: nothing of it is replaced."""
    desk = desk_of(tmp_path, archive_keep_days=9)
    desk.call("archive", "ship", "--now")
    folder = ArchiveFolder(desk.settings.archive_path)
    (name,) = folder.names("articles")
    path, shipped = folder.root / str(name), tmp_path / "far" / "archived" / str(name)
    whole = path.read_bytes()
    path.write_bytes(whole[:5000] + b"\0" * 40 + whole[5040:])
    assert desk.call("archive", "verify").code == 1
    assert "0 lost" in desk.call("archive", "repair", str(name)).err
    assert path.read_bytes() == whole
    shipped.write_bytes(whole[:5000] + b"\0" * 40 + whole[5040:])
    assert desk.call("archive", "ship").code == 1, "another file stands there now"
    assert desk.call("archive", "repair", str(name)).code == 0
    assert path.read_bytes() == whole
    assert folder.names() != []


def test_a_backup_names_and_copies_what_was_shipped(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    desk.call("archive", "ship", "--now")
    backup = tmp_path / "backups" / "one"
    backup.mkdir(parents=True)
    taken = note_archive(desk.settings, backup, quiet, copy=True)
    assert (taken.files, taken.there, taken.copied) == (2, 2, True)
    assert state_of(desk.settings, backup).there == 2
    copy_back(desk.settings, backup, quiet)
    assert ArchiveFolder(desk.settings.archive_path).names() == [], "the target has them"
    elsewhere = Desk(
        desk.settings.model_copy(update={"archive_target": "", "data_dir": tmp_path / "new"})
    )
    assert state_of(elsewhere.settings, backup).there == 0
    copy_back(elsewhere.settings, backup, quiet)
    assert state_of(elsewhere.settings, backup).there == 2
    assert elsewhere.call("archive", "verify").code == 0


def test_a_target_that_is_away_is_said_and_its_secret_is_not(tmp_path: Path) -> None:
    desk = desk_of(
        tmp_path,
        archive_target="s3://pages/desk",
        archive_target_endpoint=f"http://127.0.0.1:{free_port()}",
        archive_target_key="desk",
        archive_target_secret=SecretStr(SECRET),
    )
    said = desk.call("archive", "ship", "--now")
    assert said.code == 1
    assert "s3://pages/desk cannot be used" in said.err
    checks = {check.name: check for check in check_archive(desk.settings)}
    assert (checks["Archive"].state, checks["Target"].state) == ("ok", "fail")
    waits = unshipped(desk.settings)
    assert waits is not None
    assert (waits["files"], waits["since"] is not None) == (1, True)
    line = unshipped_line(waits).plain
    assert "cannot be used" in line
    told = (said.err, checks["Target"].found, line, repr(desk.settings), json.dumps(said.out))
    assert SECRET not in "".join(told)
    for file in desk.settings.archive_path.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes()


def test_the_doctor_looks_at_folder_and_target(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    before = {check.name: check for check in check_archive(desk.settings)}
    assert (before["Archive"].state, before["Target"].state) == ("ok", "ok")
    assert "2 files" in before["Archive"].found
    for path in desk.settings.archive_path.rglob("*.warc.gz"):
        os.utime(path, (1, 1))
    waits = {check.name: check for check in check_archive(desk.settings)}
    assert (waits["Target"].state, "newsdesk archive ship" in waits["Target"].todo) == (
        "note",
        True,
    )
    desk.call("archive", "ship")
    assert "all is shipped" in [*check_archive(desk.settings)][1].found
    assert [*(tmp_path / "far").rglob(".doctor*")] == []
    (file := tmp_path / "file").touch()
    broken = desk.settings.model_copy(update={"archive_dir": file})
    (found,) = check_archive(broken)
    assert (found.state, "NEWSDESK_ARCHIVE_DIR" in found.todo) == ("fail", True)


def test_without_a_target_it_says_what_to_set(tmp_path: Path) -> None:
    said = desk_of(tmp_path, archive_target="").call("archive", "ship")
    assert (said.code, "set NEWSDESK_ARCHIVE_TARGET" in said.err) == (1, True)


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest",
        "gs://pages/desk",
        "s3://",
        "s3://pages/../other",
        "s3://user:word@pages/desk",
        "s3://pages/desk?x=1",
        "file://relative",
        "file:///",
        "file:///mnt/../etc",
        "/mnt/archive",
    ],
)
def test_no_other_scheme_is_taken(target: str) -> None:
    with pytest.raises(ValidationError, match="a target is s3://BUCKET/FOLDER"):
        Settings(archive_target=target)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"archive_target_endpoint": "ftp://s3.example"}, "an endpoint is"),
        ({"archive_target_endpoint": "https://me:word@s3.example"}, "without user and password"),
        ({"archive_target_key": "desk"}, "belong together"),
        ({"archive_target": "file:///data/archive/x", "data_dir": "/data"}, "itself"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(why)):
        Settings(**changes)
